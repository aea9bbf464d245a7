"""What imports did, so that the desk can look at them and take one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import columns, fetch_all, fetch_one, values, write_all

BATCHES = tables.import_batches
ROWS = tables.import_rows
COLUMNS = columns(BATCHES)
ROW_COLUMNS = columns(ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """One import of one file."""

    id: str
    file_name: str
    imported_at: str
    created: int
    updated: int
    skipped: int
    undone_at: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the import of one row of the table."""
        return cls(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """What an import did to one resource."""

    batch: str
    iri: str
    #: Its number in the file.
    row: int
    #: None where the import made the resource.
    version_before: int | None
    version_after: int

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return what one row of the table tells."""
        return cls(**row)


async def save(
    connection: AsyncConnection, batch: ImportBatch, rows: Sequence[ImportedRow]
) -> None:
    """Keep *batch* with what it did to each resource."""
    await connection.execute(BATCHES.insert(), values(batch))
    await write_all(connection, ROWS.insert(), [values(row) for row in rows])


async def get(connection: AsyncConnection, batch: str) -> ImportBatch | None:
    """Return the import of that id."""
    query = select(*COLUMNS).where(BATCHES.c.id == batch)
    return await fetch_one(connection, query, ImportBatch.from_row)


async def rows_of(connection: AsyncConnection, batch: str) -> list[ImportedRow]:
    """Return what an import did, in the order of its file."""
    query = select(*ROW_COLUMNS).where(ROWS.c.batch == batch).order_by(ROWS.c.row, ROWS.c.iri)
    return await fetch_all(connection, query, ImportedRow.from_row)


async def list_batches(connection: AsyncConnection, *, limit: int = 50) -> list[ImportBatch]:
    """Return the last imports, the newest first."""
    newest = select(*COLUMNS).order_by(BATCHES.c.imported_at.desc(), BATCHES.c.id.desc())
    return await fetch_all(connection, newest.limit(limit), ImportBatch.from_row)


async def mark_undone(connection: AsyncConnection, batch: str, *, at: str) -> bool:
    """Note that an import was taken back; False where there is none, or it was before."""
    statement = update(BATCHES).where(BATCHES.c.id == batch, BATCHES.c.undone_at.is_(None))
    return (await connection.execute(statement.values(undone_at=at))).rowcount == 1
