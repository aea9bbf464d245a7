"""Requests signed after RFC 9421, right and wrong, for the tests of this folder."""

from collections.abc import Sequence
from dataclasses import replace

from federation.errors import FederationError
from federation.keys import KeyPair, load_private
from federation.keys import sign as sign_text
from federation.message_signatures import sign_request
from federation.signature_base import signature_base
from federation.signed_request import SignedRequest, folded_headers
from federation.structured_fields import parse_inner_lists
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import NOON, Peer

NOW = int(NOON.timestamp())
COVERED = ('"@method"', '"@target-uri"', '"content-digest"')


def changed(request: SignedRequest, **values: str | None) -> SignedRequest:
    """Return *request* with headers of those names set, or without them."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    kept = [(name, value) for name, value in request.headers if name.lower() not in named]
    added = [(name.title(), value) for name, value in named.items() if value is not None]
    return replace(request, headers=[*kept, *added])


def header(request: SignedRequest, name: str) -> str:
    return next(value for found, value in request.headers if found.lower() == name)


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


async def status(node: Node, request: SignedRequest) -> int:
    """Return the status that *request* is refused with, 202 where it is not."""
    try:
        await node.verifier.verify(request)
    except FederationError as error:
        return error.status
    return 202
