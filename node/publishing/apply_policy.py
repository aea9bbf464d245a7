"""What follows when who may talk has changed: in the queue, in the graph, for who waited."""

from collections.abc import Callable, Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.publishing.answer_follow import accept_follow
from node.publishing.outgoing import Outgoing
from node.publishing.send_for_network import send_for_network
from node.publishing.tell_block import undo_blocks
from node.storage import actors, deliveries, follows, shown_resources
from node.storage.peer_policy import PeerPolicy, load_policy
from vocab import clock
from vocab.classes import ResourceClass

Allows = Callable[[str, ResourceClass], bool]


async def apply_policy(
    connection: AsyncConnection, before: PeerPolicy, outgoing: Outgoing
) -> PeerPolicy:
    """Let happen what follows from the policy that stands now, where *before* stood until now.

    What waits for a blocked server goes. What is here of servers that nothing is taken from is
    hidden, and what is here of others shown; these are caught up with. Who waited by allow-list
    is accepted, and who is in the network now gets what stands for it. Who was told of a block that
    is over is told of that.
    """
    after = await load_policy(connection)
    queued = await deliveries.queued_hosts(connection)
    await deliveries.drop_hosts(connection, [host for host in queued if after.blocks(host)])
    await shown_resources.follow_policy(connection, after, at=clock.timestamp(outgoing.moment))
    await _catch_up(connection, before, after, outgoing)
    if _opens(before, after):
        await undo_blocks(connection, after, outgoing)
    await _let_in(connection, after, outgoing)
    await _share(connection, before, after, outgoing)
    await outgoing.write(connection)
    return after


async def _catch_up(
    connection: AsyncConnection, before: PeerPolicy, after: PeerPolicy, outgoing: Outgoing
) -> None:
    """Read anew what followed clusters have, of which more is taken now."""
    cluster = outgoing.identity.cluster
    for row in await follows.asked_by(connection, cluster):
        actor = await actors.get(connection, row.followed)
        if actor is not None and _grows(after.takes, before.takes, actor.host):
            await follows.read_from_start(connection, cluster, row.followed)


def _grows(now: Allows, then: Allows, host: str) -> bool:
    return any(now(host, klass) and not then(host, klass) for klass in ResourceClass)


def _opens(before: PeerPolicy, after: PeerPolicy) -> bool:
    """Whether a block is over, of a domain or of some server below one."""
    named = {*before.rules, *after.rules}
    return any(before.blocks(name) and not after.blocks(name) for name in named)


async def _let_in(connection: AsyncConnection, after: PeerPolicy, outgoing: Outgoing) -> None:
    """Accept the Follows that waited for the desk, as they do by allow-list."""
    waiting = await follows.waiting(connection)
    known = await actors.get_many(connection, [row.follower for row in waiting])
    for row in waiting:
        follower = known[row.follower]
        if not after.may_deliver(follower.host):
            continue
        accepted = await follows.decide(
            connection,
            follower=row.follower,
            followed=row.followed,
            state="accepted",
            at=clock.timestamp(outgoing.moment),
        )
        if accepted and follower.inbox:
            asked = activities.follow(id=row.activity, actor=row.follower, object=row.followed)
            accept_follow(outgoing, row.followed, asked, inbox=follower.inbox)


async def _share(
    connection: AsyncConnection, before: PeerPolicy, after: PeerPolicy, outgoing: Outgoing
) -> None:
    """Send what stands for the network to who follows this cluster and may have it only now."""
    followers = await follows.followers_of(connection, outgoing.identity.cluster)
    for host in _hosts(row.host for row in followers if row.is_node):
        if _grows(after.may_share, before.may_share, host):
            await send_for_network(connection, outgoing.identity, host, outgoing)


def _hosts(hosts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(hosts))
