"""Take something back: a Tombstone stands where it stood, and everyone who had it is told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.drafts import Published
from node.publishing.fan_out import Followers
from node.publishing.outgoing import Outgoing
from node.publishing.publish_documents import withdrawal
from node.publishing.resource_rows import wire_text
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from vocab import clock
from vocab.inline_context import with_inline_context


async def withdraw(
    connection: AsyncConnection, identity: Identity, iri: str, *, moment: datetime | None = None
) -> Published:
    """Withdraw the local resource *iri*; doing it twice changes nothing.

    Raises UnknownResource where nothing of ours stands at *iri*, NodeError for the cluster.
    """
    row = await resources.get(connection, iri)
    if row is not None and row.iri == identity.cluster:
        raise NodeError(
            "The cluster itself cannot be withdrawn.",
            remedy="To take the node off the net, withdraw what it has published and stop it.",
        )
    if row is None or not row.local:
        raise UnknownResource(
            f"There is nothing of this node at {iri}.",
            remedy="Give the address as its page shows it under “Data”, without a suffix.",
        )
    if row.state == "withdrawn":
        return Published(
            iri=iri,
            klass=row.klass,
            change="unchanged",
            version=row.version,
            version_before=row.version,
        )
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    tombstone, document = withdrawal(row, identity, outgoing)
    activity = None
    if row.state == "published" and row.audience != "private":
        followers = await Followers.load(connection, identity)
        inboxes = followers.inboxes(row.klass, row.audience)
        activity = outgoing.send(document, audience=row.audience, inboxes=inboxes, about=iri)
    await resources.withdraw(
        connection,
        iri,
        tombstone=wire_text(with_inline_context(tombstone)),
        activity=activity,
        at=clock.timestamp(outgoing.moment),
    )
    await outgoing.write(connection)
    return Published(
        iri=iri,
        klass=row.klass,
        change="withdrawn",
        version=row.version + 1,
        version_before=row.version,
        activity=activity,
        deliveries=len(outgoing.queued),
    )


def tombstone_text(row: ResourceRow) -> str:
    """Return the Tombstone of what was public and no longer is, as wire text."""
    stone = activities.tombstone(
        iri=row.iri,
        former_type=str(row.document.get("type", "")),
        deleted=clock.wire_time(clock.parse_time(row.updated_at)),
    )
    return wire_text(with_inline_context(stone))
