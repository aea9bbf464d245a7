"""Whom a document is for: everyone, the network, or the parties (DESIGN: principle 5)."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from vocab.terms import AS_PUBLIC

Audience = Literal["public", "network", "private"]

#: The three spellings of the public collection (ActivityPub 5.6).
PUBLIC_ALIASES: Final = frozenset({AS_PUBLIC, "as:Public", "Public"})

_FIELDS: Final = ("to", "cc", "bto", "bcc", "audience")
_WIDTH: Final[Mapping[Audience, int]] = {"private": 0, "network": 1, "public": 2}


def is_public_collection(value: object) -> bool:
    """Say whether *value* names the public collection."""
    return isinstance(value, str) and value in PUBLIC_ALIASES


def recipients(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the IRIs that *document* itself is addressed to, each once, in order.

    The public collection has its full IRI, however it was spelt.
    """
    found: dict[str, None] = {}
    for field in _FIELDS:
        for iri in _iris(document.get(field)):
            found[AS_PUBLIC if iri in PUBLIC_ALIASES else iri] = None
    return tuple(found)


def audience_of(document: Mapping[str, Any], network: str | None) -> Audience:
    """Return who may see *document*, an object or an activity.

    *network* is the collection of its server's approved nodes, where there is one. An
    activity is as narrow as the narrower of itself and the object in it: neither may widen
    the other. An embedded object without any addressing has its activity's.
    """
    own = _own_audience(document, network)
    embedded = document.get("object")
    if isinstance(embedded, Mapping) and any(field in embedded for field in _FIELDS):
        return min(own, audience_of(embedded, network), key=_WIDTH.__getitem__)
    return own


def _own_audience(document: Mapping[str, Any], network: str | None) -> Audience:
    addressed = [*_iris(document.get("to")), *_iris(document.get("cc"))]
    if not PUBLIC_ALIASES.isdisjoint(addressed):
        return "public"
    return "network" if network is not None and network in addressed else "private"


def _iris(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]
    named = [entry.get("id") if isinstance(entry, dict) else entry for entry in several]
    return [iri for iri in named if isinstance(iri, str)]
