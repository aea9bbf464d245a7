"""People who work at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_all, fetch_one, insert, values

PEOPLE = tables.desk_people
COLUMNS = columns(PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPerson:
    """Someone of the cluster's office."""

    id: str
    name: str
    #: nb, nn, da or en.
    language: str
    created_at: str
    last_seen_at: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the person of one row of the table."""
        return cls(**row)


async def add(connection: AsyncConnection, person: DeskPerson) -> None:
    """Know *person* from now on; who has that name already stays as they are."""
    statement = insert(connection, PEOPLE).on_conflict_do_nothing(index_elements=["name"])
    await connection.execute(statement, values(person))


async def by_name(connection: AsyncConnection, name: str) -> DeskPerson | None:
    """Return the person of that name."""
    query = select(*COLUMNS).where(PEOPLE.c.name == name)
    return await fetch_one(connection, query, DeskPerson.from_row)


async def get(connection: AsyncConnection, person: str) -> DeskPerson | None:
    """Return the person of that id."""
    return await fetch_one(
        connection, select(*COLUMNS).where(PEOPLE.c.id == person), DeskPerson.from_row
    )


async def list_people(connection: AsyncConnection) -> list[DeskPerson]:
    """Return everyone, by name."""
    return await fetch_all(
        connection, select(*COLUMNS).order_by(PEOPLE.c.name), DeskPerson.from_row
    )


async def set_language(connection: AsyncConnection, person: str, language: str) -> None:
    """Let *language* be the person's own."""
    statement = update(PEOPLE).where(PEOPLE.c.id == person)
    await connection.execute(statement.values(language=language))


async def mark_seen(connection: AsyncConnection, person: str, *, at: str) -> None:
    """Note that the person was at the desk."""
    await connection.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(last_seen_at=at))
