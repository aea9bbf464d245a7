"""Who may speak for what: ownership after FEP-fe34, as pure functions.

An owner and what it owns share an origin. Where two owners are compared, sharing a host is
not enough: a neighbour on the same server may not edit what is not its own.
"""

from collections.abc import Mapping
from typing import Any, Final

from federation.actors import RemoteActor
from federation.addressing import recipients
from federation.errors import ForbiddenOrigin, MalformedRequest
from federation.origins import (
    check_length,
    is_http_iri,
    same_iri,
    same_origin,
    without_fragment,
)

Document = Mapping[str, Any]

_KEYS: Final = frozenset({"publicKey", "publicKeyPem", "publicKeyMultibase", "assertionMethod"})


def reference(value: object) -> str | None:
    """Return the IRI that *value* is or has as its id; None for an object without one.

    Raises MalformedRequest for anything else, and for an object that names itself by
    ``@id``, which some readers would take for its id and others would not.
    """
    if isinstance(value, dict):
        if "@id" in value:
            raise MalformedRequest("An object in the document has @id, not id.")
        value = value.get("id")
        if value is None:
            return None
    if not isinstance(value, str):
        raise MalformedRequest("Where one object should stand, there is none, or several.")
    return value


def is_actor(document: Document) -> bool:
    """Say whether *document* has the shape of an actor (FEP-2277, with inbox alone)."""
    return "inbox" in document


def owner_of(document: Document) -> str | None:
    """Return the IRI of the owner that *document* names, judged by its shape (FEP-2277).

    An actor owns itself, an activity is its actor's, a key its owner's or controller's,
    all else its ``attributedTo``'s. None where it names nobody, or several.
    """
    if is_actor(document):
        owner = document.get("id")
    elif "publicKeyMultibase" in document:
        owner = document.get("controller")
    elif "publicKeyPem" in document:
        owner = document.get("owner")
    elif "actor" in document and "attributedTo" not in document:
        owner = document.get("actor")
    else:
        owner = document.get("attributedTo")
    if isinstance(owner, dict):
        owner = owner.get("id")
    return owner if isinstance(owner, str) else None


def is_own_key_id(key_id: str, actor: str) -> bool:
    """Say whether the id of a key is surely *actor*'s: in its document, or below its path.

    A neighbour on the same server may list a key under any other id, another actor's too.
    """
    return without_fragment(key_id) == actor or key_id.startswith(f"{actor}/")


def names_as_member(document: Document, cluster: str) -> bool:
    """Say whether *document* is an actor that says it is *cluster*'s member and its work."""
    groups = document.get("memberOf")
    groups = groups if isinstance(groups, list) else [groups]
    return (
        is_actor(document)
        and document.get("attributedTo") == cluster
        and any(group == cluster for group in groups)
    )


def may_speak_for(actor: str, document: Document) -> bool:
    """Say whether *document* names an id at the actor's origin and *actor* as its owner."""
    iri = document.get("id")
    if not isinstance(iri, str) or not same_origin(iri, actor):
        return False
    if names_as_member(document, actor):
        return True
    owner = owner_of(document)
    return owner is not None and same_iri(owner, actor)


def may_prove(key_id: str, key_owner: str, document: Document) -> bool:
    """Say whether a key of *key_owner* proves *document* to be its owner's (FEP-8b32).

    The owner of both is one, and document, owner and key share an origin (FEP-fe34,
    "Signatures"). An actor, or anything else with keys in it, is never believed so: it is
    fetched at its own id, and every proof rests on that.
    """
    if is_actor(document) or not _KEYS.isdisjoint(document):
        return False
    return same_origin(key_id, key_owner) and may_speak_for(key_owner, document)


def check_embedded_object(actor: str, document: Document) -> None:
    """Check that *actor* may say what *document* is (SECURITY A6, A7, A9).

    Raises MalformedRequest where it has no id, ForbiddenOrigin where it is of another
    origin than *actor*, or does not name *actor*, and it alone, as its owner.
    """
    iri = reference(document)
    check_length(iri)
    if iri is None or not is_http_iri(iri):
        raise MalformedRequest("The object has no id that can be fetched.")
    if not may_speak_for(actor, document):
        raise ForbiddenOrigin(
            "The object is not attributed to the actor, or is on another server.",
            log=f"{actor} speaks for {iri} of {owner_of(document)!r}",
        )


