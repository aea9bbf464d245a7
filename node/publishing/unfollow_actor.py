"""Stop following: nothing new of the actor is taken in; what is here stays."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from federation.origins import host_of
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.storage import actors, follows, peer_decisions
from node.storage.peer_decisions import Decision
from vocab import clock


async def unfollow_actor(
    connection: AsyncConnection,
    identity: Identity,
    followed: str,
    *,
    moment: datetime | None = None,
    who: str = "",
) -> bool:
    """Take our Follow of *followed* back and tell it; False where it is not followed."""
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    undone = await take_follow_back(connection, identity, followed, outgoing)
    await outgoing.write(connection)
    if undone:
        made = Decision(
            host=host_of(followed),
            decision="unfollowed",
            detail=followed,
            who=who,
            decided_at=clock.timestamp(outgoing.moment),
        )
        await peer_decisions.record(connection, [made])
    return undone


async def take_follow_back(
    connection: AsyncConnection, identity: Identity, followed: str, outgoing: Outgoing
) -> bool:
    """Queue the Undo of our Follow of *followed*; False where it is not followed."""
    standing = await follows.get(connection, identity.cluster, followed)
    actor = await actors.get(connection, followed)
    if standing is None or standing.state not in ("pending", "accepted") or actor is None:
        return False
    await follows.decide(
        connection,
        follower=identity.cluster,
        followed=followed,
        state="undone",
        at=clock.timestamp(outgoing.moment),
    )
    undone = activities.follow(id=standing.activity, actor=identity.cluster, object=followed)
    activity = activities.undo(id=outgoing.new_id(), actor=identity.cluster, object=undone)
    inboxes = [actor.inbox] if actor.inbox else []
    outgoing.send(activity, audience="private", inboxes=inboxes, about=followed)
    return True
