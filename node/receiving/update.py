"""Update: a new version of something, of an actor, or news of a whole collection."""

from collections.abc import Mapping

from federation.actors import RemoteActor, read_actor
from federation.authority import (
    check_embedded_object,
    check_member_claim,
    names_as_member,
)
from federation.errors import ForbiddenOrigin
from node.receiving.batch import Batch
from node.receiving.create import ingest_fetched, source_of
from node.receiving.ingest_resource import ingest
from node.receiving.interest_moves import receive_status
from node.receiving.interest_offer import receive_offer_update
from node.receiving.outcomes import (
    DONE,
    NeedsFetch,
    Outcome,
    Received,
    ignored,
    object_id,
    refused,
)
from node.receiving.receive_writing import receive_rewriting
from node.receiving.remote_actors import save_remote_actor
from node.storage import follows
from vocab.classes import ResourceClass, classify


async def receive_update(batch: Batch, received: Received) -> Outcome:
    """Take in the new version, if its own actor sends it."""
    iri = object_id(received.document.get("object"))
    if iri is None:
        return refused("It updates nothing that has an id.")
    if iri == received.actor:
        return await _refresh_actor(batch, received)
    told = (
        await receive_offer_update(batch, received)
        or await receive_status(batch, received)
        or await receive_rewriting(batch, received)
    )
    if told is not None:
        return told
    if not await batch.takes_from(received.actor):
        return ignored("This node does not follow its sender.")
    sender = await batch.remote_actor(received.actor)
    if sender is not None and iri in (sender.members, sender.concepts):
        return await _read_changes(batch, received)
    if received.embedded is None:
        return await ingest_fetched(batch, iri, owner=received.actor, activity=received.activity)
    await check_claim(batch, sender, received.actor, received.embedded.document)
    return await ingest(batch, received.embedded, source_of(received))


async def check_claim(
    batch: Batch, sender: RemoteActor | None, actor: str, document: Mapping[str, object]
) -> None:
    """Check that *actor* speaks for *document*; for members it must be their cluster.

    Raises ForbiddenOrigin.
    """
    if sender is not None and classify(document) is ResourceClass.MEMBER:
        # The claim is the cluster's own signed word that this is in its collection.
        check_member_claim(sender, document, listed=True)
        known = await batch.remote_actor(str(document["id"]))
        if known is not None and not names_as_member(known.document, actor):
            raise ForbiddenOrigin("The member's own document does not name this cluster.")
    else:
        check_embedded_object(actor, document)


async def _refresh_actor(batch: Batch, received: Received) -> Outcome:
    """An actor is believed only as it is fetched from its own id, its keys before all.

    Whom this node follows it catches up with, which begins with that fetch and is tried again
    where it fails; of others the keys alone matter, so that a revoked one is no longer believed.
    """
    if await batch.is_followed(received.actor):
        await follows.mark_actor_stale(batch.connection, received.actor)
        batch.catch_up_wanted = True
        return DONE
    found = batch.fetched.get(received.actor)
    if found is None:
        raise NeedsFetch(received.actor)
    if isinstance(found, Exception):
        return refused(f"The actor could not be read: {found.safe}")
    actor = read_actor(found.document, found.url)
    if actor.iri != received.actor:
        return refused("At the actor's address stands another one.")
    await save_remote_actor(batch.connection, actor)
    batch.renewed.append(actor.iri)
    return DONE


async def _read_changes(batch: Batch, received: Received) -> Outcome:
    """Many members changed at once: read them from where we stopped."""
    await follows.want_catch_up(batch.connection, batch.identity.cluster, received.actor)
    batch.catch_up_wanted = True
    return DONE
