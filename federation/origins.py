"""Origins of IRIs: scheme, host and port (RFC 6454, FEP-fe34 "Comparing origins")."""

import re
from functools import lru_cache

from federation.errors import MalformedRequest
from federation.host_spelling import OddHost, check_host

Origin = tuple[str, str, int]

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Bytes of an IRI in UTF-8: two fit into one row of an index of PostgreSQL, 2,704 bytes.
LONGEST_IRI = 1000
# No user name, no backslash, no space or control character: each has fooled some reader.
_IRI = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^/?#:@\[\]]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?#].*)?)",
    re.IGNORECASE,
)
_NEVER_IN_AN_IRI = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"{}|^`\u2028\u2029\ud800-\udfff]")


@lru_cache(maxsize=8192)
def _parts(iri: str) -> tuple[Origin, str]:
    match = None if is_too_long(iri) else _IRI.fullmatch(iri)
    if match is None or _NEVER_IN_AN_IRI.search(iri):
        raise MalformedRequest("An id is not an http or https address.", log=f"id {iri[:200]!r}")
    scheme = match["scheme"].lower()
    port = int(match["port"] or _DEFAULT_PORTS[scheme])
    try:
        host = check_host(match["host"])
    except OddHost as error:
        raise MalformedRequest("An id has a host that is no host.", log=f"id {iri!r}") from error
    if not 0 < port < 65536:
        raise MalformedRequest("An id has a port that is no port.", log=f"id {iri!r}")
    return (scheme, host, port), match["rest"]


def is_too_long(text: str) -> bool:
    """Say whether *text* has more than LONGEST_IRI bytes."""
    if len(text) * 4 <= LONGEST_IRI:
        return False
    return len(text) > LONGEST_IRI or len(text.encode(errors="replace")) > LONGEST_IRI


def check_length(*values: object) -> None:
    """Raise MalformedRequest, saying so, where one of *values* is a text too long for an IRI."""
    for value in values:
        if isinstance(value, str) and is_too_long(value):
            raise MalformedRequest(
                f"An id or address has more than {LONGEST_IRI} bytes.",
                log=f"{value[:100]!r}… has {len(value)} characters",
            )


def origin(iri: str) -> Origin:
    """Return scheme, host in lower case and ASCII (IDNA), and port of *iri*.

    Raises MalformedRequest where *iri* is no http or https IRI, is too long, or names a user.
    """
    return _parts(iri)[0]


def same_origin(first: str, second: str) -> bool:
    """Say whether both are http or https IRIs of one origin."""
    try:
        return origin(first) == origin(second)
    except MalformedRequest:
        return False


def same_iri(first: str, second: str) -> bool:
    """Say whether two IRIs are identical but for the spelling of their origin (FEP-fe34)."""
    if first == second:
        return True
    try:
        return _parts(first) == _parts(second)
    except MalformedRequest:
        return False


def host_of(iri: str) -> str:
    """Return the host of *iri* in lower case, with its port unless it is the default one.

    Raises MalformedRequest as ``origin`` does.
    """
    scheme, host, port = origin(iri)
    return host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"


def is_http_iri(value: object) -> bool:
    """Say whether *value* is an absolute http or https IRI that has an origin."""
    if not isinstance(value, str):
        return False
    try:
        origin(value)
    except MalformedRequest:
        return False
    return True


def without_fragment(iri: str) -> str:
    """Return *iri* up to its ``#``: the document that a fragment stands in."""
    return iri.partition("#")[0]
