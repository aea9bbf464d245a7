"""Fixtures for every test: a migrated database on SQLite and on PostgreSQL."""

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from node.storage.database import Database
from node.storage.schema import upgrade
from tests.postgresql_cluster import ClusterMissing, PostgresqlCluster, start_cluster
from tests.skips import fail_in_ci

TEMPLATE = "skagerrak_template"
_numbers = itertools.count(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test be skipped in CI for want of something that can be installed."""
    report = yield
    fail_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Hold modules that skip themselves to the same."""
    report = yield
    fail_in_ci(report)
    return report


async def _migrate(url: str) -> None:
    database = await Database.open(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


def run_sql(url: str, statement: str) -> None:
    """Execute one *statement* on PostgreSQL, outside any transaction."""
    asyncio.run(_run_sql(url, statement))


async def _run_sql(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def _created(cluster: PostgresqlCluster, template: str) -> Iterator[str]:
    """Give the address of a copy of *template*; drop it afterwards."""
    name = f"skagerrak_{next(_numbers)}"
    run_sql(cluster.url(), f"CREATE DATABASE {name} TEMPLATE {template}")
    yield cluster.url(name)
    run_sql(cluster.url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file to copy; migrating once per test would take most of its time."""
    path = tmp_path_factory.mktemp("template") / "node.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[PostgresqlCluster]:
    """Give a PostgreSQL server of the session's own, or skip."""
    try:
        cluster = start_cluster()
    except ClusterMissing as reason:
        pytest.skip(str(reason))
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_cluster: PostgresqlCluster) -> str:
    """Give the name of a migrated PostgreSQL database to copy."""
    run_sql(postgresql_cluster.url(), f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(_migrate(postgresql_cluster.url(TEMPLATE)))
    return TEMPLATE


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Name the database the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """Give the address of a database of the test's own, without any table."""
    if dialect == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = request.getfixturevalue("postgresql_cluster")
    with _created(cluster, "template1") as url:
        yield url


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database of the test's own."""
    if dialect == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "node.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'node.db'}"
        return
    cluster = request.getfixturevalue("postgresql_cluster")
    with _created(cluster, request.getfixturevalue("postgresql_template")) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an open, migrated, empty database."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
