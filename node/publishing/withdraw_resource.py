"""Take something back: a Tombstone stands where it stood, and everyone who had it is told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.drafts import Published
from node.publishing.fan_out import Followers
from node.publishing.member_actors import end_member_actors
from node.publishing.outgoing import Outgoing
from node.publishing.publish_documents import classes_told_as_one, tell_collection, withdrawal
from node.storage import resources
from node.storage.resource_rows import ResourceRow
from node.storage.resources import Withdrawal
from vocab import clock
from vocab.classes import ResourceClass
from vocab.inline_context import with_inline_context
from vocab.wire_object import wire_text


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
    return (await withdraw_all(connection, identity, [row], moment=moment))[0]


async def withdraw_all(
    connection: AsyncConnection,
    identity: Identity,
    rows: Sequence[ResourceRow],
    *,
    moment: datetime | None = None,
) -> list[Published]:
    """Withdraw resources of ours; many members or concepts are told as one change."""
    outgoing = Outgoing(identity=identity, moment=moment or clock.now())
    followers = await Followers.load(connection, identity)
    standing = [row for row in rows if row.state != "withdrawn"]
    bulk = classes_told_as_one(row.klass for row in standing if row.is_public)
    stones, told = [], {}
    for row in standing:
        tombstone, document = withdrawal(row, identity, outgoing)
        if row.state == "published" and row.audience != "private" and row.klass not in bulk:
            inboxes = followers.inboxes(row.klass, row.audience, takes_back=True)
            told[row.iri] = outgoing.send(
                document, audience=row.audience, inboxes=inboxes, about=row.iri
            )
        text = wire_text(with_inline_context(tombstone))
        stones.append(Withdrawal(iri=row.iri, tombstone=text, activity=told.get(row.iri)))
    await resources.withdraw(connection, stones, at=clock.timestamp(outgoing.moment))
    for klass in bulk:
        await tell_collection(connection, klass, identity, outgoing, followers)
    members = [row.iri for row in standing if row.klass is ResourceClass.MEMBER]
    await end_member_actors(connection, members, outgoing)
    await outgoing.write(connection)
    deliveries = Counter(queued.activity for queued in outgoing.queued)
    return [_published(row, told.get(row.iri), deliveries) for row in rows]


def _published(row: ResourceRow, activity: str | None, deliveries: Mapping[str, int]) -> Published:
    stood = row.state != "withdrawn"
    return Published(
        iri=row.iri,
        klass=row.klass,
        change="withdrawn" if stood else "unchanged",
        version=row.version + 1 if stood else row.version,
        version_before=row.version,
        activity=activity,
        deliveries=deliveries[activity] if activity else 0,
    )


def tombstone_text(row: ResourceRow) -> str:
    """Return the Tombstone of what was public and no longer is, as wire text."""
    stone = activities.tombstone(
        iri=row.iri,
        former_type=str(row.document.get("type", "")),
        deleted=clock.wire_time(clock.parse_time(row.updated_at)),
    )
    return wire_text(with_inline_context(stone))
