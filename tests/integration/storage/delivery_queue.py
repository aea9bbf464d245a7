"""What a worker does with the queue, at times that a test names."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from federation.delivery_policy import Verdict
from federation.delivery_reports import DeliveryOutcome
from node.storage import deliveries, delivery_leases, journal
from node.storage.database import Database
from node.storage.deliveries import Delivery, NewDelivery
from tests.integration.storage.samples import outgoing

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


async def queue(database: Database, *rows: NewDelivery) -> None:
    """Queue *rows*, and put into the outbox what they carry."""
    async with database.transaction() as connection:
        for activity in sorted({row.activity for row in rows}):
            if await journal.get_activity(connection, activity) is None:
                await journal.append_outbox(connection, [outgoing(1, activity=activity)])
        await deliveries.enqueue(connection, rows)


async def claim(
    database: Database, *, now: datetime = NOW, limit: int = 100, **options: Any
) -> list[Delivery]:
    async with database.transaction() as connection:
        return await delivery_leases.claim(
            connection, limit=limit, lease_seconds=100, now=now, **options
        )


async def settle(
    database: Database, claimed: Sequence[Delivery], verdict: Verdict, at: datetime | None = None
) -> None:
    outcomes = [
        DeliveryOutcome(
            seq=row.seq,
            host=row.host,
            verdict=verdict,
            error=None if verdict is Verdict.DELIVERED else "503",
            next_attempt_at=at,
        )
        for row in claimed
    ]
    async with database.transaction() as connection:
        await deliveries.settle(connection, outcomes, now=NOW)


def numbers(claimed: Sequence[Delivery]) -> list[int]:
    return [int(row.activity.rpartition("/")[2]) for row in claimed]
