"""Whom a client wants to reach, and so who may see the thing (ActivityPub, 6).

A node knows three audiences and no letters to persons, so what a client addresses must say
one of the three. ``bto`` and ``bcc`` count as addressed and are never passed on.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from node.errors import NodeError
from node.identity import Identity
from vocab.terms import AS_PUBLIC

ADDRESSING: Final = ("to", "cc", "bto", "bcc", "audience")
PUBLIC: Final = frozenset({AS_PUBLIC, "as:Public", "Public"})


def client_audience(
    identity: Identity, actor: str, activity: Mapping[str, Any], thing: Mapping[str, Any]
) -> str | None:
    """Return public, network or private; None where nobody is addressed and nothing is said.

    Raises NodeError for recipients that this node does not send things to, and where the
    addressing and ``audienceLevel`` say two things.
    """
    named = {*_recipients(activity), *_recipients(thing)}
    said = thing.get("audienceLevel")
    addressed = _audience(identity, actor, named) if named else None
    if said is not None and addressed is not None and said != addressed:
        raise NodeError(
            f"The recipients say {addressed}, “audienceLevel” says {said}.",
            remedy="Leave one of them out.",
            status=422,
        )
    return said if said is not None else addressed


def without_addressing(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return *document* without recipients, hidden ones included."""
    return {key: value for key, value in document.items() if key not in ADDRESSING}


def _audience(identity: Identity, actor: str, named: set[str]) -> str:
    others = named - PUBLIC - {identity.followers, f"{actor}/followers", identity.network}
    if others:
        raise NodeError(
            f"This node sends things to everyone or to the network, not to {min(others)[:200]}.",
            remedy=f"Address {AS_PUBLIC} or {identity.network}, or nobody.",
            status=422,
        )
    if named & PUBLIC:
        return "public"
    if identity.network in named:
        return "network"
    raise NodeError(
        "This node sends nothing to followers alone.",
        remedy=f"Address {AS_PUBLIC} as well, or {identity.network} instead.",
        status=422,
    )


def _recipients(document: Mapping[str, Any]) -> Iterator[str]:
    for key in ADDRESSING:
        value = document.get(key)
        for part in value if isinstance(value, list) else [value]:
            named = part.get("id") if isinstance(part, Mapping) else part
            if isinstance(named, str):
                yield named
