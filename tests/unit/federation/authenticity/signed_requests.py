"""Signed requests spoilt one thing at a time, and what the verifier says of them."""

from dataclasses import replace

from federation.errors import FederationError
from federation.signed_request import SignedRequest
from tests.unit.federation.authenticity.conftest import Node

#: Of none of these is a key looked for anywhere (SECURITY B19).
STRANGE_KEY_IDS = (
    "file:///etc/passwd",
    "data:application/json,{}",
    "acct:alice@v.example",
    "https://t.example/cluster#main-key",
    "https://T.EXAMPLE:443/cluster#main-key",
    "https://v.example/alice#a#b",
    "https://user@v.example/alice#main-key",
    "https://v.example\\\\@e.example/alice#main-key",
    "//v.example/alice",
    "",
)


def changed(request: SignedRequest, **values: str | None) -> SignedRequest:
    """Return *request* with headers of those names set, or without them."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    kept = [(name, value) for name, value in request.headers if name.lower() not in named]
    added = [(name.title(), value) for name, value in named.items() if value is not None]
    return replace(request, headers=[*kept, *added])


def header(request: SignedRequest, name: str) -> str:
    return next(value for found, value in request.headers if found.lower() == name)


async def status(node: Node, request: SignedRequest) -> int:
    """Return the status that *request* is refused with, 202 where it is not."""
    try:
        await node.verifier.verify(request)
    except FederationError as error:
        return error.status
    return 202
