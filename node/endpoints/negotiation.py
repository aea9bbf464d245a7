"""Which format a client gets: by the suffix of the address, otherwise by Accept (RFC 9110 12.5)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from aiohttp import web

from node.errors import NotAcceptable

HTML = "text/html"
ACTIVITY = "application/activity+json"
JSON_LD = "application/ld+json"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"

#: What each suffix asks for.
SUFFIXES: Mapping[str, str] = {
    "html": HTML,
    "jsonld": JSON_LD,
    "ttl": TURTLE,
    "nt": N_TRIPLES,
}

#: Formats of a resource, the first one for clients that take anything.
RESOURCE_FORMATS = (ACTIVITY, JSON_LD, HTML, TURTLE, N_TRIPLES)


def split_suffix(name: str) -> tuple[str, str | None]:
    """Return *name* without a known suffix, and the media type that the suffix asks for."""
    stem, dot, suffix = name.rpartition(".")
    if dot and suffix in SUFFIXES:
        return stem, SUFFIXES[suffix]
    return name, None


def chosen_format(request: web.Request, available: Sequence[str], suffix: str | None) -> str:
    """Return the media type to answer with; raises NotAcceptable."""
    if suffix is not None:
        return suffix
    return best_match(request.headers.get("Accept", "*/*"), tuple(available))


@lru_cache(maxsize=512)
def best_match(accept: str, available: tuple[str, ...]) -> str:
    """Return the one of *available* that *accept* likes best; raises NotAcceptable.

    Of equals, the one that comes first in *available* wins.
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    best = max(available, key=lambda kind: _quality(kind, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptable(available)
    return best


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.lower().startswith("q="):
            try:
                return name.lower(), min(1.0, max(0.0, float(parameter[2:])))
            except ValueError:
                return name.lower(), 0.0
    return name.lower(), 1.0


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The most specific range that covers *kind* decides."""
    for pattern in (kind, f"{kind.split('/')[0]}/*", "*/*"):
        for name, quality in ranges:
            if name == pattern:
                return quality
    return 0.0
