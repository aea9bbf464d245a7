"""Create: something new of an actor that this node follows."""

from federation.authority import check_embedded_object, check_read
from node.receiving.batch import Batch
from node.receiving.ingest_resource import Source, ingest
from node.receiving.interest_moves import receive_confirmation
from node.receiving.outcomes import (
    ComesEarly,
    NeedsFetch,
    Outcome,
    Received,
    ignored,
    object_id,
    refused,
)
from node.receiving.receive_writing import receive_writing
from vocab.wire_object import WireObject

NOT_FOLLOWED = "This node does not follow its sender, or the desk has not approved the server."


async def receive_create(batch: Batch, received: Received) -> Outcome:
    """Take in the object: embedded and of the actor itself, or fetched from its own id.

    What a person writes to us is a message to the desk instead.
    """
    written = received.document.get("object")
    iri = object_id(written)
    if iri is None:
        return refused("It creates nothing that has an id.")
    told = await receive_confirmation(batch, received) or await receive_writing(batch, received)
    if told is not None:
        return told
    if not await batch.takes_from(received.actor):
        if await batch.asked_to_follow(received.actor):
            raise ComesEarly
        return ignored(NOT_FOLLOWED)
    if received.embedded is None:
        return await ingest_fetched(batch, iri, owner=received.actor, activity=received.activity)
    check_embedded_object(received.actor, received.embedded.document)
    return await ingest(batch, received.embedded, source_of(received))


def source_of(received: Received) -> Source:
    """The activity as the source of the object in it."""
    return Source(
        owner=received.actor,
        activity=received.activity,
        authenticated_by=received.authenticated_by,
        verification_method=received.verification_method,
        received_at=received.received_at,
        carrier=received.document,
    )


async def ingest_fetched(batch: Batch, iri: str, *, owner: str, activity: str) -> Outcome:
    """Take in what stands at *iri*, read from there, if *owner* owns it."""
    found = batch.fetched.get(iri)
    if found is None:
        raise NeedsFetch(iri)
    if isinstance(found, Exception):
        return refused(f"Its object could not be read: {found.safe}")
    check_read(iri, owner, url=found.url, document=found.document)
    source = Source(
        owner=owner,
        activity=activity,
        authenticated_by="Fetch",
        verification_method=found.url,
        received_at=batch.arrival,
    )
    return await ingest(batch, WireObject(found.document), source)
