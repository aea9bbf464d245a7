"""Create: something new of an actor that this node follows."""

from collections.abc import Mapping
from typing import Any

from federation.authority import check_embedded_object, check_fetched
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
from vocab.wire_object import WireObject


async def receive_create(batch: Batch, received: Received) -> Outcome:
    """Take in the object: embedded and of the actor itself, or fetched from its own id."""
    written = received.document.get("object")
    iri = object_id(written)
    if iri is None:
        return refused("It creates nothing that has an id.")
    confirmed = await receive_confirmation(batch, received)
    if confirmed is not None:
        return confirmed
    if not await batch.takes_from(received.actor):
        if await batch.asked_to_follow(received.actor):
            raise ComesEarly
        return ignored(_not_followed(written))
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


def _not_followed(written: Any) -> str:
    answers = isinstance(written, Mapping) and (written.get("inReplyTo") or written.get("tag"))
    if answers:
        return "A message of somebody whom this node does not follow; it is kept for the desk."
    return "This node does not follow its sender, or the desk has not approved the server."


async def ingest_fetched(batch: Batch, iri: str, *, owner: str, activity: str) -> Outcome:
    """Take in what stands at *iri*, read from there, if *owner* owns it."""
    found = batch.fetched.get(iri)
    if found is None:
        raise NeedsFetch(iri)
    if isinstance(found, Exception):
        return refused(f"Its object could not be read: {found.safe}")
    check_fetched(found.url, found.document)
    check_embedded_object(owner, found.document)
    if found.document["id"] != iri:
        return refused("At the address of its object stands another one.")
    source = Source(
        owner=owner,
        activity=activity,
        authenticated_by="Fetch",
        verification_method=found.url,
        received_at=batch.arrival,
    )
    return await ingest(batch, WireObject(found.document), source)
