"""Follow another cluster: the desk's decision to take in what it publishes."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from federation.actors import RemoteActor
from federation.origins import host_of
from node.identity import Identity
from node.publishing.approve_peer import approve_peer
from node.publishing.outgoing import Outgoing
from node.publishing.peer_signatures import learn_signatures
from node.storage import follows, peer_decisions, peers, resources
from node.storage.peer_decisions import Decision
from vocab import clock


async def follow_actor(
    connection: AsyncConnection,
    identity: Identity,
    actor: RemoteActor,
    *,
    moment: datetime | None = None,
    who: str = "",
    reason: str | None = "The desk follows it.",
) -> bool:
    """Ask to follow *actor*, whose document is stored; return False if it is followed already.

    Following a node is also the approval of its host: the desk has chosen it.
    """
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    now = clock.timestamp(outgoing.moment)
    host = host_of(actor.iri)
    await resources.take_turn(connection)  # before any row of a server, as the inbox does
    await peers.upsert_seen(
        connection, host, now=now, actor=actor.iri, is_node=actor.kind == "cluster"
    )
    await learn_signatures(connection, host, actor, at=now)
    await approve_peer(connection, identity, host, moment=outgoing.moment, who=who, reason=reason)
    asked = await ask_to_follow(connection, identity, actor, outgoing)
    await outgoing.write(connection)
    if asked:
        made = Decision(host=host, decision="followed", detail=actor.iri, who=who, decided_at=now)
        await peer_decisions.record(connection, [made])
    return asked


async def ask_to_follow(
    connection: AsyncConnection, identity: Identity, actor: RemoteActor, outgoing: Outgoing
) -> bool:
    """Queue a Follow of *actor*, approving nothing; False where it is followed already."""
    standing = await follows.get(connection, identity.cluster, actor.iri)
    if standing is not None and standing.state == "accepted":
        return False
    activity = activities.follow(id=outgoing.new_id(), actor=identity.cluster, object=actor.iri)
    await follows.upsert(
        connection,
        follower=identity.cluster,
        followed=actor.iri,
        activity=activity["id"],
        state="pending",
        follower_local=True,
        at=clock.timestamp(outgoing.moment),
    )
    outgoing.send(activity, audience="private", inboxes=[actor.inbox], about=actor.iri)
    return True
