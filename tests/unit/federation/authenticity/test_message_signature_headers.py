"""Signature-Input and Signature (RFC 9421, 4) as others write them, and signed reading."""

from dataclasses import replace

import pytest

from federation.errors import UnauthenticatedRequest
from federation.keys import load_private
from federation.message_signatures import accept_signature, sign_request
from federation.signed_request import SignedRequest
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.message_signing import changed, header, post, status
from tests.unit.federation.authenticity.scripted_peers import NOON, OUR_HOST, Peer


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


def signed_get(peer: Peer, path: str = "/offers/1") -> SignedRequest:
    headers = sign_request(
        method="GET",
        url=f"https://{OUR_HOST}{path}",
        body=None,
        key_id=peer.key_id,
        private_key=load_private(peer.pair.private),
        date=NOON,
    )
    return SignedRequest(
        method="GET", path_and_query=path, headers=list(headers.items()), host=OUR_HOST
    )


async def test_signed_reader(node: Node, honest: Peer, evil: Peer) -> None:
    """A signed GET needs no digest and names its reader; a wrong signature is 401."""
    request = signed_get(honest)
    reader = await node.verifier.verify_reader(request)
    assert reader is not None
    assert (reader.actor, reader.key_id) == (honest.iri, honest.key_id)

    for wrong in (
        replace(request, path_and_query="/offers/2"),
        signed_get(Peer(honest.iri, evil.pair)),
        changed(request, signature_input="x"),
        changed(request, signature=None),
    ):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify_reader(wrong)


def test_what_we_ask_for() -> None:
    """Accept-Signature names what must be covered, of a GET without the digest."""
    asked = 'sig1=("@method" "@target-uri" "content-digest");created'

    assert accept_signature("POST") == asked
    assert accept_signature("GET") == asked.replace(' "content-digest"', "")
