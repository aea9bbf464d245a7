"""Remove: a member or concept leaves its cluster's collection."""

from federation.origins import same_origin
from node.receiving.batch import Batch
from node.receiving.create import source_of
from node.receiving.delete import tombstone_of
from node.receiving.ingest_resource import withdraw_foreign
from node.receiving.outcomes import Outcome, Received, ignored, object_id, refused


async def receive_remove(batch: Batch, received: Received) -> Outcome:
    """Withdraw the member or concept, if its cluster removes it from its own collection."""
    sender = await batch.remote_actor(received.actor)
    target = object_id(received.document.get("target"))
    if sender is None or target is None or target not in (sender.members, sender.concepts):
        return ignored("It removes from a collection that nodes do not exchange.")
    written = received.document.get("object")
    iri = object_id(written)
    if iri is None or not same_origin(iri, received.actor):
        return refused("It removes nothing of its own server.")
    if await batch.standing(iri) is None and not await batch.takes_from(received.actor):
        return ignored("Nothing of it was ever taken in.")
    return await withdraw_foreign(
        batch, iri, tombstone_of(iri, written, batch), source_of(received)
    )
