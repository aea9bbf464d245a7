"""Signature-Input and Signature (RFC 9421, 4) as others write them."""

import pytest

from federation.message_signatures import accept_signature
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.message_signing import post
from tests.unit.federation.authenticity.scripted_peers import Peer
from tests.unit.federation.authenticity.signed_requests import changed, header, status


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "sig1",
        "sig1=",
        "sig1=1",
        "sig1=()",
        "sig1=(",
        'sig1=("@method"',
        'sig1=("@method""@target-uri");created=1',
        "sig1=(@method);created=1",
        'sig1=("@method");created=1,',
        'sig1=("@method");created=1;created=2',
        'sig1=("@method");created=1, sig1=("@method");created=1',
        'Sig1=("@method");created=1',
        'sig1=("@method");created=1 sig2=("@method")',
        f'sig1=({" ".join(f"{chr(34)}x{n}{chr(34)}" for n in range(70))});created=1;keyid="k"',
        'sig1=("@method");keyid="' + "k" * 9000 + '"',
    ],
)
async def test_unreadable_signature_input(node: Node, honest: Peer, stated: str) -> None:
    """What is no dictionary of inner lists is 401, not an error of ours."""
    assert await status(node, changed(post(honest), signature_input=stated)) == 401


@pytest.mark.parametrize(
    "signature", ["", "sig1", "sig1=AAAA", "sig1=:AAA:", "sig1=:AA!A:", "sig2=:AAAA:", "sig1=::"]
)
async def test_unreadable_signature(node: Node, honest: Peer, signature: str) -> None:
    """A Signature that is no byte sequence of that label is 401."""
    assert await status(node, changed(post(honest), signature=signature)) == 401


async def test_spelling_does_not_matter(node: Node, honest: Peer) -> None:
    """Blanks where RFC 9651 allows them change nothing: the base has the RFC's own spelling."""
    request = post(honest)
    spelt = header(request, "signature-input").replace("(", "( ").replace(";", "; ")
    wide = spelt.replace('" "', '"  "').replace(")", "  )")

    assert await status(node, changed(request, signature_input=f"{wide} , x=()")) == 202


def test_what_we_ask_for() -> None:
    """Accept-Signature names what must be covered, of a GET without the digest."""
    asked = 'sig1=("@method" "@target-uri" "content-digest");created'

    assert accept_signature("POST") == asked
    assert accept_signature("GET") == asked.replace(' "content-digest"', "")
