from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from node.desk.list_interests import DeskSettings, interest_history, list_interests
from node.storage import interests
from node.storage.database import Database
from node.storage.interests import InterestRow, MoveRow
from node.workers.remind import ReminderWorker
from vocab import clock

THURSDAY = datetime(2026, 11, 26, 9, tzinfo=UTC)
SETTINGS = DeskSettings(country="NO", working_days=3)
US, THEM = "https://a.example/cluster", "https://b.example/cluster"


def interest(number: int, **changes: Any) -> InterestRow:
    """Return an interest that came on a Thursday."""
    given: dict[str, Any] = {
        "iri": f"https://b.example/activities/{number}",
        "side": "asked",
        "peer": THEM,
        "host": "b.example",
        "proposal": "https://a.example/offers/1",
        "proposing": True,
        "purpose": "offer",
        "intent": "https://a.example/offers/1#primary",
        "quantity": "1",
        "unit": "one",
        "opened_at": clock.timestamp(THURSDAY),
        "moved_at": clock.timestamp(THURSDAY),
    }
    return InterestRow(**given | changes)


async def keep(database: Database, *rows: InterestRow) -> None:
    async with database.transaction() as connection:
        for row in rows:
            first = MoveRow(
                interest=row.iri, event="send", state="sent", who=THEM, ours=False, at=row.opened_at
            )
            assert await interests.add(connection, row, first)


async def test_what_lies_for_three_working_days_is_due(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marked once, for the desk whose turn it is, until somebody takes a step."""
    await keep(
        database,
        interest(1),
        interest(2, side="asking"),
        interest(3, state="accepted"),
        interest(4, ends_at=clock.timestamp(THURSDAY + timedelta(days=1))),
        interest(5, side="both", peer=None, host=None),
        interest(6, moved_at=clock.timestamp(THURSDAY + timedelta(days=4))),
    )
    worker = ReminderWorker(database, SETTINGS)
    for days, marked in ((4, 0), (5, 2), (5, 0)):
        monkeypatch.setattr(clock, "now", lambda days=days: THURSDAY + timedelta(days=days))
        assert await worker.mark() == marked
    async with database.reading() as connection:
        due = await list_interests(connection, SETTINGS, due_only=True)
        view = await interest_history(connection, SETTINGS, interest(1).iri)
    assert [one.iri.rsplit("/", 1)[1] for one in due] == ["1", "5"]
    assert [(move.event, move.who) for move in view.moves] == [
        ("send", THEM),
        ("remind", "the node"),
    ]
    assert view.due_at == clock.timestamp(THURSDAY + timedelta(days=5))


async def test_worker_looks_every_few_minutes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It marks all there is, and then rests, however often it is called."""
    await keep(database, *(interest(number) for number in range(3)))
    monkeypatch.setattr(clock, "now", lambda: THURSDAY + timedelta(days=30))
    worker = ReminderWorker(database, SETTINGS)
    assert await worker.step()
    assert not await worker.step()
    await keep(database, interest(9))
    assert not await worker.step()
    async with database.reading() as connection:
        assert (await interests.find(connection, interest(9).iri)).reminded_at is None
