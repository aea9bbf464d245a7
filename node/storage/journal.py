"""The journal: what others sent us, before it is processed, and what we sent.

An activity is answered 202 when its row is on the disk. ``GroupCommit`` makes that cheap: all
that arrives while one transaction runs is written by the next.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import chunks, columns, fetch_all, fetch_one, named, values, write_all

INBOX = tables.inbox
OUTBOX = tables.outbox
INBOX_COLUMNS = columns(INBOX)
OUTBOX_COLUMNS = columns(OUTBOX)

#: Bodies claimed at once, in bytes: as trees they take up to 25 times as much.
CLAIM_BYTES = 4 << 20
#: Activities that are read to find out whether something was deleted before it came.
LOOKED_AT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInboxRow:
    """A verified activity on its way into the journal."""

    activity: str
    actor: str
    host: str
    type: str
    #: The actor whose inbox it came to; None: the shared inbox.
    recipient: str | None
    #: JSON text, as it was verified.
    body: str = field(repr=False)
    authenticated_by: str
    verification_method: str
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A journaled activity of someone else's."""

    seq: int
    activity: str
    actor: str
    host: str
    type: str
    recipient: str | None
    body: str = field(repr=False)
    authenticated_by: str
    verification_method: str
    received_at: str
    #: waiting, done, ignored, refused or failed.
    state: str
    #: Why it was ignored, refused or given up.
    outcome: str | None
    attempts: int
    next_attempt_at: str | None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the activity of one row of the table."""
        return cls(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """An activity of ours."""

    #: Its place in the order of publication; None before it is written.
    seq: int | None = None
    activity: str
    actor: str
    type: str
    #: IRI of what it is about.
    object: str | None
    #: public, network or private.
    audience: str
    #: JSON text, as it is sent.
    body: str = field(repr=False)
    published_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the activity of one row of the table."""
        return cls(**row)


#: Goes from one due row to the next and stops before it has read too much.
CLAIM = """
    WITH RECURSIVE taken (seq, number, bytes) AS (
        SELECT CAST(0 AS bigint), 0, CAST(0 AS bigint)
        UNION ALL
        SELECT due.seq, taken.number + 1, taken.bytes + {length}
        FROM taken JOIN inbox AS due ON due.seq = (
            SELECT seq FROM inbox
            WHERE state = 'waiting' AND seq > taken.seq
              AND (next_attempt_at IS NULL OR next_attempt_at <= :now)
              AND seq NOT IN (SELECT {aside})
            ORDER BY seq LIMIT 1)
        WHERE taken.number < :most AND taken.bytes < :most_bytes
    )
    SELECT {columns} FROM taken JOIN inbox ON inbox.seq = taken.seq ORDER BY inbox.seq
"""
_NAMES = ", ".join(f"inbox.{column.name}" for column in INBOX.columns)
CLAIM_SQLITE = text(
    CLAIM.format(
        columns=_NAMES,
        length="length(CAST(due.body AS blob))",
        aside="value FROM json_each(:aside)",
    )
)
CLAIM_POSTGRESQL = text(
    CLAIM.format(
        columns=_NAMES,
        length="octet_length(due.body)",
        aside="CAST(value AS bigint) FROM json_array_elements_text(CAST(:aside AS json))",
    )
)


async def claim_inbox(
    connection: AsyncConnection,
    limit: int,
    *,
    now: str,
    most_bytes: int = CLAIM_BYTES,
    without: Collection[int] = (),
) -> list[InboxRow]:
    """Return up to *limit* activities that wait and are due, in order of arrival.

    None in *without*, and none after *most_bytes* of bodies: one body may go beyond. They are
    not marked: one worker takes them in, and settles them with their effects in one
    transaction, so a crash in between leaves them as they were.
    """
    statement = CLAIM_POSTGRESQL if connection.dialect.name == "postgresql" else CLAIM_SQLITE
    given = {"now": now, "most": limit, "most_bytes": most_bytes, "aside": json.dumps([*without])}
    return [InboxRow.from_row(row) for row in named(await connection.execute(statement, given))]


async def get_waiting(connection: AsyncConnection, seq: int) -> InboxRow | None:
    """Return the activity of that number if it still waits, due or not."""
    query = select(*INBOX_COLUMNS).where(INBOX.c.seq == seq, INBOX.c.state == "waiting")
    return await fetch_one(connection, query, InboxRow.from_row)


