import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from node.storage.database import Database
from node.storage.errors import (
    StorageBusy,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageUnavailable,
)

INSERT = text("INSERT INTO projections (name, position) VALUES (:name, 0)")
COUNT = text("SELECT count(*) FROM projections")


async def count(database: Database) -> int:
    async with database.reading() as connection:
        return int(await connection.scalar(COUNT) or 0)


async def test_transaction_that_fails_leaves_nothing(database: Database) -> None:
    """All writes of a block that raises are undone."""

    async def write_and_fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT, {"name": "graph"})
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await write_and_fail()

    assert await count(database) == 0


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    """A reader sees the last committed state while a writer is at work."""
    async with database.transaction() as connection:
        await connection.execute(INSERT, {"name": "graph"})

        assert await asyncio.wait_for(count(database), 5) == 0
    assert await count(database) == 1


async def test_reading_keeps_one_state(database: Database) -> None:
    """What is committed while a reader reads stays invisible to it."""
    async with database.reading() as reader:
        assert await reader.scalar(COUNT) == 0
        async with database.transaction() as connection:
            await connection.execute(INSERT, {"name": "graph"})

        assert await reader.scalar(COUNT) == 0


async def test_reading_cannot_write(database: Database) -> None:
    """A write through a reading connection is refused by the database itself."""
    with pytest.raises((DBAPIError, StorageError)):
        async with database.reading() as connection:
            await connection.execute(INSERT, {"name": "graph"})

    assert await count(database) == 0


async def test_writers_queue(database: Database) -> None:
    """Fifty writers at once all get their turn."""

    async def write(number: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT, {"name": str(number)})

    await asyncio.gather(*(write(number) for number in range(50)))

    assert await count(database) == 50


async def test_cancelled_writer_frees_its_turn(database: Database) -> None:
    """A task that is cancelled within its transaction writes nothing and blocks nobody."""
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT, {"name": "cancelled"})
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), database.transaction() as connection:
        await connection.execute(INSERT, {"name": "next"})

    assert await count(database) == 1


@pytest.fixture
def sqlite_file(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "node.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


async def test_sqlite_is_durable_and_checks_references(sqlite_file: Path) -> None:
    """Writers use WAL with synchronous FULL (2) and foreign keys on."""
    database = await Database.open(f"sqlite:///{sqlite_file}")
    async with database.transaction() as connection:
        found = [
            await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await database.close()

    assert found == ["wal", 2, 1, 10000]


async def test_another_process_holding_the_file_is_busy(sqlite_file: Path) -> None:
    """Who waits longer than the busy time-out is told so; then all goes on."""
    database = await Database.open(f"sqlite:///{sqlite_file}", busy_seconds=0.05)
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy) as caught:
        async with database.transaction():
            pass
    other.execute("ROLLBACK")
    other.close()
    async with database.transaction() as connection:
        await connection.execute(INSERT, {"name": "after"})

    assert caught.value.status == 503
    assert await count(database) == 1
    await database.close()


async def test_full_disk_is_told_and_passes(sqlite_file: Path) -> None:
    """Where there is no room the write fails with 503, reads work, and room heals it."""
    database = await Database.open(f"sqlite:///{sqlite_file}")
    async with database.transaction() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StorageFull):
        async with database.transaction() as connection:
            await connection.execute(INSERT, {"name": "x" * 100_000})
    assert await count(database) == 0
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
        await connection.execute(INSERT, {"name": "x" * 100_000})

    assert await count(database) == 1
    await database.close()


async def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file with something else in it is not opened, and the remedy is named."""
    path = tmp_path / "node.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(StorageDamaged, match="newest backup"):
        await Database.open(f"sqlite:///{path}")


def overwrite_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 4096)


async def open_and_check(path: Path) -> None:
    database = await Database.open(f"sqlite:///{path}")
    try:
        await database.check_integrity()
    finally:
        await database.close()


async def test_overwritten_page_is_found(sqlite_file: Path) -> None:
    """check_integrity finds a page that something else wrote over."""
    await open_and_check(sqlite_file)
    overwrite_page(sqlite_file)
    with pytest.raises(StorageDamaged):
        await open_and_check(sqlite_file)


async def test_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """A PostgreSQL that does not answer is told as such, with a remedy."""
    with pytest.raises(StorageUnavailable, match="database server runs"):
        await Database.open(f"postgresql://postgres@/nothing?host={tmp_path}")


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name", "nonsense"]
)
async def test_address_that_cannot_hold_a_node_is_refused(url: str) -> None:
    """Only a file of SQLite and PostgreSQL are taken."""
    with pytest.raises(StorageError, match=r"memory|address"):
        await Database.open(url)
