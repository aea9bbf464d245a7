"""Requests signed after RFC 9421, right and wrong, for the tests of this folder."""

from collections.abc import Sequence

from federation.keys import KeyPair, load_private
from federation.keys import sign as sign_text
from federation.message_signatures import sign_request
from federation.signature_base import signature_base
from federation.signed_request import SignedRequest, folded_headers
from federation.structured_fields import parse_inner_lists
from tests.unit.federation.authenticity.scripted_peers import NOON, Peer
from tests.unit.federation.authenticity.signed_requests import changed

NOW = int(NOON.timestamp())
COVERED = ('"@method"', '"@target-uri"', '"content-digest"')


def post(peer: Peer, **options: object) -> SignedRequest:
    """Return a good request of *peer*, signed after RFC 9421."""
    return peer.post(peer.activity(), sign=sign_request, **options)  # type: ignore[arg-type]  # whatever the test sets


def signed_anew(
    request: SignedRequest,
    peer: Peer,
    covered: Sequence[str] = COVERED,
    parameters: str | None = None,
    *,
    pair: KeyPair | None = None,
    label: str = "sig1",
) -> SignedRequest:
    """Return *request* signed over exactly these components, with exactly these parameters."""
    stated = f';created={NOW};keyid="{peer.key_id}"' if parameters is None else parameters
    member = f"{label}=({' '.join(covered)}){stated}"
    parsed = parse_inner_lists(member)[label]
    headers = dict(folded_headers(request))
    text = signature_base(parsed, request, headers)
    signature = sign_text(text, load_private((pair or peer.pair).private))
    return changed(request, signature_input=member, signature=f"{label}=:{signature}:")
