"""The tables' revisions: brought up to date at start, never run backwards.

A revision's number is the beginning of its file's name, so what this version knows can be
read without loading Alembic, and a start with nothing to do costs one query.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage.database import POSTGRESQL, Database
from node.storage.errors import NewerDatabase

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

#: Any fixed number: one process upgrades a PostgreSQL database at a time.
UPGRADE_LOCK = 0x536B_0001


def known_revisions() -> list[str]:
    """Return the numbers of the revisions that this version has, oldest first."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def read_revision(connection: AsyncConnection) -> str | None:
    """Return the revision the database stands at; None for an empty one."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    result = await connection.execute(text("SELECT version_num FROM alembic_version"))
    return result.scalar_one_or_none()


async def check_version(database: Database) -> bool:
    """Say whether *database* is up to date.

    Raises NewerDatabase where a newer version of Skagerrak wrote it.
    """
    async with database.reading() as connection:
        revision = await read_revision(connection)
    return _is_newest(revision)


async def upgrade(database: Database) -> None:
    """Bring *database* to the newest revision, in one transaction: all of it or nothing.

    Raises NewerDatabase where a newer version of Skagerrak wrote it.
    """
    if await check_version(database):
        return
    async with database.migrating() as connection:
        if database.dialect == POSTGRESQL:
            lock = text("SELECT pg_advisory_xact_lock(:lock)")
            await connection.execute(lock, {"lock": UPGRADE_LOCK})
        # Another process may have done it while this one waited for its turn.
        if not _is_newest(await read_revision(connection)):
            await connection.run_sync(_run_revisions)


def _is_newest(revision: str | None) -> bool:
    known = known_revisions()
    if revision is not None and revision not in known:
        raise NewerDatabase(
            f"This database was written by a newer version of Skagerrak (revision {revision}).",
            remedy="Install that version, or restore a backup.",
        )
    return revision == known[-1]


def _run_revisions(connection: Connection) -> None:
    from alembic import command  # loading it takes longer than most starts need

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> "Config":
    """Return what Alembic needs to work on *connection* with the packaged revisions."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
