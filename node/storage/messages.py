"""Messages to the desk: what persons on other servers write, and what the node has to tell.

They are for the desk alone: nothing reads this table for graph, pages, feeds or other servers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_all, fetch_one, insert, values

MESSAGES = tables.messages
COLUMNS = columns(MESSAGES)
STATES = ("new", "handled")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message on its way to the desk."""

    #: IRI of the activity that brought it; an actor's activity brings one message.
    activity: str
    actor: str
    actor_name: str
    host: str
    #: IRI of what was written, whose Update and Delete the message follows.
    object: str | None = None
    #: IRI of a thing or actor of ours that it concerns.
    about: str | None = None
    #: reply, mention, report, offer, block, notification, interest_accept, …
    kind: str
    title: str = ""
    #: Plain text, no markup.
    text: str = ""
    #: Where people read it, or our own page about it: an http or https address.
    url: str | None = None
    #: JSON-LD as it came, of notifications.
    body: str | None = field(default=None, repr=False)
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message as SQL keeps it."""

    seq: int
    activity: str
    actor: str
    actor_name: str
    host: str
    object: str | None
    about: str | None
    kind: str
    title: str
    text: str
    url: str | None
    body: str | None = field(repr=False)
    received_at: str
    #: new or handled.
    state: str
    #: Who at the desk, by name.
    handled_by: str | None
    handled_at: str | None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the message of one row of the table."""
        return cls(**row)


async def add(connection: AsyncConnection, message: NewMessage) -> bool:
    """Keep *message* as new; False where the same activity brought it before."""
    statement = insert(connection, MESSAGES).on_conflict_do_nothing(
        index_elements=["actor", "activity"]
    )
    row = values(message) | {"state": "new"}
    return (await connection.execute(statement, row)).rowcount == 1


async def get(connection: AsyncConnection, seq: int) -> MessageRow | None:
    """Return the message of that number."""
    return await fetch_one(
        connection, select(*COLUMNS).where(MESSAGES.c.seq == seq), MessageRow.from_row
    )


async def number_of(connection: AsyncConnection, *, actor: str, activity: str) -> int | None:
    """Return the number of the message that this activity brought, None where it brought none."""
    query = select(MESSAGES.c.seq).where(MESSAGES.c.actor == actor, MESSAGES.c.activity == activity)
    found: int | None = await connection.scalar(query)
    return found


async def page(
    connection: AsyncConnection,
    *,
    limit: int,
    state: str | None = None,
    kind: str | None = None,
    before: int | None = None,
    after: int | None = None,
) -> list[MessageRow]:
    """Return up to *limit* messages, the newest first, of one state or kind or of all.

    *before* and *after* are numbers: the page goes on below *before*, or ends just above *after*.
    """
    query = select(*COLUMNS)
    if state is not None:
        query = query.where(MESSAGES.c.state == state)
    if kind is not None:
        query = query.where(MESSAGES.c.kind == kind)
    if before is not None:
        query = query.where(MESSAGES.c.seq < before)
    if after is not None:
        upwards = query.where(MESSAGES.c.seq > after).order_by(MESSAGES.c.seq).limit(limit)
        return (await fetch_all(connection, upwards, MessageRow.from_row))[::-1]
    downwards = query.order_by(MESSAGES.c.seq.desc()).limit(limit)
    return await fetch_all(connection, downwards, MessageRow.from_row)


async def count(connection: AsyncConnection, state: str | None = None) -> int:
    """Return how many messages there are, in *state* or in all."""
    query = select(func.count()).select_from(MESSAGES)
    if state is not None:
        query = query.where(MESSAGES.c.state == state)
    return int(await connection.scalar(query) or 0)


async def count_of_host(connection: AsyncConnection, host: str, *, since: str) -> int:
    """Return how many messages came from *host* since then."""
    query = select(func.count()).where(MESSAGES.c.host == host, MESSAGES.c.received_at >= since)
    return int(await connection.scalar(query) or 0)


async def count_waiting_of_host(connection: AsyncConnection, host: str) -> int:
    """Return how many messages of *host* nobody has handled."""
    query = select(func.count()).where(MESSAGES.c.host == host, MESSAGES.c.state == "new")
    return int(await connection.scalar(query) or 0)


async def mark(connection: AsyncConnection, seq: int, state: str, *, by: str, at: str) -> bool:
    """Let a message be handled *by* somebody, or new again; False where that changes nothing."""
    if state not in STATES:
        raise ValueError(f"{state!r} is none of {', '.join(STATES)}")
    handled = state == "handled"
    statement = update(MESSAGES).where(MESSAGES.c.seq == seq, MESSAGES.c.state != state)
    changed = statement.values(
        state=state, handled_by=by if handled else None, handled_at=at if handled else None
    )
    return (await connection.execute(changed)).rowcount == 1


async def rewrite(
    connection: AsyncConnection, *, actor: str, object: str, title: str, text: str
) -> bool:
    """Let what *actor* wrote as *object* say this; a changed one waits for the desk again.

    False where that changes nothing.
    """
    statement = update(MESSAGES).where(
        MESSAGES.c.actor == actor,
        MESSAGES.c.object == object,
        or_(MESSAGES.c.title != title, MESSAGES.c.text != text),
    )
    changed = statement.values(
        title=title, text=text, state="new", handled_by=None, handled_at=None
    )
    return (await connection.execute(changed)).rowcount > 0


async def is_known(connection: AsyncConnection, *, actor: str, object: str) -> bool:
    """Say whether what *actor* wrote as *object* is a message here."""
    query = select(MESSAGES.c.seq).where(MESSAGES.c.actor == actor, MESSAGES.c.object == object)
    return await connection.scalar(query.limit(1)) is not None


async def remove(connection: AsyncConnection, *, actor: str, object: str) -> bool:
    """Remove what *actor* wrote as *object* and took back; False where it is no message here."""
    statement = delete(MESSAGES).where(MESSAGES.c.actor == actor, MESSAGES.c.object == object)
    return (await connection.execute(statement)).rowcount > 0


async def remove_all_of(connection: AsyncConnection, actor: str) -> None:
    """Remove everything that *actor* wrote, who is gone."""
    await connection.execute(delete(MESSAGES).where(MESSAGES.c.actor == actor))


async def forget_handled(connection: AsyncConnection, keep: int) -> None:
    """Remove the oldest handled messages beyond *keep* in all; what is new stays."""
    beyond = await count(connection) - keep
    if beyond <= 0:
        return
    oldest = (
        select(MESSAGES.c.seq)
        .where(MESSAGES.c.state == "handled")
        .order_by(MESSAGES.c.seq)
        .limit(beyond)
    )
    await connection.execute(delete(MESSAGES).where(MESSAGES.c.seq.in_(oldest)))
