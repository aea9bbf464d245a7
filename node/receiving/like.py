"""Like: somebody likes a thing of ours, and is counted."""

from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id
from node.receiving.tell_desk import is_shown
from node.storage import reactions
from node.storage.reactions import Kind, Reaction


async def receive_like(batch: Batch, received: Received) -> Outcome:
    """Count it, if it is about a thing that is published here."""
    iri = object_id(received.document.get("object"))
    if iri is None or not await is_shown(batch, iri):
        return ignored("It likes nothing of this node.")
    return await count_reaction(batch, received, iri, "like")


async def count_reaction(batch: Batch, received: Received, iri: str, kind: Kind) -> Outcome:
    """Count that the sender likes or shares *iri*, once, if the mode allows it."""
    if not batch.may_write(received.actor):
        return ignored("Nothing is counted of this server.")
    reaction = Reaction(
        object=iri,
        kind=kind,
        actor=received.actor,
        activity=received.activity,
        received_at=batch.arrival,
    )
    added = await reactions.add(batch.connection, reaction)
    return DONE if added else ignored("It is counted already.")
