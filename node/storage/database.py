"""One door to SQL: SQLite in a file, or PostgreSQL.

Writers take turns. On SQLite a lock of this process keeps them in line and BEGIN IMMEDIATE
keeps other processes out; whoever waits longer than the busy time-out gets StorageBusy.
Readers have connections of their own and never wait for a writer (WAL).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

from sqlalchemy import URL, NullPool, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from node.storage.errors import (
    RESTORE,
    StorageDamaged,
    StorageError,
    StorageUnavailable,
    translated_errors,
)

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
DRIVERS = {SQLITE: "sqlite+aiosqlite", POSTGRESQL: "postgresql+asyncpg"}

#: UPDATE … RETURNING and upserts came with it.
OLDEST_SQLITE = (3, 35, 0)

#: What an idle write-ahead log may keep of the disk.
WAL_BYTES = 64 * 1024 * 1024

#: Pages that one connection keeps in memory, once it has used them. With SQLite's own 2 MiB a
#: queue of 100,000 messages is written and read anew with every batch, at half the speed.
CACHE_KIB = 16 * 1024


class Database:
    """An open database. Make one with ``open``, end it with ``close``."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        """Use ``Database.open`` instead."""
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()
        self.dialect = writer.dialect.name

    @classmethod
    async def open(cls, url: str, *, connections: int = 4, busy_seconds: float = 10.0) -> Self:
        """Return the database at *url*, reached once so that a wrong address is told at once.

        *url* is ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://user@host/name``; the
        drivers may be left out. Raises StorageError where it cannot be reached or is damaged.
        """
        address = _read_url(url)
        if address.get_backend_name() == SQLITE:
            writer = _sqlite_engine(address, "BEGIN IMMEDIATE", 1, busy_seconds)
            reader = _sqlite_engine(address, "BEGIN", connections, busy_seconds)
        else:
            writer = _postgresql_engine(address, connections)
            reader = writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        database = cls(writer, reader)
        await database._reach()
        return database

    async def _reach(self) -> None:
        try:
            async with self.transaction() as connection:
                await connection.execute(text("SELECT 1"))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close all connections; what was committed stays."""
        async with self._turn:
            await self._reader.dispose()
            await self._writer.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose writes are durable when the block ends without an error.

        Raises StorageBusy, StorageFull, StorageUnavailable or StorageDamaged; errors that
        concern one row or statement stay SQLAlchemy's.
        """
        if self.dialect == POSTGRESQL:
            async with _begin(self._writer) as connection:
                yield connection
            return
        async with self._turn, _begin(self._writer) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one unchanging state and cannot write."""
        async with _begin(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """Give one write transaction in which SQLite's tables may be rebuilt.

        SQLite rebuilds a table by dropping the old one, which would delete all rows that
        refer to it; so foreign keys are off here and are looked over before the commit.
        """
        if self.dialect == POSTGRESQL:
            async with self.transaction() as connection:
                yield connection
            return
        engine = _sqlite_engine(self._writer.url, "BEGIN IMMEDIATE", 0, 10.0, foreign_keys=False)
        try:
            async with self._turn, _begin(engine) as connection:
                yield connection
                if (await connection.execute(text("PRAGMA foreign_key_check"))).first():
                    raise StorageError("The migration would leave rows that refer to nothing.")
        finally:
            await engine.dispose()

    async def check_integrity(self) -> None:
        """Read every page of a SQLite file; raise StorageDamaged where one is not in order.

        PostgreSQL looks after its own pages.
        """
        if self.dialect == POSTGRESQL:
            return
        async with self.reading() as connection:
            findings = (await connection.execute(text("PRAGMA quick_check(5)"))).scalars().all()
        if list(findings) != ["ok"]:
            raise StorageDamaged(log="; ".join(map(str, findings)), remedy=RESTORE)


@asynccontextmanager
async def _begin(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with AsyncExitStack() as stack:
        stack.enter_context(translated_errors())
        try:
            connection = await stack.enter_async_context(engine.connect())
        except OSError as error:
            raise StorageUnavailable(
                log=str(error), remedy="Look whether the database server runs."
            ) from error
        await stack.enter_async_context(connection.begin())
        yield connection


def _read_url(url: str) -> URL:
    try:
        address = make_url(url)
        driver = DRIVERS[address.get_backend_name()]
    except (ArgumentError, KeyError) as error:
        raise StorageError(
            "The database's address is not one that Skagerrak understands.",
            remedy="Write sqlite:///path/to/file or postgresql://user@host/name.",
        ) from error
    in_memory = address.get_backend_name() == SQLITE and address.database in {None, "", ":memory:"}
    if in_memory:
        raise StorageError("A node cannot keep its database in memory; name a file.")
    return address.set(drivername=driver)


def _postgresql_engine(address: URL, connections: int) -> AsyncEngine:
    return create_async_engine(
        address,
        pool_size=connections,
        max_overflow=connections,
        pool_pre_ping=True,  # a restarted server costs nobody an error
        connect_args={"server_settings": {"application_name": "skagerrak", "jit": "off"}},
    )


def _sqlite_engine(
    address: URL, begin: str, connections: int, busy_seconds: float, *, foreign_keys: bool = True
) -> AsyncEngine:
    """Return an engine that says *begin* itself; with no *connections* it keeps none open."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageError(
            f"SQLite {sqlite3.sqlite_version} is too old.", remedy="Skagerrak needs 3.35 or newer."
        )
    pool: dict[str, Any] = {"pool_size": connections, "max_overflow": 0}
    engine = create_async_engine(address, **(pool if connections else {"poolclass": NullPool}))
    pragmas = (
        f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",  # what was answered 202 survives a power cut
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        f"PRAGMA journal_size_limit = {WAL_BYTES}",
        f"PRAGMA cache_size = -{CACHE_KIB}",
        f"PRAGMA query_only = {'ON' if begin == 'BEGIN' else 'OFF'}",
    )

    def prepare(connection: Any, _record: Any) -> None:
        # Python's driver would begin transactions late and not at all for reads and DDL.
        connection.isolation_level = None
        try:
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(pragma)
            cursor.close()
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise

    def say_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", say_begin)
    return engine
