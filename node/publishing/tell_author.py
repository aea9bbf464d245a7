"""Tell the author of a thing elsewhere that the cluster likes it, or reports it."""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import UnknownResource
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.storage import actors, journal, resources
from node.storage.resource_rows import ResourceRow
from vocab import clock


async def like_resource(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> bool:
    """Send a Like of *iri* to its author; False where the cluster likes it already.

    Raises UnknownResource where this node holds no such thing of somebody else's.
    """
    row = await _of_others(connection, iri)
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    last = await journal.standing_about(connection, identity.cluster, iri, "Like")
    if last is not None:
        return False
    activity = activities.like(
        id=outgoing.new_id(), actor=identity.cluster, object=iri, to=[row.owner]
    )
    await _send(connection, outgoing, row, activity)
    return True


async def like_no_more(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> bool:
    """Undo the Like; False where there is none that stands. Raises as ``like_resource`` does."""
    row = await _of_others(connection, iri)
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    last = await journal.standing_about(connection, identity.cluster, iri, "Like")
    if last is None:
        return False
    activity = activities.undo(
        id=outgoing.new_id(), actor=identity.cluster, object=json.loads(last.body)
    )
    await _send(connection, outgoing, row, activity)
    return True


async def report_resource(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    reason: str,
    *,
    moment: datetime | None = None,
) -> str:
    """Report *iri* to the node that answers for it; return the activity's IRI.

    Raises UnknownResource as ``like_resource`` does.
    """
    row = await _of_others(connection, iri)
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    activity = activities.flag(
        id=outgoing.new_id(),
        actor=identity.cluster,
        object=[row.owner, iri],
        content=reason,
        to=[row.owner],
    )
    await _send(connection, outgoing, row, activity)
    return str(activity["id"])


async def _of_others(connection: AsyncConnection, iri: str) -> ResourceRow:
    row = await resources.get(connection, iri)
    if row is None or row.local or row.state != "published":
        raise UnknownResource(
            f"This node holds nothing of another cluster at {iri}.",
            remedy="Give the address of the thing at its own node.",
        )
    return row


async def _send(
    connection: AsyncConnection, outgoing: Outgoing, row: ResourceRow, activity: activities.Wire
) -> None:
    author = await actors.get(connection, row.owner)
    inboxes = [author.inbox] if author and author.inbox and not author.gone_at else []
    outgoing.send(activity, audience="private", inboxes=inboxes, about=row.iri)
    await outgoing.write(connection)
