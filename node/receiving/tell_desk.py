"""What persons on other servers write reaches the desk as messages, and nothing else.

Whoever may write sends no more than a bounded number in an hour, each of a bounded length, and
what is kept is bounded too: what goes beyond is refused, and the journal says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.origins import is_http_iri
from node.receiving.batch import Batch, MessageLimits
from node.receiving.outcomes import DONE, Outcome, Received, ignored, object_id, refused
from node.storage import actors, messages
from node.storage.messages import NewMessage
from vocab.clock import timestamp
from vocab.texts import choose, plain_text, text_map

#: The longest text of a message, in bytes; of its markup so much is read.
TEXT_BYTES, MARKUP = 10_000, 60_000
TITLE = 200
#: Who and what one message is looked through for.
MOST_NAMED = 50

NOT_WELCOME = refused("The desk takes no messages from this server.")
TOO_MANY = refused("Too many messages came from this server within an hour.")
TOO_MANY_WAIT = refused("Too many messages from this server wait for the desk.")
NO_ROOM = refused("More messages wait for the desk than are kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a message says, as plain text."""

    title: str
    text: str


async def tell_desk(
    batch: Batch,
    received: Received,
    *,
    kind: str,
    about: str | None,
    writing: Writing,
    object: str | None = None,
    url: str | None = None,
    body: str | None = None,
) -> Outcome:
    """Keep what *received* says as a message to the desk, if its sender may write so much."""
    if not batch.may_write(received.actor):
        return NOT_WELCOME
    full = await refusal_of(batch.connection, received.host, batch.message_limits, batch.moment)
    if full is not None:
        return full
    message = NewMessage(
        activity=received.activity,
        actor=received.actor,
        actor_name=await name_of(batch, received.actor),
        host=received.host,
        object=object,
        about=about,
        kind=kind,
        title=writing.title,
        text=writing.text,
        url=url if is_http_iri(url) else None,
        body=body,
        received_at=batch.arrival,
    )
    if not await messages.add(batch.connection, message):
        return ignored("The desk has this message.")
    return DONE


async def name_of(batch: Batch, actor: str) -> str:
    """Return what *actor* is called, by its own word; its IRI where it gives no name."""
    known = await batch.remote_actor(actor)
    return one_line(known.name) if known and known.name else actor


async def refusal_of(
    connection: AsyncConnection, host: str, limits: MessageLimits, moment: datetime
) -> Outcome | None:
    """Say why no more messages of *host* are taken now, or None; old handled ones make room."""
    hour_ago = timestamp(moment - timedelta(hours=1))
    if await messages.count_of_host(connection, host, since=hour_ago) >= limits.per_hour:
        return TOO_MANY
    if await messages.count_waiting_of_host(connection, host) >= limits.waiting_per_host:
        return TOO_MANY_WAIT
    await messages.forget_handled(connection, limits.kept - 1)
    if await messages.count(connection) >= limits.kept:
        return NO_ROOM
    return None


def writing_of(document: Mapping[str, Any]) -> Writing:
    """Return what *document* says; what is no text, or goes beyond the bounds, is left out."""
    texts = [_text(document, key) for key in ("summary", "content")]
    return Writing(
        title=one_line(_text(document, "name")),
        text=shortened("\n".join(text for text in texts if text)),
    )


def _text(document: Mapping[str, Any], key: str) -> str:
    _, markup = choose(text_map(document, key), ())
    return plain_text(markup[:MARKUP])


def one_line(text: str) -> str:
    """Return *text* as a short line."""
    return " ".join(text.split())[:TITLE]


def shortened(text: str) -> str:
    """Return *text* within the bound of a message."""
    if len(text.encode(errors="replace")) <= TEXT_BYTES:
        return text
    return text.encode(errors="replace")[: TEXT_BYTES - 4].decode(errors="ignore") + " …"


def named(value: Any) -> Iterator[str]:
    """Yield the IRIs in a property that has one value or several, links or objects."""
    for entry in (value if isinstance(value, list) else [value])[:MOST_NAMED]:
        iri = object_id(entry)
        if iri is not None:
            yield iri


async def concerned_thing(batch: Batch, document: Mapping[str, Any]) -> str | None:
    """Return the thing of ours that *document* is a reply to, where its author can see it."""
    for iri in named(document.get("inReplyTo")):
        if await is_shown(batch, iri):
            return iri
    return None


async def is_shown(batch: Batch, iri: str) -> bool:
    """Whether *iri* is a thing of ours that is published for others."""
    if not batch.identity.is_local(iri):
        return False
    row = await batch.standing(iri)
    return row is not None and row.local and row.state == "published" and row.audience != "private"


async def addressed_actor(batch: Batch, *documents: Mapping[str, Any]) -> str | None:
    """Return the actor of ours that *documents* mention or are addressed to."""
    for document in documents:
        for iri in _mentioned(document):
            if batch.identity.is_local(iri) and await _is_actor(batch, iri):
                return iri
    return None


def _mentioned(document: Mapping[str, Any]) -> Iterator[str]:
    tags = document.get("tag")
    for tag in (tags if isinstance(tags, list) else [tags])[:MOST_NAMED]:
        if isinstance(tag, Mapping) and tag.get("type") == "Mention":
            href = tag.get("href")
            if isinstance(href, str):
                yield href
    for key in ("to", "cc", "bto", "bcc", "audience"):
        yield from named(document.get(key))


async def _is_actor(batch: Batch, iri: str) -> bool:
    actor = await actors.get(batch.connection, iri)
    return actor is not None and actor.local and actor.kind in ("cluster", "member")
