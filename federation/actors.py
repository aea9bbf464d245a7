"""Actors of other servers, read from the documents that they were fetched as."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from federation.errors import ForbiddenOrigin, MalformedRequest
from federation.keys import UnusableKey, key_algorithm
from federation.origins import (
    check_length,
    is_http_iri,
    is_too_long,
    same_iri,
    same_origin,
    without_fragment,
)
from vocab.clock import parse_time
from vocab.terms import KX

_CLUSTER_KINDS: Final = frozenset({"Cluster", "kx:Cluster", KX + "Cluster"})
_MOST_KEYS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorKey:
    """A public key that an actor lists as its own."""

    key_id: str
    #: "rsa" or "ed25519".
    algorithm: str
    #: PEM, or a Multikey in base58btc.
    public_key: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteActor:
    """An actor as its own server shows it."""

    iri: str
    #: "cluster" where it speaks for a node, otherwise "other".
    kind: Literal["cluster", "other"]
    type: str
    name: str
    handle: str | None
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    #: The cluster's collections, where it is a node.
    changes: str | None
    members: str | None
    concepts: str | None
    network: str | None
    keys: tuple[ActorKey, ...]
    document: dict[str, Any] = field(repr=False)


def read_actor(document: dict[str, Any], fetched_from: str) -> RemoteActor:
    """Return the actor that *document* describes, found at *fetched_from* after redirects.

    Only keys that name this actor as their owner and share its origin are taken; others
    are left out. Raises ForbiddenOrigin where the document's id or inbox is of another
    origin than the place it was found at (FEP-fe34), MalformedRequest where it is no actor, or
    its id or inbox is too long. Other addresses that are too long count as not given.
    """
    check_length(document.get("id"), document.get("inbox"))
    iri = _actor_id(document, fetched_from)
    inbox = _own_address(document.get("inbox"), iri)
    if inbox is None:
        raise ForbiddenOrigin("The actor's inbox is not on its own server.", log=f"actor {iri}")
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    handle = document.get("preferredUsername")
    return RemoteActor(
        iri=iri,
        kind="cluster" if _CLUSTER_KINDS.intersection(_words(document.get("kind"))) else "other",
        type=next(iter(_words(document.get("type"))), ""),
        name=_name(document),
        handle=handle if isinstance(handle, str) else None,
        inbox=inbox,
        shared_inbox=_own_address(shared, iri),
        outbox=_own_address(document.get("outbox"), iri),
        followers=_own_address(document.get("followers"), iri),
        changes=_own_address(document.get("changes"), iri),
        members=_own_address(document.get("members"), iri),
        concepts=_own_address(document.get("concepts"), iri),
        network=_own_address(document.get("network"), iri),
        keys=_keys(document, iri),
        document=document,
    )


def _actor_id(document: dict[str, Any], fetched_from: str) -> str:
    iri = document.get("id")
    if not isinstance(iri, str) or not is_http_iri(iri) or "#" in iri or "@id" in document:
        raise MalformedRequest("The actor has no id that can be fetched.")
    if not isinstance(document.get("inbox"), str):
        raise MalformedRequest("The document is no actor: it has no inbox.", log=f"actor {iri}")
    if not same_origin(iri, fetched_from):
        raise ForbiddenOrigin(
            "The actor's document was found on another server than its id names.",
            log=f"actor {iri} found at {fetched_from}",
        )
    return iri


def _own_address(value: object, iri: str) -> str | None:
    return value if isinstance(value, str) and same_origin(value, iri) else None


def _words(value: object) -> list[str]:
    return [word for word in _several(value) if isinstance(word, str)]


def _several(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _name(document: dict[str, Any]) -> str:
    names = document.get("nameMap")
    spelt = list(names.values()) if isinstance(names, dict) else []
    candidates = [document.get("name"), *spelt, document.get("preferredUsername")]
    return next((name for name in candidates if isinstance(name, str) and name), "")


def _keys(document: dict[str, Any], iri: str) -> tuple[ActorKey, ...]:
    """Return the keys of ``publicKey`` and of ``assertionMethod`` (FEP-521a), in that order.

    One that is called revoked in either place is no key, whatever the other says.
    """
    found: dict[str, ActorKey] = {}
    listed = _several(document.get("publicKey"))[:_MOST_KEYS]
    methods = _several(document.get("assertionMethod"))[:_MOST_KEYS]
    for entry in listed:
        _collect(found, _read_key(entry, iri, owner="owner", material="publicKeyPem"))
    for entry in methods:
        if isinstance(entry, dict) and "Multikey" in _words(entry.get("type")):
            key = _read_key(entry, iri, owner="controller", material="publicKeyMultibase")
            _collect(found, key)
    for entry in (*listed, *methods):
        if isinstance(entry, dict) and "revoked" in entry and isinstance(entry.get("id"), str):
            found.pop(entry["id"], None)
    return tuple(found.values())


def _collect(found: dict[str, ActorKey], key: ActorKey | None) -> None:
    if key is not None:
        found.setdefault(key.key_id, key)


def _read_key(entry: object, iri: str, *, owner: str, material: str) -> ActorKey | None:
    if not isinstance(entry, dict) or "revoked" in entry:
        return None
    key_id, text, stated = entry.get("id"), entry.get(material), entry.get(owner)
    if not (isinstance(key_id, str) and isinstance(text, str) and isinstance(stated, str)):
        return None
    if not same_iri(stated, iri) or not same_origin(without_fragment(key_id), iri):
        return None
    if is_too_long(key_id):
        return None
    if (material == "publicKeyMultibase") != text.startswith("z"):
        # Only a Multikey makes proofs, and only as one: what is listed as a PEM must be one.
        return None
    try:
        expires = _expiry(entry.get("expires"))
        return ActorKey(
            key_id=key_id, algorithm=key_algorithm(text), public_key=text, expires=expires
        )
    except (UnusableKey, ValueError):
        return None


def _expiry(value: object) -> datetime | None:
    """Return when a key ends; one whose end cannot be read has ended."""
    if value is None:
        return None
    try:
        return parse_time(str(value))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
