"""Statements that SQLite and PostgreSQL spell the same, but SQLAlchemy imports apart."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Label, Result, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

#: Values in one IN list: far below both databases' limits, few enough to plan fast.
LIST_LENGTH = 500


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT for *table* that knows ``on_conflict_do_nothing`` and ``…_do_update``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def overwrite(
    connection: AsyncConnection, table: Table, *, keep: Sequence[str] = ()
) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT for *table* that overwrites a row of the same primary key.

    Columns in *keep* stay as they stand.
    """
    statement = insert(connection, table)
    changed = {
        column.key: statement.excluded[column.key]
        for column in table.columns
        if not column.primary_key and column.key not in keep
    }
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=changed
    )


async def write_all(
    connection: AsyncConnection, statement: Any, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Execute *statement* once for every row, in one call of the driver; nothing for none."""
    if rows:
        await connection.execute(statement, list(rows))


def chunks(values: Iterable[T], size: int = LIST_LENGTH) -> Iterator[list[T]]:
    """Yield *values* in lists of at most *size*."""
    remaining = iter(values)
    while part := list(islice(remaining, size)):
        yield part


async def fetch_all(
    connection: AsyncConnection, query: Select[Any], read: Callable[[Mapping[Any, Any]], T]
) -> list[T]:
    """Return every row that *query* finds, as *read* makes of it."""
    return [read(row) for row in named(await connection.execute(query))]


def named(result: Result[Any]) -> Iterator[dict[str, Any]]:
    """Yield each row by the names of its columns, in half the time of ``result.mappings()``."""
    names = tuple(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)


async def fetch_one(
    connection: AsyncConnection, query: Select[Any], read: Callable[[Mapping[Any, Any]], T]
) -> T | None:
    """Return the one row that *query* finds, as *read* makes of it, or None."""
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else read(row)


def columns(table: Table) -> list[Label[Any]]:
    """Return the columns of *table* under the names that rows have as dataclasses."""
    return [column.label(column.key) for column in table.columns]


def values(row: Any) -> dict[str, Any]:
    """Return the fields of the slotted dataclass *row* by name, as a statement takes them."""
    return {name: getattr(row, name) for name in row.__slots__}
