import asyncio

from node.storage import change_log
from node.storage.change_log import Change
from node.storage.database import Database
from tests.integration.storage.samples import moment
from vocab.classes import ResourceClass


def change(name: str) -> Change:
    return Change(
        iri=f"urn:{name}",
        klass=ResourceClass.OFFER,
        local=True,
        public=True,
        changed_at=moment(0),
    )


async def test_only_the_latest_change_of_each_is_read(database: Database) -> None:
    """Whoever reads on gets every resource once, where it changed last."""
    async with database.transaction() as connection:
        await change_log.append(connection, [change(name) for name in "abcab"])
    async with database.reading() as connection:
        first = await change_log.read_after(connection, 0, 2)
        rest = await change_log.read_after(connection, first[-1].seq, 2)

    assert [it.iri for it in first + rest] == ["urn:c", "urn:a", "urn:b"]


async def test_positions_are_kept_by_name(database: Database) -> None:
    """A projection that never ran stands at 0; others where they said."""
    async with database.transaction() as connection:
        await change_log.set_position(connection, "graph", 3)
        await change_log.set_position(connection, "graph", 7)
    async with database.reading() as connection:
        assert await change_log.position(connection, "graph") == 7
        assert await change_log.position(connection, "search") == 0
        assert await change_log.head(connection) == 0


async def test_reader_never_skips_a_slow_writer(database: Database) -> None:
    """While one writer is slow to commit, no later change becomes visible before its own."""
    slow_has_written, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction() as connection:
            await change_log.append(connection, [change("slow")])
            slow_has_written.set()
            await may_commit.wait()

    async def fast() -> None:
        async with database.transaction() as connection:
            await change_log.append(connection, [change("fast")])

    writers = [asyncio.create_task(slow())]
    await slow_has_written.wait()
    writers.append(asyncio.create_task(fast()))
    done, _ = await asyncio.wait(writers, timeout=0.2)
    assert not done
    async with database.reading() as connection:
        assert await change_log.read_after(connection, 0, 10) == []
    may_commit.set()
    await asyncio.gather(*writers)
    async with database.reading() as connection:
        seen = await change_log.read_after(connection, 0, 10)

    assert [it.iri for it in seen] == ["urn:slow", "urn:fast"]
