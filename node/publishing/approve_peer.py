"""The desk approves a server: what is for the network goes there from now on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.identity import Identity
from node.publishing.answer_follow import accept_follow
from node.publishing.outgoing import Outgoing
from node.publishing.send_for_network import send_for_network
from node.storage import actors, follows, peers
from vocab import clock


async def approve_peer(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    *,
    moment: datetime | None = None,
) -> bool:
    """Approve *host*, let in who waits there, send it what stands for the network.

    False if it was approved before.
    """
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    known = await peers.get(connection, host)
    if known is not None and known.state == "approved":
        return False
    await peers.upsert_seen(connection, host, now=clock.timestamp(outgoing.moment))
    await peers.set_state(connection, host, "approved")
    await _let_in(connection, host, outgoing)
    await send_for_network(connection, identity, host, outgoing)
    await outgoing.write(connection)
    return True


async def _let_in(connection: AsyncConnection, host: str, outgoing: Outgoing) -> None:
    """Accept the Follows that waited for the desk, as they do by allow-list."""
    waiting = await follows.waiting_at(connection, host)
    known = await actors.get_many(connection, [row.follower for row in waiting])
    for row in waiting:
        inbox = known[row.follower].inbox
        accepted = await follows.decide(
            connection,
            follower=row.follower,
            followed=row.followed,
            state="accepted",
            at=clock.timestamp(outgoing.moment),
        )
        if accepted and inbox:
            asked = activities.follow(id=row.activity, actor=row.follower, object=row.followed)
            accept_follow(outgoing, row.followed, asked, inbox=inbox)
