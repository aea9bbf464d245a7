"""Each revision, run on a database that the one before it left, with rows in it."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import Connection, text

from node.storage import peers
from node.storage.database import Database
from node.storage.schema import alembic_config, known_revisions, read_revision, upgrade

SEEN = "2026-11-23T12:00:00.000000Z"


def to(revision: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        command.upgrade(alembic_config(connection), revision)

    return run


async def database_at(url: str, revision: str) -> Database:
    database = await Database.open(url)
    async with database.migrating() as connection:
        await connection.run_sync(to(revision))
    return database


async def test_0002_knows_no_format_of_those_it_finds(empty_database_url: str) -> None:
    """Servers of 0001 stay as they are; which signatures they take is not known yet."""
    database = await database_at(empty_database_url, "0001")
    async with database.transaction() as connection:
        assert await read_revision(connection) == "0001"
        await connection.execute(
            text(
                "INSERT INTO peers (host, state, first_seen_at, delivered, paused_until) "
                "VALUES ('v.example', 'approved', :seen, 7, :seen)"
            ),
            {"seen": SEEN},
        )
    await upgrade(database)
    async with database.transaction() as connection:
        found = await peers.get(connection, "v.example")
        assert await peers.formats(connection, ["v.example"]) == {}
        await peers.learn_format(connection, "v.example", "rfc9421", at=SEEN)
        assert await peers.formats(connection, ["v.example"]) == {"v.example": ("rfc9421", SEEN)}
    await database.close()

    assert found is not None
    assert (found.state, found.delivered, found.paused_until) == ("approved", 7, SEEN)
    assert (found.signature_format, found.signature_learnt_at) == (None, None)


@pytest.mark.parametrize("revision", ["0001", "0002"])
async def test_every_revision_leads_to_the_newest(empty_database_url: str, revision: str) -> None:
    """Whatever version wrote it, a database is brought up to date."""
    database = await database_at(empty_database_url, revision)
    await upgrade(database)
    async with database.reading() as connection:
        assert await read_revision(connection) == known_revisions()[-1]
    await database.close()
