"""SECURITY.md B2, B3, B5, B6, B10 against a served node: the same of both forms of signature."""

import json

import pytest

from tests.acceptance.security_rows.message_signing import HandMadeMessage
from tests.acceptance.security_rows.raw_http import answer_to
from tests.acceptance.security_rows.scene import Scene
from tests.acceptance.security_rows.signing import HandMade, SignedByHand

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMS: tuple[type[SignedByHand], ...] = (HandMade, HandMadeMessage)
of_both_forms = pytest.mark.parametrize("form", FORMS)
at_both_inboxes = pytest.mark.parametrize("inbox", ["/inbox", "/cluster/inbox"])


@of_both_forms
@at_both_inboxes
async def test_a_good_signature_is_taken(
    scene: Scene, form: type[SignedByHand], inbox: str
) -> None:
    """The same request, wrong in one thing, is what the rows below send."""
    assert await form.create(scene, inbox).send(scene) == 202


@at_both_inboxes
@pytest.mark.parametrize(
    ("form", "left_out"), [(form, name) for form in FORMS for name in form.COVERED]
)
async def test_b2_b5_b10_what_must_be_covered(
    scene: Scene, form: type[SignedByHand], inbox: str, left_out: str
) -> None:
    """A signature that leaves out any of it proves too little."""
    covered = [name for name in form.COVERED if name != left_out]
    async with scene.unharmed():
        assert await form.create(scene, inbox).but(covered=covered).send(scene) == 401


@of_both_forms
async def test_b3_body_swapped(scene: Scene, form: type[SignedByHand]) -> None:
    """Another body under good headers is refused, with its own digest and without."""
    made = form.create(scene)
    other = json.dumps(scene.alice.activity("Create", scene.alice.offer("Other"))).encode()
    headers = made.headers()
    async with scene.unharmed():
        assert await scene.post(made.url, headers, other) == 401
        headers[form.DIGEST] = form.digest_of(other)
        assert await scene.post(made.url, headers, other) == 401


@of_both_forms
async def test_b5_other_inbox(scene: Scene, form: type[SignedByHand]) -> None:
    """A signature for one inbox is none for the other."""
    shared, own = form.create(scene, "/inbox"), form.create(scene, "/cluster/inbox")
    async with scene.unharmed():
        assert await scene.post(own.url, shared.headers(), shared.body) == 401
        assert await scene.post(shared.url, own.headers(), own.body) == 401


@of_both_forms
async def test_b6_host_mismatch(scene: Scene, form: type[SignedByHand]) -> None:
    """What was signed for V is not taken by T, nor a target in absolute form."""
    made = form.create(scene)
    bound_to_v = made.but(host=scene.honest.host)
    async with scene.unharmed():
        assert await bound_to_v.send(scene) == 401
        head = bound_to_v.headers()
        assert await scene.post(made.url, head | {"Host": scene.node.host}, made.body) == 401
        head = made.headers()
        for target in (made.url, f"{scene.honest.base}/inbox"):
            assert await answer_to(scene, target, list(head.items()), made.body) in (400, 401)
