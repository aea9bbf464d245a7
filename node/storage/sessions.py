"""Browsers that are signed in at the desk, by the hashes of their tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_one, values

SESSIONS = tables.sessions
COLUMNS = columns(SESSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as SQL keeps it."""

    token_hash: str
    #: Id of the person.
    person: str
    created_at: str
    last_used_at: str

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the session of one row of the table."""
        return cls(**row)


async def add(connection: AsyncConnection, session: SessionRow) -> None:
    """Keep a new session."""
    await connection.execute(SESSIONS.insert(), values(session))


async def get(connection: AsyncConnection, token_hash: str) -> SessionRow | None:
    """Return the session, however old it is."""
    query = select(*COLUMNS).where(SESSIONS.c.token_hash == token_hash)
    return await fetch_one(connection, query, SessionRow.from_row)


async def mark_used(connection: AsyncConnection, token_hash: str, *, at: str) -> None:
    """Note that the session was used; one that has ended stays ended."""
    statement = update(SESSIONS).where(SESSIONS.c.token_hash == token_hash)
    await connection.execute(statement.values(last_used_at=at))


async def end(connection: AsyncConnection, token_hash: str) -> None:
    """End one session, if it is there."""
    await connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))


async def end_all(connection: AsyncConnection, person: str, *, keep: int = 0) -> int:
    """End the sessions of *person* but the newest *keep*; return how many there were to end."""
    of_person = SESSIONS.c.person == person
    newest = (
        select(SESSIONS.c.token_hash)
        .where(of_person)
        .order_by(SESSIONS.c.created_at.desc(), SESSIONS.c.token_hash)
        .limit(keep)
    )
    statement = delete(SESSIONS).where(of_person, SESSIONS.c.token_hash.not_in(newest))
    return (await connection.execute(statement)).rowcount


async def end_old(connection: AsyncConnection, *, made_before: str, unused_since: str) -> None:
    """Forget the sessions whose time is over."""
    old = or_(SESSIONS.c.created_at <= made_before, SESSIONS.c.last_used_at <= unused_since)
    await connection.execute(delete(SESSIONS).where(old))


async def count_by_person(connection: AsyncConnection) -> dict[str, int]:
    """Return how many sessions each person has."""
    query = select(SESSIONS.c.person, func.count()).group_by(SESSIONS.c.person)
    return {person: int(count) for person, count in (await connection.execute(query)).all()}
