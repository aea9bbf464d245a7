"""Signed GETs, in both forms of signature."""

from dataclasses import replace

import pytest

from federation import draft_cavage, message_signatures
from federation.errors import UnauthenticatedRequest
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import Peer, Sign
from tests.unit.federation.authenticity.signed_requests import changed


@pytest.mark.parametrize(
    ("sign", "spoilt"),
    [
        (draft_cavage.sign_request, [{"signature": 'keyId="x"'}]),
        (message_signatures.sign_request, [{"signature_input": "x"}, {"signature": None}]),
    ],
    ids=["draft-cavage", "rfc9421"],
)
async def test_signed_reader(
    node: Node, honest: Peer, evil: Peer, sign: Sign, spoilt: list[dict[str, str | None]]
) -> None:
    """It needs no digest and names its reader; unsigned nobody; a wrong signature is 401."""
    request = honest.get(sign=sign)
    reader = await node.verifier.verify_reader(request)
    assert reader is not None
    assert (reader.actor, reader.key_id) == (honest.iri, honest.key_id)

    unsigned = changed(request, signature=None, signature_input=None)
    assert await node.verifier.verify_reader(unsigned) is None
    for wrong in (
        replace(request, path_and_query="/offers/2"),
        Peer(honest.iri, evil.pair).get(sign=sign),
        *(changed(request, **headers) for headers in spoilt),
    ):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify_reader(wrong)
