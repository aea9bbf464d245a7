"""The desk approves a server: what is for the network goes there from now on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.identity import Identity
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.storage import peers, resource_lists
from node.storage.resource_rows import ResourceFilter
from vocab import clock


async def approve_peer(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    *,
    moment: datetime | None = None,
) -> bool:
    """Approve *host* and send it what stands for the network; False if it was approved before.

    What is for the network stands in no collection that could be read later, so it is sent.
    """
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    known = await peers.get(connection, host)
    if known is not None and known.state == "approved":
        return False
    await peers.upsert_seen(connection, host, now=clock.timestamp(outgoing.moment))
    await peers.set_state(connection, host, "approved")
    followers = await Followers.load(connection, identity)
    inboxes = [row.inbox for row in followers.all if row.is_node and row.host == host]
    if not inboxes:
        return True  # it does not follow us yet, or is no node
    wanted = ResourceFilter(audiences=("network",), local=True, at=clock.timestamp(outgoing.moment))
    for row in await resource_lists.list_page(connection, wanted, limit=1_000):
        activity = activities.create(
            id=outgoing.new_id(),
            actor=identity.cluster,
            object=row.document,
            published=clock.wire_time(outgoing.moment),
        )
        outgoing.send(activity, audience="network", inboxes=inboxes, about=row.iri)
    await outgoing.write(connection)
    return True
