"""Give an offer or need of ours a new end: a new version, told as any other."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError, UnknownResource
from node.identity import Identity
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.storage import resources
from vocab import clock
from vocab.classes import ResourceClass
from vocab.inline_context import without_proof

RENEWABLE = (ResourceClass.OFFER, ResourceClass.NEED)


async def renew_offer(
    connection: AsyncConnection,
    identity: Identity,
    iri: str,
    until: str,
    *,
    moment: datetime | None = None,
) -> Published:
    """Let the offer or need *iri* end at *until*, a day or a time with its zone.

    Interest in it that nobody had taken over before it ended stands open again. Raises
    UnknownResource where there is no such offer or need of ours, RefusedDocument where *until*
    is no time, NodeError where it is past.
    """
    moment = moment or clock.now()
    row = await resources.get(connection, iri)
    if row is None or not row.local or row.klass not in RENEWABLE or row.state != "published":
        raise UnknownResource(
            f"There is no offer or need of this node at {iri}.",
            remedy="Give the address as its page shows it under “Data”, without a suffix.",
        )
    document = without_proof(row.document) | {"endTime": until}
    draft = Draft(document=document, klass=row.klass, iri=iri, revises=True)
    (published,) = await publish(connection, identity, [draft], moment=moment)
    renewed = await resources.get(connection, iri)
    if renewed is not None and renewed.ends_at and renewed.ends_at <= clock.timestamp(moment):
        raise NodeError(f"{until} is past.", remedy="Choose a day to come.", status=422)
    return published
