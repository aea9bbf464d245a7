"""Add: a member or concept joins its cluster's collection."""

from node.receiving.batch import Batch
from node.receiving.create import source_of
from node.receiving.ingest_resource import ingest
from node.receiving.outcomes import Outcome, Received, ignored, object_id, refused
from node.receiving.update import check_claim


async def receive_add(batch: Batch, received: Received) -> Outcome:
    """Take in the member or concept, if the cluster adds it to a collection of its own."""
    if not await batch.takes_from(received.actor):
        return ignored("This node does not follow its sender.")
    sender = await batch.remote_actor(received.actor)
    target = object_id(received.document.get("target"))
    if sender is None or target is None or target not in (sender.members, sender.concepts):
        return ignored("It adds to a collection that nodes do not exchange.")
    added = received.embedded
    if added is None or object_id(added.document) is None:
        return refused("It adds nothing that has an id.")
    await check_claim(batch, sender, received.actor, added.document)
    return await ingest(batch, added, source_of(received))
