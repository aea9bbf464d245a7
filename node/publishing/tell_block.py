"""Tell an actor that this cluster blocks it, and later that it does no more.

ActivityPub leaves it to the blocker whether the blocked hears of it (6.9); this node says nothing
unless the desk wants it. Nothing goes to a blocked server, so a Block is posted before the block
holds, by the command; what is here about it is written down with the decision.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from federation.host_patterns import covering
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.storage import actors, follows, journal, peers
from node.storage.actors import ActorRow
from node.storage.peer_policy import PeerPolicy
from vocab import clock


async def actors_to_tell(
    connection: AsyncConnection, host: str, policy: PeerPolicy
) -> list[ActorRow]:
    """Return the known clusters that a block of *host* is about, or the actor known of it.

    Those that nothing may go out to already are left out.
    """
    known = await actors.remote_clusters(connection)
    found = [row for row in known if host in (name for name, _ in covering(row.host))]
    if not found:
        peer = await peers.get(connection, host)
        asked = await actors.get(connection, peer.actor or peer.asked_by or "") if peer else None
        found = [asked] if asked else []
    return [
        row
        for row in found
        if not row.local and row.inbox and not row.gone_at and policy.may_deliver(row.host)
    ]


async def note_blocks(
    connection: AsyncConnection, identity: Identity, blocks: Sequence[dict[str, Any]]
) -> None:
    """Keep *blocks*, which were posted, and end the follows between the two, as the told do."""
    outgoing = Outgoing(identity=identity, moment=clock.now())
    at = clock.timestamp(outgoing.moment)
    for block in blocks:
        us, them = block["actor"], block["object"]
        outgoing.send(block, audience="private", inboxes=[], about=them)
        await follows.decide(connection, follower=us, followed=them, state="undone", at=at)
        await follows.decide(connection, follower=them, followed=us, state="rejected", at=at)
    await outgoing.write(connection)


async def undo_blocks(connection: AsyncConnection, policy: PeerPolicy, outgoing: Outgoing) -> None:
    """Queue the Undo of every Block that was told and does not hold any more."""
    cluster = outgoing.identity.cluster
    told = await journal.objects_of(connection, cluster, "Block")
    for iri, row in (await actors.get_many(connection, told)).items():
        block = await journal.standing_about(connection, cluster, iri, "Block")
        if block is None or policy.blocks(row.host) or not row.inbox or row.gone_at:
            continue
        sent = json.loads(block.body)
        undone = activities.block(id=sent["id"], actor=cluster, object=iri)
        activity = activities.undo(id=outgoing.new_id(), actor=cluster, object=undone)
        outgoing.send(activity, audience="private", inboxes=[row.inbox], about=iri)