def check_owner(actor: str, stored_owner: str) -> None:
    """Check that who updates, deletes or undoes a thing is its owner as it is kept here.

    Raises ForbiddenOrigin.
    """
    if not same_iri(actor, stored_owner):
        raise ForbiddenOrigin(
            "The actor does not own this object.", log=f"{actor} is not {stored_owner}"
        )


def check_fetched(url: str, document: Document) -> str:
    """Return the id of a document that was found at *url*, the last one after redirects.

    Raises MalformedRequest where it has no id, ForbiddenOrigin where the id or the owner
    is of another origin than *url* (FEP-fe34, SECURITY A11).
    """
    iri = reference(document)
    if iri is None:
        raise MalformedRequest("The fetched document has no id.", log=f"fetched from {url}")
    if not same_origin(iri, url):
        raise ForbiddenOrigin(
            "The document was found on another server than its id names.",
            log=f"{iri!r} found at {url}",
        )
    owner = owner_of(document)
    if owner is not None and not same_origin(owner, iri):
        raise ForbiddenOrigin(
            "The document is attributed to somebody on another server.",
            log=f"{iri} attributed to {owner!r}",
        )
    return iri


def check_read(iri: str, owner: str, *, url: str, document: Document) -> None:
    """Check that *document*, found at *url*, is the thing *iri* as its *owner* has it.

    Raises MalformedRequest or ForbiddenOrigin, as ``check_fetched`` and
    ``check_embedded_object`` do, and where another thing stands there.
    """
    found = check_fetched(url, document)
    check_embedded_object(owner, document)
    if found != iri:
        raise ForbiddenOrigin("At its address stands another thing.", log=f"{found!r} at {iri}")


def check_tombstone(actor: str, iri: str) -> None:
    """Check that *actor* may bury the thing *iri* at all: it is of its own origin.

    Whether it was the owner is told by what stood there (``tombstone_applies``). Raises
    ForbiddenOrigin.
    """
    if not same_origin(actor, iri):
        raise ForbiddenOrigin(
            "Nobody deletes what is on another server.", log=f"{actor} deletes {iri}"
        )


def check_member_claim(cluster: RemoteActor, document: Document, *, listed: bool) -> None:
    """Check that *cluster* may add, update or remove the member that *document* describes.

    Both must say so: the member is of the cluster's origin, attributed to it and names it
    in ``memberOf``; the cluster's own fetched ``members`` collection has it (*listed*).
    Keys in such a copy mean nothing. Raises ForbiddenOrigin.
    """
    iri = document.get("id")
    own = isinstance(iri, str) and same_origin(iri, cluster.iri)
    if not (cluster.kind == "cluster" and own and names_as_member(document, cluster.iri)):
        raise ForbiddenOrigin(
            "The member does not say that it belongs to this cluster.", log=f"member {iri!r}"
        )
    if not listed:
        raise ForbiddenOrigin("The cluster does not list this member.", log=f"member {iri!r}")


def check_answer(actor: str, asked: Document) -> None:
    """Check that an Accept or Reject comes from whom *asked*, our own activity, was for.

    A Follow is answered by whom it would follow, anything else by whom it was sent to
    (SECURITY A18). Raises ForbiddenOrigin.
    """
    followed = asked.get("type") == "Follow"
    entitled = [reference(asked.get("object"))] if followed else list(recipients(asked))
    if not any(iri is not None and same_iri(iri, actor) for iri in entitled):
        raise ForbiddenOrigin(
            "The answer does not come from whom was asked.",
            log=f"{actor} answers {asked.get('id')}",
        )


def tombstone_applies(deleting_actor: str, owner: str) -> bool:
    """Say whether a Tombstone by *deleting_actor* holds against a thing of *owner*.

    A Tombstone binds an object and who deleted it, so that nobody deletes in advance what
    will not be theirs.
    """
    return same_iri(deleting_actor, owner)
