"""Delete: what its owner takes back stands here as a Tombstone."""

from collections.abc import Mapping

from node.receiving.batch import Batch
from node.receiving.create import source_of
from node.receiving.ingest_resource import withdraw_foreign
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id, refused
from node.storage import actors, follows, messages, reactions
from vocab.clock import timestamp, wire_time


async def receive_delete(batch: Batch, received: Received) -> Outcome:
    """Withdraw the object, if its owner asks; a Delete before its Create wins over it."""
    written = received.document.get("object")
    iri = object_id(written)
    if iri is None:
        return refused("It deletes nothing that has an id.")
    if iri == received.actor:
        return await _delete_actor(batch, received)
    if await messages.remove(batch.connection, actor=received.actor, object=iri):
        return DONE
    standing = await batch.standing(iri)
    if standing is None and not await batch.takes_from(received.actor):
        return ignored("Nothing of it was ever taken in.")
    return await withdraw_foreign(
        batch, iri, tombstone_of(iri, written, batch), source_of(received)
    )


def tombstone_of(iri: str, written: object, batch: Batch) -> dict[str, object]:
    """Return the Tombstone that was sent, or one of our own making."""
    stone: dict[str, object] = {"id": iri, "type": "Tombstone", "deleted": wire_time(batch.moment)}
    if isinstance(written, Mapping) and written.get("type") == "Tombstone":
        kept = ("formerType", "deleted")
        stone |= {key: written[key] for key in kept if isinstance(written.get(key), str)}
    return stone


async def _delete_actor(batch: Batch, received: Received) -> Outcome:
    """The actor is gone, and everything of it with it."""
    for iri in await batch.standing_of(received.actor):
        await withdraw_foreign(batch, iri, tombstone_of(iri, None, batch), source_of(received))
    now = timestamp(batch.moment)
    await follows.end_all(batch.connection, received.actor, at=now)
    await messages.remove_all_of(batch.connection, received.actor)
    await reactions.forget_actor(batch.connection, received.actor)
    await actors.mark_gone(batch.connection, received.actor, at=now)
    batch.forget_follows()
    batch.gone.append(received.actor)
    return DONE
