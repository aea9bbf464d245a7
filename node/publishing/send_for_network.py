"""What stands for the network, sent to a node as soon as it may have it.

It stands in no collection that could be read later. A node may have it once it both follows
this one and is approved; whichever comes last calls this.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.identity import Identity
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.storage import resource_lists
from node.storage.resource_rows import ResourceFilter
from vocab import clock

#: More than a cluster has standing at any time.
MOST = 1_000


async def send_for_network(
    connection: AsyncConnection, identity: Identity, host: str, outgoing: Outgoing
) -> None:
    """Queue a Create of each thing for the network, for the nodes of *host* that follow us.

    Nothing where none does, or *host* is not approved.
    """
    followers = await Followers.load(connection, identity)
    if not followers.policy.is_in_network(host):
        return
    inboxes = [row.inbox for row in followers.all if row.is_node and row.host == host]
    if not inboxes:
        return
    wanted = ResourceFilter(audiences=("network",), local=True, at=clock.timestamp(outgoing.moment))
    for row in await resource_lists.list_page(connection, wanted, limit=MOST):
        if not followers.policy.may_share(host, row.klass):
            continue
        activity = activities.create(
            id=outgoing.new_id(),
            actor=identity.cluster,
            object=row.document,
            published=clock.wire_time(outgoing.moment),
        )
        outgoing.send(activity, audience="network", inboxes=inboxes, about=row.iri)
