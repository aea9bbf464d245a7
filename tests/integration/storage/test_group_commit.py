import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from secrets import token_urlsafe

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage.database import POSTGRESQL, Database
from node.storage.errors import Overloaded, RowTooLarge, StorageBusy
from node.storage.group_commit import GroupCommit
from tests.integration.storage.samples import incoming

ACTIVITIES = text("SELECT activity FROM inbox ORDER BY seq")


async def journaled(database: Database) -> list[int]:
    async with database.reading() as connection:
        found = (await connection.execute(ACTIVITIES)).scalars().all()
    return [int(activity.rpartition("/")[2]) for activity in found]


async def test_activity_is_new_once(database: Database) -> None:
    """The same id of the same actor is known the second time; of another actor it is new."""
    commit = GroupCommit(database)
    answers = [
        await commit.put(incoming(1)),
        await commit.put(incoming(1)),
        await commit.put(incoming(1, actor="https://evil.example/m")),
    ]

    assert answers == [True, False, True]
    assert await journaled(database) == [1, 1]


async def test_thousand_copies_at_once_have_one_effect(database: Database) -> None:
    """Of 1,000 copies that arrive together exactly one is new."""
    commit = GroupCommit(database)
    answers = await asyncio.gather(*(commit.put(incoming(1)) for _ in range(1000)))

    assert sum(answers) == 1
    assert await journaled(database) == [1]


async def test_two_processes_agree_on_what_is_new(database_url: str) -> None:
    """Each activity is new for exactly one of two writers on the same database."""
    databases = [await Database.open(database_url) for _ in range(2)]
    commits = [GroupCommit(database) for database in databases]
    rows = [incoming(number) for number in range(100)]
    answers = await asyncio.gather(*(commit.put(row) for row in rows for commit in commits))

    assert sum(answers) == 100
    assert sorted(await journaled(databases[0])) == list(range(100))
    for database in databases:
        await database.close()


async def test_known_and_new_in_one_group(database: Database) -> None:
    """In a group of both, each gets its own answer."""
    commit = GroupCommit(database)
    await asyncio.gather(*(commit.put(incoming(number)) for number in (1, 3)))
    answers = await asyncio.gather(*(commit.put(incoming(number)) for number in (1, 2, 3, 4, 4)))

    assert answers == [False, True, False, True, False]


async def test_bad_row_fails_alone(database: Database) -> None:
    """A row that the database refuses fails; those of its group are written."""
    commit = GroupCommit(database)
    broken = incoming(2, body=None)  # what is not there cannot be stored
    answers = await asyncio.gather(
        *(commit.put(row) for row in (incoming(1), broken, incoming(3))), return_exceptions=True
    )

    assert [answers[0], answers[2]] == [True, True]
    assert isinstance(answers[1], Exception)
    assert await journaled(database) == [1, 3]


async def test_a_row_that_no_index_can_hold_fails_alone(database: Database) -> None:
    """PostgreSQL cannot index a name of 3,600 characters: 413 for that row, and for no other."""
    commit = GroupCommit(database)
    long_id = f"https://infinit.example/{token_urlsafe(2700)}/2"
    answers = await asyncio.gather(
        *(commit.put(row) for row in (incoming(1), incoming(2, activity=long_id), incoming(3))),
        return_exceptions=True,
    )

    assert [answers[0], answers[2]] == [True, True]
    if database.dialect == POSTGRESQL:
        assert isinstance(answers[1], RowTooLarge)
        assert answers[1].status == 413
        assert await journaled(database) == [1, 3]
    else:
        assert await journaled(database) == [1, 2, 3]


async def test_too_many_waiting_are_refused(database: Database) -> None:
    """Beyond the bound put raises Overloaded (503) at once; those before it are written."""
    commit = GroupCommit(database, waiting=10)
    answers = await asyncio.gather(
        *(commit.put(incoming(number)) for number in range(12)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, Overloaded)]

    assert len(refused) == 2
    assert refused[0].status == 503
    assert await journaled(database) == list(range(10))
    assert await commit.put(incoming(99))


async def test_cancelled_caller_harms_nobody(database: Database) -> None:
    """Who gives up waiting does not keep others of the group from their answer."""
    commit = GroupCommit(database)
    gone, stays = (asyncio.create_task(commit.put(incoming(number))) for number in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()

    assert await stays is True


async def test_database_that_cannot_write_is_told_to_all(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Trouble of the whole database fails the group at once, not once per row."""
    path = tmp_path / "node.db"
    shutil.copy(sqlite_template, path)
    database = await Database.open(f"sqlite:///{path}", busy_seconds=0.2)
    other = await Database.open(f"sqlite:///{path}")
    commit = GroupCommit(database)
    async with other.transaction():
        start = time.monotonic()
        answers = await asyncio.gather(
            *(commit.put(incoming(number)) for number in range(50)), return_exceptions=True
        )
        taken = time.monotonic() - start
    assert all(isinstance(answer, StorageBusy) for answer in answers)
    assert taken < 5, "50 rows one by one would take ten seconds"

    assert await commit.put(incoming(1))
    await database.close()
    await other.close()


async def test_close_writes_what_waits(database: Database) -> None:
    """Closing takes nothing more, and loses nothing that was taken."""
    commit = GroupCommit(database)
    tasks = [asyncio.create_task(commit.put(incoming(number))) for number in range(100)]
    await asyncio.sleep(0)
    await commit.close()
    with pytest.raises(Overloaded):
        await commit.put(incoming(200))

    assert all(await asyncio.gather(*tasks))
    assert await journaled(database) == list(range(100))


async def test_what_was_confirmed_survives_a_kill(database_url: str) -> None:
    """After kill -9 in the middle of writing, every confirmed activity is in the database."""
    script = Path(__file__).with_name("write_until_killed.py")
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        database_url,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    confirmed = [int(await process.stdout.readline()) for _ in range(2000)]
    process.send_signal(signal.SIGKILL)
    rest = await process.stdout.read()
    await process.wait()
    confirmed += [int(line) for line in rest.split(b"\n")[:-1]]
    database = await Database.open(database_url)
    await database.check_integrity()
    kept = await journaled(database)
    await database.close()

    assert len(confirmed) >= 2000
    assert set(confirmed) <= set(kept)
    assert len(kept) == len(set(kept))


async def test_arrivals_share_transactions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """128 at a time, 2,000 activities take fewer than 40 flushes of the disk, not 2,000."""
    commit = GroupCommit(database)
    numbers = iter(range(2000))
    transaction, begun = database.transaction, 0

    def counted() -> AbstractAsyncContextManager[AsyncConnection]:
        nonlocal begun
        begun += 1
        return transaction()

    async def put_some() -> None:
        for number in numbers:
            await commit.put(incoming(number))

    monkeypatch.setattr(database, "transaction", counted)
    await asyncio.gather(*(put_some() for _ in range(128)))

    assert begun < 40
    assert sorted(await journaled(database)) == list(range(2000))
