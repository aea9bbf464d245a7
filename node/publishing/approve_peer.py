"""The desk approves a server: what is for the network goes there from now on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.identity import Identity
from node.publishing.answer_follow import accept_follow
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.storage import actors, follows, peers, resource_lists
from node.storage.resource_rows import ResourceFilter
from vocab import clock


async def approve_peer(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    *,
    moment: datetime | None = None,
) -> bool:
    """Approve *host*, let in who waits there, send it what stands for the network.

    What is for the network stands in no collection that could be read later, so it is sent.
    False if it was approved before.
    """
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    known = await peers.get(connection, host)
    if known is not None and known.state == "approved":
        return False
    await peers.upsert_seen(connection, host, now=clock.timestamp(outgoing.moment))
    await peers.set_state(connection, host, "approved")
    await _let_in(connection, host, outgoing)
    await _send_for_network(connection, identity, host, outgoing)
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


async def _send_for_network(
    connection: AsyncConnection, identity: Identity, host: str, outgoing: Outgoing
) -> None:
    followers = await Followers.load(connection, identity)
    inboxes = [row.inbox for row in followers.all if row.is_node and row.host == host]
    if not inboxes:
        return  # it does not follow us yet, or is no node
    wanted = ResourceFilter(audiences=("network",), local=True, at=clock.timestamp(outgoing.moment))
    for row in await resource_lists.list_page(connection, wanted, limit=1_000):
        activity = activities.create(
            id=outgoing.new_id(),
            actor=identity.cluster,
            object=row.document,
            published=clock.wire_time(outgoing.moment),
        )
        outgoing.send(activity, audience="network", inboxes=inboxes, about=row.iri)
