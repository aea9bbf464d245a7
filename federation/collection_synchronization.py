"""Followers that two servers agree on, or not (FEP-8fcf).

With what a server sends to its actor's followers it says which of them it believes to be on the
receiving server: by a digest, and by the address where that server alone may read who they are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from federation.actors import RemoteActor
from federation.draft_cavage import parse_signature_header
from federation.errors import UnauthenticatedRequest
from federation.origins import is_too_long, same_iri, same_origin
from federation.signed_request import SignedRequest
from federation.structured_fields import NotStructured, parse_inner_lists

HEADER: Final = "Collection-Synchronization"
_NAME: Final = HEADER.lower()
_LONGEST: Final = 4096
_PARAMETER = re.compile(r'[ \t]*([A-Za-z]+)[ \t]*=[ \t]*"([^"\\]*)"[ \t]*(?:,|\Z)')
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchronization:
    """What a sender says of its followers at the receiver's server."""

    #: The sender's collection of followers.
    collection: str
    #: Where the receiver's part of it is.
    url: str
    digest: str

    def header(self) -> str:
        """Return the value of the header."""
        return f'collectionId="{self.collection}", url="{self.url}", digest="{self.digest}"'

    def is_of(self, sender: RemoteActor) -> bool:
        """Say whether it is about *sender*'s own followers, and leads nowhere else (H10)."""
        followers = sender.followers
        return (
            followers is not None
            and same_iri(self.collection, followers)
            and same_origin(self.url, sender.iri)
        )


def followers_digest(followers: Iterable[str]) -> str:
    """Return the digest of a partial collection: SHA-256 of each id, all combined by XOR."""
    combined = 0
    for iri in followers:
        combined ^= int.from_bytes(sha256(iri.encode()).digest())
    return f"{combined:064x}"


def read_synchronization(request: SignedRequest) -> Synchronization | None:
    """Return what the header of *request* says, None where its signature does not cover it."""
    values = [value for name, value in request.headers if name.lower() == _NAME]
    if len(values) != 1 or not _is_covered(request):
        return None
    return _parsed(values[0])


def _is_covered(request: SignedRequest) -> bool:
    headers = {name.lower(): value for name, value in request.headers}
    try:
        if "signature-input" in headers:
            first = next(iter(parse_inner_lists(headers["signature-input"]).values()))
            return f'"{_NAME}"' in first.items
        return _NAME in parse_signature_header(headers["signature"]).headers
    except (KeyError, NotStructured, StopIteration, UnauthenticatedRequest):
        return False


def _parsed(text: str) -> Synchronization | None:
    if len(text) > _LONGEST:
        return None
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1] in found:
            return None
        found[match[1]] = match[2]
        position = match.end()
    given = [found.get(name, "") for name in ("collectionId", "url", "digest")]
    if not all(given) or any(map(is_too_long, given)) or not _DIGEST.fullmatch(given[2].lower()):
        return None
    return Synchronization(collection=given[0], url=given[1], digest=given[2].lower())
