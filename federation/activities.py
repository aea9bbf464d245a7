"""Activities as this node writes them.

Each builder returns a new wire object with the ActivityStreams context; the terms of our own
that an embedded object uses are added to the context by whoever publishes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vocab.terms import AS_CONTEXT

Wire = dict[str, Any]
Object = str | Mapping[str, Any]


def create(*, id: str, actor: str, object: Mapping[str, Any], published: str) -> Wire:
    """Return the Create of *object*, addressed as the object is."""
    return _about(object, type="Create", id=id, actor=actor, published=published)


def update(*, id: str, actor: str, object: Mapping[str, Any], published: str) -> Wire:
    """Return the Update of *object*, addressed as the object is."""
    return _about(object, type="Update", id=id, actor=actor, published=published)


def delete(
    *, id: str, actor: str, object: Object, to: Sequence[str], cc: Sequence[str], published: str
) -> Wire:
    """Return the Delete of *object*, a Tombstone or an IRI, to those who had the object."""
    return _activity(
        type="Delete", id=id, actor=actor, object=_embed(object), to=to, cc=cc, published=published
    )


def tombstone(*, iri: str, former_type: str, deleted: str) -> Wire:
    """Return what stands in the place of a deleted object; *deleted* is a time."""
    return {"id": iri, "type": "Tombstone", "formerType": former_type, "deleted": deleted}


def follow(*, id: str, actor: str, object: str) -> Wire:
    """Return the request of *actor* to follow *object*, addressed to it."""
    return _activity(type="Follow", id=id, actor=actor, object=object, to=[object])


def accept(*, id: str, actor: str, object: Mapping[str, Any]) -> Wire:
    """Return the Accept of *object*, a Follow or Offer, addressed to its actor."""
    return _answer(object, type="Accept", id=id, actor=actor)


def reject(*, id: str, actor: str, object: Mapping[str, Any]) -> Wire:
    """Return the Reject of *object*, a Follow or Offer, addressed to its actor."""
    return _answer(object, type="Reject", id=id, actor=actor)


def offer(
    *, id: str, actor: str, object: Mapping[str, Any], to: Sequence[str], **more: Any
) -> Wire:
    """Return the Offer of *object* to those in *to*; *more* are further fields of it."""
    return _activity(type="Offer", id=id, actor=actor, to=to, **more, object=_embed(object))


def accept_offer(
    *, id: str, actor: str, offer: str, to: Sequence[str], result: Mapping[str, Any], **more: Any
) -> Wire:
    """Return the Accept of the Offer of that id, with what came of it (FEP-0837)."""
    return _activity(
        type="Accept", id=id, actor=actor, object=offer, to=to, **more, result=_embed(result)
    )


def reject_offer(*, id: str, actor: str, offer: str, to: Sequence[str], content: str = "") -> Wire:
    """Return the Reject of the Offer of that id, with a reason where there is one."""
    return _activity(type="Reject", id=id, actor=actor, object=offer, to=to, content=content)


def undo(*, id: str, actor: str, object: Mapping[str, Any]) -> Wire:
    """Return the Undo of an activity, addressed as that activity was."""
    return _about(object, type="Undo", id=id, actor=actor)


def join(
    *,
    id: str,
    actor: str,
    object: str,
    to: str,
    participant: str | None,
    content: str,
    published: str,
) -> Wire:
    """Return the request of *actor* to join *object*, with *participant* as the company."""
    return _activity(
        type="Join",
        id=id,
        actor=actor,
        object=object,
        participant=participant,
        content=content,
        to=[to],
        published=published,
    )


def leave(
    *, id: str, actor: str, object: str, to: str, participant: str | None, published: str
) -> Wire:
    """Return the Leave of *object*: of all of *actor*'s, or of *participant* alone."""
    return _activity(
        type="Leave",
        id=id,
        actor=actor,
        object=object,
        participant=participant,
        to=[to],
        published=published,
    )


def announce(
    *, id: str, actor: str, object: Object, to: Sequence[str], cc: Sequence[str], published: str
) -> Wire:
    """Return the Announce of *object*: its IRI, or a copy that carries its owner's proof."""
    return _activity(
        type="Announce",
        id=id,
        actor=actor,
        object=_embed(object),
        to=to,
        cc=cc,
        published=published,
    )


def like(*, id: str, actor: str, object: str, to: Sequence[str]) -> Wire:
    """Return the Like of *object*, addressed to whoever answers for it."""
    return _activity(type="Like", id=id, actor=actor, object=object, to=to)


def flag(*, id: str, actor: str, object: Sequence[str], content: str, to: Sequence[str]) -> Wire:
    """Return the report of the things *object*, with the reason, to whoever answers for them."""
    return _activity(type="Flag", id=id, actor=actor, object=object, content=content, to=to)


def move(
    *, id: str, actor: str, target: str, to: Sequence[str], cc: Sequence[str], published: str
) -> Wire:
    """Return the Move of *actor* itself to the actor *target* (FEP-7628)."""
    return _activity(
        type="Move",
        id=id,
        actor=actor,
        object=actor,
        target=target,
        to=to,
        cc=cc,
        published=published,
    )


def block(*, id: str, actor: str, object: str) -> Wire:
    """Return the Block of the actor *object*, addressed to it alone."""
    return _activity(type="Block", id=id, actor=actor, object=object, to=[object])


def add(
    *, id: str, actor: str, object: Object, target: str, to: Sequence[str], cc: Sequence[str] = ()
) -> Wire:
    """Return the Add of *object* to the collection *target*."""
    return _activity(
        type="Add", id=id, actor=actor, object=_embed(object), target=target, to=to, cc=cc
    )


def remove(
    *, id: str, actor: str, object: Object, target: str, to: Sequence[str], cc: Sequence[str] = ()
) -> Wire:
    """Return the Remove of *object* from the collection *target*."""
    return _activity(
        type="Remove", id=id, actor=actor, object=_embed(object), target=target, to=to, cc=cc
    )


def _about(about: Mapping[str, Any], **fields: Any) -> Wire:
    addressing = {field: about[field] for field in ("to", "cc") if field in about}
    return _activity(**fields, object=_embed(about), **addressing)


def _answer(asked: Mapping[str, Any], **fields: Any) -> Wire:
    return _activity(**fields, object=_embed(asked), to=[asked["actor"]])


def _activity(**fields: Any) -> Wire:
    """Return the fields that say something, the context before them."""
    wire = {name: _plain(value) for name, value in fields.items()}
    return {"@context": AS_CONTEXT} | {name: value for name, value in wire.items() if value}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _embed(thing: Object) -> Any:
    if isinstance(thing, str):
        return thing
    if "proof" in thing:
        # Its own context is part of what was proved.
        return dict(thing)
    return {name: value for name, value in thing.items() if name != "@context"}
