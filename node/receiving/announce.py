"""Announce: somebody whom this node follows points at a thing; the thing itself is read.

A copy that stands in it, or that the announcing node holds, is taken for the thing only where
the owner's proof is in it (FEP-8b32).
"""

from urllib.parse import quote, urlsplit

from federation.errors import FederationError, FetchFailed, NothingShown, UnsupportedContent
from federation.origins import host_of, same_origin
from federation.ports import FetchedDocument
from node.receiving.batch import Batch
from node.receiving.create import ingest_fetched
from node.receiving.ingest_proved import ingest_proved
from node.receiving.like import count_reaction
from node.receiving.outcomes import (
    NeedsFetch,
    Outcome,
    Received,
    ignored,
    object_id,
    refused,
)
from node.receiving.tell_desk import is_shown
from vocab.wire_object import WireObject


async def receive_announce(batch: Batch, received: Received) -> Outcome:
    """Take in what is announced: a proved copy, or as it is read from its own id."""
    iri = object_id(received.document.get("object"))
    if iri is None:
        return refused("It announces nothing that has an id.")
    if batch.identity.is_local(iri):
        return await _count_share(batch, received, iri)
    if not await batch.takes_from(received.actor):
        return ignored("This node does not follow its sender.")
    copied = await _ingest_copy(batch, received, received.embedded)
    if copied is not None:
        return copied
    if await batch.standing(iri) is not None:
        return ignored("It is known here already.")
    if not batch.policy.takes(host_of(iri)):
        return ignored("What it announces is on a server that nothing is taken from.")
    return await _ingest_by_id(batch, received, iri)


async def _ingest_by_id(batch: Batch, received: Received, iri: str) -> Outcome:
    """Take in what stands at *iri*, or a proved copy of it where its server does not answer."""
    found = batch.fetched.get(iri)
    if found is None:
        raise NeedsFetch(iri)
    if isinstance(found, Exception):
        return await _without_owner(batch, received, iri, found)
    owner = object_id(found.document.get("attributedTo"))
    if owner is None:
        return ignored("What it announces has no author.")
    if not same_origin(owner, received.actor) and not await batch.takes_from(owner):
        return ignored("This node does not follow the author of what it announces.")
    return await ingest_fetched(batch, iri, owner=owner, activity=received.activity)


async def _count_share(batch: Batch, received: Received, iri: str) -> Outcome:
    """What is ours is not taken in; whoever shares it is counted, followed or not."""
    if not await is_shown(batch, iri):
        return ignored("It announces nothing of this node.")
    return await count_reaction(batch, received, iri, "share")


async def _without_owner(
    batch: Batch, received: Received, iri: str, error: FederationError
) -> Outcome:
    """Take in what the announcing node holds of *iri*, where the owner's does not answer."""
    answered = isinstance(error, NothingShown | UnsupportedContent)
    if isinstance(error, FetchFailed) and not answered:
        copied = await _ingest_copy(batch, received, await _held_copy(batch, received, iri))
        if copied is not None:
            return copied
    return refused(f"What it announces could not be read: {error.safe}")


async def _ingest_copy(batch: Batch, received: Received, copy: WireObject | None) -> Outcome | None:
    """Take in a copy of somebody else's thing by the proof in it; None where there is none."""
    if copy is None:
        return None
    return await ingest_proved(batch, copy, activity=received.activity)


async def _held_copy(batch: Batch, received: Received, iri: str) -> WireObject | None:
    """Return *iri* as the announcing node has it: nodes show others' things at one address."""
    announcer = await batch.remote_actor(received.actor)
    if announcer is None or announcer.kind != "cluster":
        return None
    place = urlsplit(announcer.iri)
    url = f"{place.scheme}://{place.netloc}/resource?iri={quote(iri, safe='')}"
    held = batch.fetched.get(url)
    if held is None:
        raise NeedsFetch(url)
    if not isinstance(held, FetchedDocument) or held.document.get("id") != iri:
        return None
    return WireObject(held.document)
