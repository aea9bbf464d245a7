"""The order of all changes to resources, and how far each projection has read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_all, overwrite, values, write_all
from vocab.classes import ResourceClass

LOG = tables.change_log
COLUMNS = columns(LOG)

#: On PostgreSQL numbers are given out before the commit. A reader that saw 8 while 7 was
#: still uncommitted would never read 7; so whoever appends holds this lock until its commit.
APPEND_LOCK = text("SELECT pg_advisory_xact_lock(1399521282)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That a resource changed."""

    iri: str
    klass: ResourceClass
    local: bool
    #: Whether it is published for everyone from this change on.
    public: bool
    changed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedChange:
    """A change and its place in the order."""

    seq: int
    iri: str
    klass: ResourceClass
    local: bool
    public: bool
    changed_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the change of one row of the table."""
        return cls(**{**row, "klass": ResourceClass(row["klass"])})


async def take_turn(connection: AsyncConnection) -> None:
    """Let nobody else append until this transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(APPEND_LOCK)


async def append(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Add *changes* in their order; they are numbered in the order of commits."""
    if changes:
        await take_turn(connection)
    await write_all(connection, LOG.insert(), [values(change) for change in changes])


async def read_after(
    connection: AsyncConnection, position: int, limit: int, *, local: bool | None = None
) -> list[LoggedChange]:
    """Return up to *limit* changes after *position*, only the latest of each resource."""
    query = select(*COLUMNS).where(LOG.c.seq > position, is_latest())
    if local is not None:
        query = query.where(LOG.c.local == local)
    return await fetch_all(
        connection, query.order_by(LOG.c.seq).limit(limit), LoggedChange.from_row
    )


def is_latest() -> Any:
    """Return the condition that no later entry is about the same resource."""
    later = LOG.alias("later")
    return ~exists().where(later.c.iri == LOG.c.iri, later.c.seq > LOG.c.seq)


async def head(connection: AsyncConnection) -> int:
    """Return the number of the newest change; 0 before the first."""
    return int(await connection.scalar(select(func.max(LOG.c.seq))) or 0)


async def position(connection: AsyncConnection, projection: str) -> int:
    """Return how far *projection* has read; 0 for one that has not begun."""
    rows = tables.projections
    query = select(rows.c.position).where(rows.c.name == projection)
    return int(await connection.scalar(query) or 0)


async def set_position(connection: AsyncConnection, projection: str, reached: int) -> None:
    """Note that *projection* has read up to and including *reached*."""
    rows = tables.projections
    await connection.execute(overwrite(connection, rows), {"name": projection, "position": reached})
