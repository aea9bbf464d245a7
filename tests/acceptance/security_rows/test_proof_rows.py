"""SECURITY.md C8 and C9 against a served node: whose proof, for what, and until when."""

from typing import Any

import pytest

from tests.acceptance.security_rows.scene import Scene
from tests.integration.nodes.proving import list_key, multikey, proof_key, prove
from tests.integration.nodes.scripted_server import ScriptedActor, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def author(scene: Scene, name: str, **key: Any) -> ScriptedActor:
    """Return an actor of V that T follows, whose Ed25519 key is listed with these changes."""
    made = scene.honest.cluster(name)
    list_key(made, **key)
    await scene.befriend(made)
    return made


def proved_create(by: ScriptedActor, *, key_id: str = "") -> tuple[Wire, Wire]:
    """Return an offer of *by* that its own server cannot show, and its Create, both proved."""
    offer = prove(by.offer(), by, key_id=key_id)
    by.server.documents[offer["id"].removeprefix(by.server.base)] = 503
    return offer, prove(by.activity("Create", offer), by, key_id=key_id)


async def test_proofs_count_where_they_are_good(scene: Scene) -> None:
    """What the rows below refuse is taken when it is good, so they refuse for their reason."""
    alice = await author(scene, "proving")
    offer, create = proved_create(alice)
    assert await scene.mallory.post(scene.inboxes[0], create) == 202
    await scene.settled()
    assert scene.stands(offer["id"])[0][:2] == (alice.iri, "published")


async def test_c8_wrong_controller_or_purpose(scene: Scene) -> None:
    """E's key proves nothing of V's, nor does a key for something else."""
    alice = await author(scene, "controlled")
    list_key(scene.mallory)
    offer = alice.offer()
    by_another = prove(alice.activity("Create", offer), scene.mallory)
    usurped = prove(alice.activity("Create", offer), scene.mallory, key_id=proof_key(alice))
    _, create = proved_create(alice)
    another_purpose = {
        **create,
        "id": create["id"] + "-purpose",
        "proof": {**create["proof"], "proofPurpose": "authentication"},
    }
    await scene.refuses(scene.mallory, [by_another, usurped, another_purpose], {401})


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("expired", {"expires": "2026-01-01T00:00:00Z"}),
        ("revoked", {"revoked": "2026-01-01T00:00:00Z"}),
        ("mistyped", {"type": "JsonWebKey"}),
        ("foreign", {"controller": "https://elsewhere.example/actor"}),
    ],
)
async def test_c9_keys_that_prove_nothing(scene: Scene, name: str, end: Wire) -> None:
    """Void as a proof by whoever passes it on; the author's own signature counts as ever."""
    alice = await author(scene, name, **end)
    offer, create = proved_create(alice)
    await scene.refuses(scene.mallory, [create], {401})
    assert await alice.post(scene.inboxes[0], create) == 202
    await scene.settled()
    assert scene.outcome(create) == ("done", None)
    assert scene.stands(offer["id"])[0][0] == alice.iri


async def test_c9_two_proofs_and_unknown_kinds(scene: Scene) -> None:
    """They are as none: what is passed on is refused, what its author signs is taken."""
    alice = await author(scene, "twofold")
    for number, change in enumerate(
        (
            lambda proof: [proof, proof],
            lambda proof: {**proof, "cryptosuite": "eddsa-rdfc-2022"},
            lambda proof: {**proof, "expires": "2026-01-01T00:00:00Z"},
        )
    ):
        _, create = proved_create(alice)
        altered = {**create, "proof": change(create["proof"]), "summary": str(number)}
        await scene.refuses(scene.mallory, [altered], {401})
        assert await alice.post(scene.inboxes[0], altered) == 202
        await scene.settled()
        assert scene.outcome(altered) == ("done", None)


async def test_b15_a_replaced_key_is_listed_and_a_revoked_one_dead(scene: Scene) -> None:
    """The Update of an actor has its keys read anew; a proof by the revoked one is void."""
    alice = await author(scene, "renewed")
    offer, create = proved_create(alice)
    document = scene.honest.documents["/actors/renewed"]
    assert isinstance(document, dict)
    document["assertionMethod"] = [multikey(alice, revoked="2026-01-01T00:00:00Z")]
    update = alice.activity("Update", alice.iri)
    assert await alice.post(scene.inboxes[0], update) == 202
    await scene.eventually(
        f"SELECT count(*) FROM keys WHERE key_id = '{proof_key(alice)}'",  # noqa: S608  # a test's own words
        0,
    )
    await scene.refuses(scene.mallory, [create], {401})
    assert scene.stands(offer["id"]) == []
