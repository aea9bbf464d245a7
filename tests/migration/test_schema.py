import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from node.storage.database import Database
from node.storage.errors import NewerDatabase
from node.storage.schema import check_version, known_revisions, read_revision, upgrade
from node.storage.tables import metadata


def differences(connection: Connection) -> list[object]:
    options = {"compare_server_default": True, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def autoincrementing(connection: Connection) -> set[str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    return {name for name, sql in rows if sql and "AUTOINCREMENT" in sql}


async def test_migrations_make_the_tables(empty_database_url: str) -> None:
    """From empty, the revisions make exactly what tables describes."""
    database = await Database.open(empty_database_url)
    await upgrade(database)
    async with database.transaction() as connection:
        assert await connection.run_sync(differences) == []
        assert await read_revision(connection) == known_revisions()[-1]
    await database.close()


async def test_migrations_number_rows_once(sqlite_template: Path) -> None:
    """On SQLite every numbered table never gives a number out again."""
    numbered = {table.name for table in metadata.tables.values() if "seq" in table.columns}
    database = await Database.open(f"sqlite:///{sqlite_template}")
    async with database.transaction() as connection:
        found = await connection.run_sync(autoincrementing)
    await database.close()

    assert found == numbered


async def test_upgrade_twice_changes_nothing(database: Database) -> None:
    """A database that is up to date is left alone."""
    assert await check_version(database)
    await upgrade(database)
    assert await check_version(database)


async def test_upgrade_keeps_rows(database: Database) -> None:
    """What stood in the tables stands there after another upgrade."""
    async with database.transaction() as connection:
        await connection.execute(text("INSERT INTO projections VALUES ('graph', 7)"))
    await upgrade(database)
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT position FROM projections")) == 7


async def test_newer_database_is_refused(database: Database) -> None:
    """A revision that this version does not know is named, with what to do."""
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match=r"newer version of Skagerrak \(revision 9999\)") as it:
        await upgrade(database)

    assert "restore a backup" in it.value.remedy


async def test_two_upgrades_at_once_make_the_tables_once(empty_database_url: str) -> None:
    """Two processes that start together do not get in each other's way."""
    first, second = [await Database.open(empty_database_url) for _ in range(2)]
    await asyncio.gather(upgrade(first), upgrade(second))

    assert await check_version(first)
    await first.close()
    await second.close()


async def test_upgrade_that_is_cut_short_leaves_nothing(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that dies half-way leaves the database as it was, and the next one works."""
    database = await Database.open(empty_database_url)

    def fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE actors (iri text)"))
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("node.storage.schema._run_revisions", fail)
        with pytest.raises(RuntimeError, match="killed"):
            await upgrade(database)
    async with database.transaction() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
    await upgrade(database)

    assert await check_version(database)
    await database.close()


async def test_migration_that_orphans_rows_is_refused(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """On SQLite a migration may not leave rows that refer to nothing."""
    path = shutil.copy(sqlite_template, tmp_path / "node.db")
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO private_details VALUES ('https://a.example/x', '{}')")
    connection.close()
    database = await Database.open(f"sqlite:///{path}")
    with pytest.raises(Exception, match="refer to nothing"):
        async with database.migrating():
            pass
    await database.close()