async def defer_inbox(connection: AsyncConnection, numbers: Collection[int], *, until: str) -> None:
    """Let activities wait until then; that is no failed attempt."""
    for part in chunks(numbers):
        statement = update(INBOX).where(INBOX.c.seq.in_(part))
        await connection.execute(statement.values(next_attempt_at=until))


async def was_received(connection: AsyncConnection, actor: str, activity: str) -> bool:
    """Say whether *actor* sent an activity of that id, as far back as the journal goes."""
    query = select(INBOX.c.seq).where(INBOX.c.actor == actor, INBOX.c.activity == activity)
    return await connection.scalar(query.limit(1)) is not None


async def find_received(connection: AsyncConnection, activity: str, host: str) -> InboxRow | None:
    """Return the activity of that IRI, sent by an actor of *host*, as far back as is kept.

    By the host's actors, since the index begins with the actor.
    """
    senders = select(tables.actors.c.iri).where(tables.actors.c.host == host)
    query = select(*INBOX_COLUMNS).where(INBOX.c.activity == activity, INBOX.c.actor.in_(senders))
    return await fetch_one(connection, query.limit(1), InboxRow.from_row)


async def was_deleted(connection: AsyncConnection, actor: str, object: str) -> bool:
    """Say whether *actor* sent a Delete of *object*, as far back as the journal goes."""
    query = select(INBOX.c.body).where(
        INBOX.c.actor == actor,
        INBOX.c.type == "Delete",
        INBOX.c.body.contains(object, autoescape=True),
    )
    for body in (await connection.execute(query.limit(LOOKED_AT))).scalars():
        deleted = json.loads(body).get("object")
        if (deleted.get("id") if isinstance(deleted, Mapping) else deleted) == object:
            return True
    return False


async def was_undone(connection: AsyncConnection, actor: str, activity: str) -> bool:
    """Say whether *actor* sent an Undo that names *activity*, as far back as the journal goes.

    An IRI in a body is a JSON text of its own, so the quotes make the match exact.
    """
    named = INBOX.c.body.contains(f'"{activity}"', autoescape=True)
    query = select(INBOX.c.seq).where(INBOX.c.actor == actor, INBOX.c.type == "Undo", named)
    return await connection.scalar(query.limit(1)) is not None


async def settle_inbox(
    connection: AsyncConnection, settled: Sequence[tuple[int, str, str | None]]
) -> None:
    """Write down what became of activities: (seq, done|ignored|refused|failed, why)."""
    numbers: dict[tuple[str, str | None], list[int]] = {}
    for seq, state, why in settled:
        numbers.setdefault((state, why), []).append(seq)
    for (state, why), alike in numbers.items():
        for part in chunks(alike):
            statement = update(INBOX).where(INBOX.c.seq.in_(part))
            await connection.execute(
                statement.values(state=state, outcome=why, next_attempt_at=None)
            )


async def postpone_inbox(
    connection: AsyncConnection,
    seq: int,
    *,
    next_attempt_at: str,
    give_up: bool,
    reason: str,
) -> None:
    """Count a failed attempt; try again at *next_attempt_at*, or never with *give_up*."""
    later: dict[str, Any] = {"next_attempt_at": next_attempt_at}
    never: dict[str, Any] = {"state": "failed", "next_attempt_at": None}
    statement = update(INBOX).where(INBOX.c.seq == seq)
    counted = {"attempts": INBOX.c.attempts + 1, "outcome": reason}
    await connection.execute(statement.values(**counted, **(never if give_up else later)))


async def retry_inbox(connection: AsyncConnection, seq: int) -> bool:
    """Let an activity that was given up wait again; False where there is no such."""
    statement = update(INBOX).where(INBOX.c.seq == seq, INBOX.c.state == "failed")
    result = await connection.execute(statement.values(state="waiting", attempts=0, outcome=None))
    return result.rowcount == 1


async def inbox_counts(connection: AsyncConnection) -> dict[str, int]:
    """Return how many activities stand in each state."""
    query = select(INBOX.c.state, func.count().label("number")).group_by(INBOX.c.state)
    return {row.state: row.number for row in (await connection.execute(query)).all()}


