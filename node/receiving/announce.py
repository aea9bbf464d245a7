"""Announce: somebody whom this node follows points at a thing; the thing itself is read."""

from federation.origins import same_origin
from node.receiving.batch import Batch
from node.receiving.create import ingest_fetched
from node.receiving.outcomes import (
    DONE,
    NeedsFetch,
    Outcome,
    Received,
    ignored,
    object_id,
    refused,
)


async def receive_announce(batch: Batch, received: Received) -> Outcome:
    """Take in what is announced, read from its own id, never the announcer's copy."""
    iri = object_id(received.document.get("object"))
    if iri is None:
        return refused("It announces nothing that has an id.")
    if not await batch.takes_from(received.actor):
        return ignored("This node does not follow its sender.")
    standing = await batch.standing(iri)
    if standing is not None:
        return DONE if standing.local else ignored("It is known here already.")
    found = batch.fetched.get(iri)
    if found is None:
        raise NeedsFetch(iri)
    if isinstance(found, Exception):
        return refused(f"What it announces could not be read: {found.safe}")
    owner = object_id(found.document.get("attributedTo"))
    if owner is None:
        return ignored("What it announces has no author.")
    if not same_origin(owner, received.actor) and not await batch.takes_from(owner):
        return ignored("This node does not follow the author of what it announces.")
    return await ingest_fetched(batch, iri, owner=owner, activity=received.activity)
