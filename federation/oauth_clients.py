"""Programs that ask for access, as their own documents describe them (FEP-d8c2).

The id of a client is the address of an ActivityPub object that names where it may be led back
to; nobody registers anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from federation.errors import ForbiddenOrigin, MalformedRequest
from federation.origins import host_of, is_http_iri, is_too_long, same_iri
from federation.ports import Fetcher

#: Schemes that run or show what stands in the address itself.
_DANGEROUS: Final = frozenset({"javascript", "data", "vbscript", "blob", "file", "about"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_NAME: Final = 100
_MOST_REDIRECTS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """A program that asks for access."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]

    @property
    def host(self) -> str:
        """The server that vouches for the name."""
        return host_of(self.id)


async def fetch_client(fetcher: Fetcher, client_id: str) -> OAuthClient:
    """Return the client whose id is *client_id*.

    Raises MalformedRequest where that is no address or its document names no place to be led
    back to, ForbiddenOrigin where the document stands elsewhere, and what fetching raises.
    """
    if not is_http_iri(client_id) or is_too_long(client_id):
        raise MalformedRequest("The client_id is no https address.")
    found = await fetcher.fetch_document(client_id)
    document = found.document
    iri = document.get("id")
    if not isinstance(iri, str) or iri != client_id or not same_iri(iri, found.url):
        raise ForbiddenOrigin("The client was not found at its own address.")
    redirects = _redirect_uris(document.get("redirectURI"))
    if not redirects:
        raise MalformedRequest("The client's document names no redirectURI that can be used.")
    return OAuthClient(id=client_id, name=_name(document), redirect_uris=redirects)


def _redirect_uris(value: Any) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    return tuple(
        text
        for text in several[:_MOST_REDIRECTS]
        if isinstance(text, str) and not is_too_long(text) and may_lead_back(text)
    )


def may_lead_back(uri: str) -> bool:
    """Say whether a browser may be sent to *uri*: https, loopback, or a scheme of an app's own."""
    if not uri.isascii() or not uri.isprintable() or set(uri) & set("\\ <>\"'`#"):
        return False
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host) and "@" not in parts.netloc
    if parts.scheme == "http":
        return host in _LOOPBACK and "@" not in parts.netloc
    return bool(parts.scheme) and parts.scheme not in _DANGEROUS


def _name(document: Mapping[str, Any]) -> str:
    names = document.get("nameMap")
    first = next(iter(names.values()), None) if isinstance(names, Mapping) else None
    name = document.get("name") or first
    text = name if isinstance(name, str) else ""
    return " ".join(text.split())[:_LONGEST_NAME] or host_of(str(document["id"]))
