"""Replies to what is published here, and mentions: what persons write reaches the desk."""

from collections.abc import Mapping
from typing import Any

from federation.authority import check_embedded_object
from node.receiving.batch import Batch
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id
from node.receiving.tell_desk import (
    NOT_WELCOME,
    addressed_actor,
    concerned_thing,
    named,
    tell_desk,
    writing_of,
)
from node.storage import journal, messages
from vocab.classes import classify


async def receive_writing(batch: Batch, received: Received) -> Outcome | None:
    """Give the desk what *received* carries, where it concerns it; None where it does not.

    What is of a class that nodes exchange, by somebody whose content is taken in, is content.
    Raises ForbiddenOrigin where it is not its sender's own.
    """
    written = received.document.get("object")
    if not isinstance(written, Mapping) or object_id(written) is None:
        return None
    if classify(written) is not None and await batch.takes_from(received.actor):
        return None
    about = await concerned_thing(batch, written)
    kind = "reply" if about else "mention"
    about = about or await addressed_actor(batch, written, received.document)
    if about is None:
        return None
    check_embedded_object(received.actor, written)
    iri = str(object_id(written))
    if await messages.is_known(batch.connection, actor=received.actor, object=iri):
        return ignored("The desk has this message.")
    if await journal.was_deleted(batch.connection, received.actor, iri):
        return ignored("Its author has taken it back.")
    return await tell_desk(
        batch,
        received,
        kind=kind,
        about=about,
        writing=writing_of(written),
        object=iri,
        url=next(named(written.get("url")), iri),
    )


async def receive_rewriting(batch: Batch, received: Received) -> Outcome | None:
    """Let the message to the desk say what its author changed it to; None where there is none."""
    written = received.document.get("object")
    iri = object_id(written)
    known = iri and await messages.is_known(batch.connection, actor=received.actor, object=iri)
    if not known or not isinstance(written, Mapping):
        return await receive_writing(batch, received)
    check_embedded_object(received.actor, written)
    if not batch.may_write(received.actor):
        return NOT_WELCOME
    return await _rewrite(batch, received.actor, str(iri), written)


async def _rewrite(batch: Batch, actor: str, iri: str, written: Mapping[str, Any]) -> Outcome:
    writing = writing_of(written)
    changed = await messages.rewrite(
        batch.connection, actor=actor, object=iri, title=writing.title, text=writing.text
    )
    return DONE if changed else ignored("The message says this already.")
