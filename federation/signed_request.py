"""A request as its signature covers it, whatever the form of the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from federation.errors import UnauthenticatedRequest
from federation.keys import PublicKey

CONTENT_TYPE: Final = "application/activity+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request that came in, untouched."""

    method: str
    #: The target as it stood in the request line, before any decoding.
    path_and_query: str
    #: Names and values in the order they came, duplicates included.
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    #: What the Host header must say: this node's host, with its port unless the default.
    host: str
    #: How this node is reached, whatever stands before it: part of the signed address.
    scheme: str = "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureWindow:
    """How far the time of a signature may be from ours."""

    past: timedelta = timedelta(hours=1)
    future: timedelta = timedelta(minutes=5)

    def check(self, created: float, expires: float | None, now: datetime) -> None:
        """Check that a signature of these times, in seconds since 1970, counts at *now*.

        Raises UnauthenticatedRequest.
        """
        age = now.timestamp() - created
        if age > self.past.total_seconds() or age < -self.future.total_seconds():
            raise UnauthenticatedRequest("The signature is too old, or from the future.")
        if expires is not None and expires < now.timestamp():
            raise UnauthenticatedRequest("The signature has expired.")


class SignatureClaim(Protocol):
    """A signature that is right in all that needs no key: what it covers, digest, time."""

    @property
    def key_id(self) -> str:
        """The key that is said to have made it."""

    def holds_for(self, key: PublicKey) -> bool:
        """Say whether *key* made it."""


Headers = Mapping[str, Sequence[str]]

# Whoever can add a second one of these makes two readers see two requests.
_ONLY_ONCE = ("signature", "signature-input", "host", "date", "digest", "content-digest")


def has_body(method: str) -> bool:
    """Say whether requests by *method* have a body that must be signed."""
    return method not in ("GET", "HEAD")


def path_and_query(url: str) -> str:
    """Return what a request to *url* names in its first line."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def folded_headers(request: SignedRequest) -> dict[str, list[str]]:
    """Return the header values by lower-case name.

    Raises UnauthenticatedRequest where a header that decides is there twice.
    """
    found: dict[str, list[str]] = {}
    for name, value in request.headers:
        found.setdefault(name.lower(), []).append(value.strip(" \t"))
    for name in _ONLY_ONCE:
        if len(found.get(name, ())) > 1:
            raise UnauthenticatedRequest(f"The request has the header {name.title()} twice.")
    return found


def check_destination(request: SignedRequest, headers: Headers) -> None:
    """Check that the request was made out to this node.

    Raises UnauthenticatedRequest for another Host, or a target that is not a plain path.
    """
    if not request.path_and_query.startswith("/"):
        raise UnauthenticatedRequest("The request target must be a path.")
    given = headers.get("host", [""])[0].lower()
    if given not in (request.host, f"{request.host}:443", f"{request.host}:80"):
        raise UnauthenticatedRequest(
            "The request was signed for another host.", log=f"Host {given!r}, not {request.host!r}"
        )
