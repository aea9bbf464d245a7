"""Many activities, one transaction: how the inbox gets on the disk.

What arrives while a transaction runs waits for the next one, which takes all of it. So one
message alone is written at once, and under load one flush of the disk serves hundreds.
"""

import asyncio
from asyncio import Future
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage.database import Database
from node.storage.errors import Overloaded, RowTooLarge, StorageError
from node.storage.journal import NewInboxRow

#: In the order in which the statements below name them.
NAMES = NewInboxRow.__slots__
FIELDS = attrgetter(*NAMES)

#: Writes a batch of the inbox; what is there already stays as it is. In the driver's own form:
#: named values took nearly a third of the whole time. All rows in one statement: between two,
#: the driver waits for its turn in this process, which is long while many requests come in.
INSERT_SQLITE = """
    INSERT INTO inbox (activity, actor, host, type, recipient, body, authenticated_by,
                       verification_method, received_at, state)
    VALUES {rows}
    ON CONFLICT (actor, activity) DO NOTHING
"""
ROW_SQLITE = "(?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')"

#: The newest rows are the ones just written: nobody else writes within our transaction.
NEWEST_SQLITE = text("SELECT actor, activity FROM inbox ORDER BY seq DESC LIMIT :number")

#: The same in one statement; one array per column, so that any size is one prepared plan.
INSERT_POSTGRESQL = text("""
    INSERT INTO inbox (activity, actor, host, type, recipient, body, authenticated_by,
                       verification_method, received_at, state)
    SELECT *, 'waiting' FROM unnest(
        CAST(:activity AS text[]), CAST(:actor AS text[]), CAST(:host AS text[]),
        CAST(:type AS text[]), CAST(:recipient AS text[]), CAST(:body AS text[]),
        CAST(:authenticated_by AS text[]), CAST(:verification_method AS text[]),
        CAST(:received_at AS text[]))
    ON CONFLICT (actor, activity) DO NOTHING
    RETURNING actor, activity
""")


@dataclass(slots=True)
class _Arrival:
    row: NewInboxRow
    is_new: Future[bool]

    @property
    def key(self) -> tuple[str, str]:
        return self.row.actor, self.row.activity


class GroupCommit:
    """Writes inbox rows in groups. One per process and database."""

    def __init__(self, database: Database, *, waiting: int = 5000, batch: int = 512) -> None:
        """At most *waiting* rows may wait; at most *batch* go into one transaction."""
        self._database = database
        self._most_waiting = waiting
        self._batch = batch
        self._waiting: list[_Arrival] = []
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many rows wait to be written."""
        return len(self._waiting)

    async def put(self, row: NewInboxRow) -> bool:
        """Return when *row* is on the disk: True where it is new, False where it was known.

        An activity is known where the same actor sent one of the same id. Raises Overloaded
        where too many wait already, StorageError where the database cannot write now, and
        whatever the database has against this row alone; in all three nothing was kept.
        """
        if self._closed or len(self._waiting) >= self._most_waiting:
            raise Overloaded
        arrival = _Arrival(row, asyncio.get_running_loop().create_future())
        self._waiting.append(arrival)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await arrival.is_new

    async def close(self) -> None:
        """Take nothing more, and return when all that waits is written."""
        self._closed = True
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        while self._waiting:
            arrivals = self._waiting[: self._batch]
            del self._waiting[: self._batch]
            await self._write(arrivals)

    async def _write(self, arrivals: Sequence[_Arrival]) -> None:
        try:
            async with self._database.transaction() as connection:
                new = await insert_inbox(connection, [arrival.row for arrival in arrivals])
        except Exception as error:
            # What the database as a whole cannot do, it cannot do for one row either.
            for_all = isinstance(error, StorageError) and not isinstance(error, RowTooLarge)
            if len(arrivals) == 1 or for_all:
                _fail(arrivals, error)
                return
            for arrival in arrivals:
                await self._write([arrival])
            return
        except BaseException:
            _fail(arrivals, Overloaded("The node is stopping."))
            raise
        for arrival in arrivals:
            if not arrival.is_new.done():  # whoever asked may have gone away
                arrival.is_new.set_result(arrival.key in new)
            new.discard(arrival.key)  # the same once more in this batch is known by now


def _fail(arrivals: Sequence[_Arrival], error: Exception) -> None:
    for arrival in arrivals:
        if not arrival.is_new.done():
            arrival.is_new.set_exception(error)


async def insert_inbox(
    connection: AsyncConnection, rows: Sequence[NewInboxRow]
) -> set[tuple[str, str]]:
    """Add *rows* to the inbox; return (actor, activity) of those that were not there."""
    given = [FIELDS(row) for row in rows]
    if connection.dialect.name == "postgresql":
        arrays = [list(column) for column in zip(*given, strict=True)]
        result = await connection.execute(INSERT_POSTGRESQL, dict(zip(NAMES, arrays, strict=True)))
        return {(row.actor, row.activity) for row in result}
    statement = INSERT_SQLITE.format(rows=", ".join([ROW_SQLITE] * len(given)))
    parameters = tuple(chain.from_iterable(given))
    inserted = (await connection.exec_driver_sql(statement, parameters)).rowcount
    if inserted == len(rows):
        return {(row.actor, row.activity) for row in rows}
    result = await connection.execute(NEWEST_SQLITE, {"number": inserted})
    return {(row.actor, row.activity) for row in result}
