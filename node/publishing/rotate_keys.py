"""Replace the keys of one of our actors, and tell those who know it.

The new key signs from the next message on. The one it replaces signs nothing any more; whoever
verifies what it signed may do so until its end, unless it is revoked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from federation.keys import KeyPair
from node.identity import Identity
from node.publishing.actor_keys import local_key
from node.publishing.fan_out import Followers
from node.publishing.node_actors import as_actor
from node.publishing.outgoing import Outgoing
from node.storage import actors, follows, keys, resources
from node.storage.actors import ActorRow
from node.storage.keys import KeyRow
from node.storage.peer_policy import load_policy
from vocab import clock
from vocab.classes import ResourceClass
from vocab.terms import AS_PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What became of an actor's keys."""

    actor: str
    #: Ids of the keys that sign from now on.
    new: tuple[str, ...]
    #: Ids of the keys that verify nothing any more.
    revoked: tuple[str, ...]
    #: Until when those that were replaced verify what they signed; None where they are revoked.
    former_until: str | None
    #: Inboxes that are told.
    told: int


async def rotate_keys(
    connection: AsyncConnection,
    identity: Identity,
    actor: ActorRow,
    pairs: Mapping[str, KeyPair],
    *,
    keep: timedelta,
    revoke: bool = False,
    moment: datetime | None = None,
) -> Rotation:
    """Let *pairs*, by algorithm, be the keys of *actor* from now on.

    Former keys stay valid for *keep*; with *revoke* they, and any before them that are valid
    yet, are valid no longer.
    """
    moment = moment or clock.now()
    now, until = clock.timestamp(moment), clock.timestamp(moment + keep)
    standing = await keys.keys_of(connection, actor.iri)
    revoked: list[str] = []
    for algorithm in pairs:
        if revoke:
            revoked += await keys.revoke_keys(connection, actor.iri, algorithm, at=now)
        else:
            await keys.retire_keys(connection, actor.iri, algorithm, expires_at=until)
    added = [
        local_key(actor.iri, pair, number=_next_number(standing, algorithm), at=now)
        for algorithm, pair in pairs.items()
    ]
    await keys.add_keys(connection, added)
    return Rotation(
        actor=actor.iri,
        new=tuple(key.key_id for key in added),
        revoked=tuple(revoked),
        former_until=None if revoke else until,
        told=await _tell(connection, identity, actor, moment),
    )


def _next_number(standing: list[KeyRow], algorithm: str) -> int:
    return 1 + sum(1 for key in standing if key.algorithm == algorithm)


async def _tell(
    connection: AsyncConnection, identity: Identity, actor: ActorRow, moment: datetime
) -> int:
    """Send the actor as it is now to those who know it; return to how many inboxes.

    Our own nodes read it anew from its own address; others take the copy, which is why the keys
    are in it. Nobody follows the instance: who has its old key asks for the new one by its id.
    """
    row = await resources.get(connection, actor.iri)
    if row is None or not row.is_public:
        return 0
    outgoing = Outgoing(identity=identity, moment=moment)
    public = await keys.keys_of(connection, actor.iri)
    shown = as_actor(row.document, public, identity)
    addressed = {"to": [AS_PUBLIC], "cc": [f"{actor.iri}/followers"]}
    update = activities.update(
        id=outgoing.new_id(),
        actor=actor.iri,
        object=shown | addressed,
        published=clock.wire_time(moment),
    )
    inboxes = await _inboxes(connection, identity, actor)
    activity: dict[str, Any] = {**update, "@context": shown["@context"]}
    outgoing.send(activity, audience="public", inboxes=inboxes, about=actor.iri)
    await outgoing.write(connection)
    return len(outgoing.queued)


async def _inboxes(connection: AsyncConnection, identity: Identity, actor: ActorRow) -> list[str]:
    """Return the inboxes of who follows *actor*, and of whom it follows: they know its keys."""
    if actor.iri != identity.cluster:
        rows = await follows.followers_of(connection, actor.iri)
        return list(dict.fromkeys(row.shared_inbox or row.inbox for row in rows))
    followers = await Followers.load(connection, identity)
    policy = await load_policy(connection)
    asked = await follows.asked_by(connection, actor.iri)
    iris = [row.followed for row in asked if row.state == "accepted"]
    followed = (await actors.get_many(connection, iris)).values()
    known = [row for row in followed if row.gone_at is None and policy.may_deliver(row.host)]
    told = followers.inboxes(ResourceClass.OFFER, "public")
    told += [inbox for row in known if (inbox := row.shared_inbox or row.inbox)]
    return list(dict.fromkeys(told))
