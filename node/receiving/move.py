"""Move: an actor lives elsewhere from now on, if both addresses say so.

Anybody could say that somebody moved to them, or that they were somebody: so both actors are read
from their own ids, and the old one must name the new as ``movedTo``, the new one the old among
``alsoKnownAs``. Our Follow goes along; what the new server may send here is the desk's decision.
"""

from collections.abc import Mapping
from typing import Any

from federation.actors import RemoteActor, read_actor
from federation.errors import ForbiddenOrigin
from federation.origins import host_of, same_iri
from node.publishing.follow_actor import ask_to_follow
from node.publishing.unfollow_actor import take_follow_back
from node.receiving.batch import Batch
from node.receiving.outcomes import (
    DONE,
    NeedsFetch,
    Outcome,
    Received,
    ignored,
    object_id,
    refused,
)
from node.receiving.remote_actors import save_remote_actor
from node.receiving.tell_desk import Writing, named, tell_desk
from node.storage import follows

UNPROVED = "The two actors do not name each other, so nobody has moved."


async def receive_move(batch: Batch, received: Received) -> Outcome:
    """Follow the new address instead of the old one, if the move is proved from both sides."""
    if object_id(received.document.get("object")) != received.actor:
        return refused("Only an actor itself can move.")
    target = object_id(received.document.get("target"))
    if target is None or same_iri(target, received.actor) or batch.identity.is_local(target):
        return refused("It moves to no other actor elsewhere.")
    follow = await follows.get(batch.connection, batch.identity.cluster, received.actor)
    if follow is None or follow.state not in ("pending", "accepted"):
        return ignored("This node does not follow who moves.")
    if batch.policy.blocks(host_of(target)):
        return refused("It moves to a server that the desk has blocked.")
    old, new = _fetched(batch, received.actor), _fetched(batch, target)
    if not proves_move(old.document, new.document):
        return refused(UNPROVED)
    return await _follow_along(batch, received, old, new)


def _fetched(batch: Batch, iri: str) -> RemoteActor:
    """Return the actor as it was just read from its own id.

    Raises NeedsFetch before that, FederationError where it cannot be read or is another.
    """
    found = batch.fetched.get(iri)
    if found is None:
        raise NeedsFetch(iri)
    if isinstance(found, Exception):
        raise found
    actor = read_actor(found.document, found.url)
    if actor.iri != iri:
        raise ForbiddenOrigin("At the actor's address stands another one.", log=iri)
    return actor


def proves_move(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Say whether *old* says that it moved to *new*, and *new* that it is *old* too."""
    return new["id"] in named(old.get("movedTo")) and old["id"] in named(new.get("alsoKnownAs"))


async def _follow_along(
    batch: Batch, received: Received, old: RemoteActor, new: RemoteActor
) -> Outcome:
    for actor in (old, new):
        await save_remote_actor(batch.connection, actor)
    await ask_to_follow(batch.connection, batch.identity, new, batch.outgoing)
    await take_follow_back(batch.connection, batch.identity, old.iri, batch.outgoing)
    batch.forget_follows()
    batch.gone += [old.iri, new.iri]
    text = f"{old.iri} is now {new.iri}, and this node has asked to follow it there."
    if not batch.policy.is_in_network(host_of(new.iri)):
        text += f" Approve {host_of(new.iri)} to take in what it publishes."
    await tell_desk(
        batch,
        received,
        kind="move",
        about=None,
        writing=Writing(title="", text=text),
        url=new.iri,
    )
    return DONE
