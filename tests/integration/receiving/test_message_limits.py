"""How much others may write to the desk, over hours and in all."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from node.receiving.batch import MessageLimits
from node.receiving.tell_desk import NO_ROOM, TOO_MANY, TOO_MANY_WAIT, refusal_of
from node.storage import messages
from node.storage.database import Database
from tests.integration.storage.samples import moment
from tests.integration.storage.test_messages import message
from vocab.clock import parse_time

LIMITS = MessageLimits(per_hour=2, kept=40)
HOUR = 3600


async def write(connection: AsyncConnection, host: str, number: int, seconds: int) -> None:
    iri = f"https://{host}/activities/{number}"
    sent = message(number, host=host, activity=iri, received_at=moment(seconds))
    assert await messages.add(connection, sent)


async def test_a_slow_flood_leaves_room_for_others(database: Database) -> None:
    """Of one server a tenth of what is kept may wait, however slowly it came."""
    async with database.transaction() as connection:
        for number in range(4):
            at = number * HOUR
            now = parse_time(moment(at))
            assert await refusal_of(connection, "slow.example", LIMITS, now) is None
            await write(connection, "slow.example", number, at)
        later = parse_time(moment(9 * HOUR))
        assert await refusal_of(connection, "slow.example", LIMITS, later) == TOO_MANY_WAIT
        assert await refusal_of(connection, "other.example", LIMITS, later) is None
        await messages.mark(connection, 1, "handled", by="Kari", at=moment(9 * HOUR))
        assert await refusal_of(connection, "slow.example", LIMITS, later) is None


async def test_an_hour_is_an_hour(database: Database) -> None:
    """What is older than an hour counts no more against its server."""
    async with database.transaction() as connection:
        for number in range(2):
            await write(connection, "a.example", number, number)
        now = parse_time(moment(HOUR))
        assert await refusal_of(connection, "a.example", LIMITS, now) == TOO_MANY
        assert await refusal_of(connection, "a.example", LIMITS, now + timedelta(seconds=2)) is None


async def test_many_servers_together_are_bounded_too(database: Database) -> None:
    """When all that is kept waits, no more is taken until the desk has handled some."""
    async with database.transaction() as connection:
        for number in range(40):
            await write(connection, f"h{number}.example", number, number)
        now = parse_time(moment(9 * HOUR))
        assert await refusal_of(connection, "new.example", LIMITS, now) == NO_ROOM
        await messages.mark(connection, 7, "handled", by="Kari", at=moment(9 * HOUR))
        assert await refusal_of(connection, "new.example", LIMITS, now) is None
        assert await messages.count(connection) == 39
