"""How far an activity of ours got: to how many inboxes it went, at how many it arrived.

Rows of deliveries go when they are delivered, so this is counted beside them: one row for each
activity, and one statement for each group of deliveries that is written down.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import fetch_all, values, write_all

REACHES = tables.reaches
DELIVERIES = tables.deliveries
OUTBOX = tables.outbox

#: Reads the counts once, however many deliveries they stand for.
COUNT = """
    UPDATE reaches SET delivered = delivered + CAST(counts.value AS integer)
    FROM {counts} AS counts WHERE reaches.activity = counts.key
"""
COUNT_SQLITE = text(COUNT.format(counts="json_each(:counts)"))
COUNT_POSTGRESQL = text(COUNT.format(counts="json_each_text(CAST(:counts AS json))"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReach:
    """An activity as it is queued."""

    activity: str
    object: str | None
    inboxes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachRow:
    """An activity, and how far it got."""

    activity: str
    type: str
    object: str | None
    published_at: str
    inboxes: int
    delivered: int

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the reach of one row of the tables joined."""
        return cls(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Straggler:
    """A message of an activity that has not arrived."""

    host: str
    #: waiting, or dead: it was given up.
    state: str
    attempts: int
    last_error: str | None
    next_attempt_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the message of one row of the table."""
        return cls(**row)


async def begin(connection: AsyncConnection, rows: Sequence[NewReach]) -> None:
    """Write down to how many inboxes activities go that are queued just now."""
    await write_all(connection, REACHES.insert(), [values(row) for row in rows])


async def count_delivered(connection: AsyncConnection, counts: Mapping[str, int]) -> None:
    """Add how many messages of each activity arrived."""
    if counts:
        sqlite = connection.dialect.name == "sqlite"
        statement = COUNT_SQLITE if sqlite else COUNT_POSTGRESQL
        await connection.execute(statement, {"counts": json.dumps(counts)})


async def of(connection: AsyncConnection, iri: str, *, limit: int = 20) -> list[ReachRow]:
    """Return the activity *iri*, or those about the thing *iri*, the newest first."""
    columns = (REACHES.c.activity, OUTBOX.c.type, REACHES.c.object, OUTBOX.c.published_at)
    query = (
        select(*columns, REACHES.c.inboxes, REACHES.c.delivered)
        .join(OUTBOX, OUTBOX.c.activity == REACHES.c.activity)
        .where((REACHES.c.activity == iri) | (REACHES.c.object == iri))
        .order_by(OUTBOX.c.seq.desc())
        .limit(limit)
    )
    return await fetch_all(connection, query, ReachRow.from_row)


async def recent(connection: AsyncConnection, *, limit: int, among: int = 500) -> list[ReachRow]:
    """Return what was sent out last about things of ours, one each, the newest first.

    Only the last *among* activities are looked at.
    """
    resources = tables.resources
    columns = (REACHES.c.activity, OUTBOX.c.type, REACHES.c.object, OUTBOX.c.published_at)
    last = select(OUTBOX.c.seq).order_by(OUTBOX.c.seq.desc()).limit(among).scalar_subquery()
    query = (
        select(*columns, REACHES.c.inboxes, REACHES.c.delivered)
        .join(OUTBOX, OUTBOX.c.activity == REACHES.c.activity)
        .join(resources, resources.c.iri == REACHES.c.object)
        .where(OUTBOX.c.seq.in_(last), resources.c.local)
        .order_by(OUTBOX.c.seq.desc())
    )
    newest: dict[str | None, ReachRow] = {}
    for row in await fetch_all(connection, query, ReachRow.from_row):
        newest.setdefault(row.object, row)
    return list(newest.values())[:limit]


async def count_left(connection: AsyncConnection, row: ReachRow) -> int:
    """Return how many messages of an activity wait or were given up."""
    query = select(func.count()).where(DELIVERIES.c.activity == row.activity)
    return int(await connection.scalar(query) or 0)


async def stragglers(
    connection: AsyncConnection, activity: str, *, limit: int = 100
) -> list[Straggler]:
    """Return what of *activity* has not arrived, by host."""
    names = ("host", "state", "attempts", "last_error", "next_attempt_at")
    query = select(*(DELIVERIES.c[name] for name in names)).where(DELIVERIES.c.activity == activity)
    return await fetch_all(
        connection, query.order_by(DELIVERIES.c.host).limit(limit), Straggler.from_row
    )