async def received_page(
    connection: AsyncConnection,
    actor: str,
    *,
    shared: bool,
    limit: int,
    before: int | None = None,
    after: int | None = None,
) -> list[InboxRow]:
    """Return up to *limit* activities that came to *actor*'s inbox, the newest first.

    With *shared* those of the shared inbox too; what was refused is not told. *before* and
    *after* are as for ``outbox_page``.
    """
    query = select(*INBOX_COLUMNS).where(*_received_by(actor, shared))
    if before is not None:
        query = query.where(INBOX.c.seq < before)
    if after is not None:
        upwards = query.where(INBOX.c.seq > after).order_by(INBOX.c.seq).limit(limit)
        return (await fetch_all(connection, upwards, InboxRow.from_row))[::-1]
    downwards = query.order_by(INBOX.c.seq.desc()).limit(limit)
    return await fetch_all(connection, downwards, InboxRow.from_row)


async def count_received(connection: AsyncConnection, actor: str, *, shared: bool) -> int:
    """Return how many activities ``received_page`` tells of, on all pages."""
    query = select(func.count()).select_from(INBOX).where(*_received_by(actor, shared))
    return int(await connection.scalar(query) or 0)


def _received_by(actor: str, shared: bool) -> tuple[ColumnElement[bool], ...]:
    to_actor = INBOX.c.recipient == actor
    return (
        or_(to_actor, INBOX.c.recipient.is_(None)) if shared else to_actor,
        INBOX.c.state != "refused",
    )


async def append_outbox(connection: AsyncConnection, rows: Sequence[OutboxRow]) -> None:
    """Add activities of ours, in their order."""
    given = [values(row) for row in rows]
    for row in given:
        del row["seq"]
    await write_all(connection, OUTBOX.insert(), given)


async def get_activity(connection: AsyncConnection, iri: str) -> OutboxRow | None:
    """Return the activity of ours with that IRI, whatever its audience."""
    query = select(*OUTBOX_COLUMNS).where(OUTBOX.c.activity == iri)
    return await fetch_one(connection, query, OutboxRow.from_row)


async def standing_about(
    connection: AsyncConnection, actor: str, about: str, type: str
) -> OutboxRow | None:
    """Return the newest activity of *type* by *actor* about that thing, if it is not undone."""
    of_thing = select(*OUTBOX_COLUMNS).where(OUTBOX.c.actor == actor, OUTBOX.c.object == about)
    newest = of_thing.where(OUTBOX.c.type == type).order_by(OUTBOX.c.seq.desc()).limit(1)
    found = await fetch_one(connection, newest, OutboxRow.from_row)
    if found is None:
        return None
    later = of_thing.where(OUTBOX.c.type == "Undo", OUTBOX.c.seq > found.seq)
    undone = [
        json.loads(row.body)["object"]["id"]
        for row in await fetch_all(connection, later, OutboxRow.from_row)
    ]
    return None if found.activity in undone else found


async def objects_of(connection: AsyncConnection, actor: str, type: str) -> list[str]:
    """Return what the activities of *type* by *actor* were about, undone or not, each once."""
    query = select(OUTBOX.c.object).distinct()
    about = query.where(OUTBOX.c.actor == actor, OUTBOX.c.type == type)
    found = (await connection.execute(about.order_by(OUTBOX.c.object))).scalars()
    return [iri for iri in found if iri is not None]


async def outbox_page(
    connection: AsyncConnection,
    actor: str,
    *,
    limit: int,
    before: int | None = None,
    after: int | None = None,
    audience: str = "public",
) -> list[OutboxRow]:
    """Return up to *limit* activities of *actor*, the newest first.

    *before* and *after* are numbers (``seq``): the page goes on with what is older than
    *before*, or ends just above *after* (the page before).
    """
    of_actor = (OUTBOX.c.actor == actor, OUTBOX.c.audience == audience)
    query = select(*OUTBOX_COLUMNS).where(*of_actor)
    if before is not None:
        query = query.where(OUTBOX.c.seq < before)
    if after is not None:
        upwards = query.where(OUTBOX.c.seq > after).order_by(OUTBOX.c.seq).limit(limit)
        return (await fetch_all(connection, upwards, OutboxRow.from_row))[::-1]
    downwards = query.order_by(OUTBOX.c.seq.desc()).limit(limit)
    return await fetch_all(connection, downwards, OutboxRow.from_row)


async def count_outbox(connection: AsyncConnection, actor: str, *, audience: str = "public") -> int:
    """Return how many activities of *actor* there are for that audience."""
    query = select(func.count()).where(OUTBOX.c.actor == actor, OUTBOX.c.audience == audience)
    return int(await connection.scalar(query) or 0)
