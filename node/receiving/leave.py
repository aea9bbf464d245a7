"""Leave: a cluster takes no part in a collaboration of ours any more.

What waits for the desk is taken back; whoever takes part is no longer named. Where nobody
would be left, the desk is told instead, since a collaboration names one company at least.
"""

from node.errors import RefusedDocument
from node.publishing.change_partners import without_partner
from node.publishing.drafts import Draft
from node.publishing.publish_documents import publish
from node.receiving.batch import Batch
from node.receiving.contributing import contributors_of, iris
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id, refused
from node.storage import contributions
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass

FOR_THE_DESK = "Without them the collaboration would name no company; the desk must decide."


async def receive_leave(batch: Batch, received: Received) -> Outcome:
    """Let the sender out: all of its node, or the one company that ``participant`` names."""
    about = object_id(received.document.get("object"))
    if about is None:
        return refused("It names nothing that could be left.")
    work = await batch.standing(about)
    if work is None or not work.local or work.klass is not ResourceClass.COLLABORATION:
        return ignored("It leaves no collaboration of this node.")
    companies = iris(received.document.get("participant"))
    rows = await contributions.standing_joins(batch.connection, about, received.actor, sent=False)
    rows = [row for row in rows if not companies or row.member in companies]
    state = "left"
    if work.state == "published" and received.actor in contributors_of(work.document):
        state = await _taken_out(batch, received, work, companies[:1])
    elif not rows:
        return ignored("Its sender takes no part in the collaboration.")
    for row in rows:
        now = "withdrawn" if row.state == "open" else state
        reason = FOR_THE_DESK if now == "leaving" else None
        await contributions.decide(
            batch.connection, row.id, state=now, at=batch.arrival, reason=reason
        )
    return DONE if state == "left" else Outcome("done", FOR_THE_DESK)


async def _taken_out(
    batch: Batch, received: Received, work: ResourceRow, companies: list[str]
) -> str:
    document = without_partner(
        work.document, received.actor, received.host, companies[0] if companies else None
    )
    draft = Draft(document=document, klass=work.klass, iri=work.iri, revises=True)
    try:
        await publish(batch.connection, batch.identity, [draft], moment=batch.moment)
    except RefusedDocument:
        return "leaving"
    batch.has_published(work.iri)
    return "left"
