"""A claimed message belongs to its worker until its lease ends, which may be renewed."""

from datetime import timedelta

from federation.delivery_policy import Verdict
from node.storage import delivery_leases, peers
from node.storage.database import Database
from tests.integration.storage.delivery_queue import NOW, SOON, claim, numbers, queue, settle
from tests.integration.storage.samples import delivery, moment
from vocab.clock import timestamp


async def test_lease_that_ends_gives_the_message_back(database: Database) -> None:
    """What a worker never settled is claimed again after its lease, or at the next start."""
    await queue(database, delivery(1), delivery(2))
    await claim(database, limit=1)
    late = NOW + timedelta(seconds=101)
    assert numbers(await claim(database, now=late)) == [1, 2]
    assert await claim(database, now=late) == []
    async with database.transaction() as connection:
        assert await delivery_leases.release_leases(connection, now=late) == 2

    assert numbers(await claim(database, now=late)) == [1, 2]


async def test_renewed_lease_keeps_the_message(database: Database) -> None:
    """What is renewed is not given out when its first lease would have ended; the rest is."""
    await queue(database, delivery(1), delivery(2))
    rows = await claim(database)
    later = NOW + timedelta(seconds=90)
    async with database.transaction() as connection:
        await delivery_leases.renew_leases(connection, [rows[0].seq], lease_seconds=100, now=later)

    assert numbers(await claim(database, now=NOW + timedelta(seconds=101))) == [2]
    assert numbers(await claim(database, now=NOW + timedelta(seconds=191))) == [1]


async def test_settled_message_is_not_leased_again(database: Database) -> None:
    """A renewal that comes too late does not take back what was to be tried again."""
    await queue(database, delivery(1))
    rows = await claim(database)
    await settle(database, rows, Verdict.RETRY, SOON)
    async with database.transaction() as connection:
        await delivery_leases.renew_leases(connection, [rows[0].seq], lease_seconds=1000, now=NOW)

    assert numbers(await claim(database, now=SOON)) == [1]


async def test_renewed_trial_keeps_its_host_at_rest(database: Database) -> None:
    """While the one message to a rested host is under way, no other goes, however long it takes."""
    await queue(database, delivery(1), delivery(2))
    async with database.transaction() as connection:
        await peers.upsert_seen(connection, "a.example", now=moment(0))
        await peers.pause(connection, "a.example", timestamp(NOW))
    (probe,) = await claim(database)
    later = NOW + timedelta(seconds=90)
    async with database.transaction() as connection:
        await delivery_leases.renew_leases(connection, [probe.seq], lease_seconds=100, now=later)

    assert await claim(database, now=NOW + timedelta(seconds=150)) == []


async def test_message_in_hand_is_not_given_out_again(database: Database) -> None:
    """Not even when its lease has ended, as after a leap of the clock."""
    await queue(database, delivery(1), delivery(2))
    rows = await claim(database)
    late = NOW + timedelta(hours=2)

    assert numbers(await claim(database, now=late, in_hand=[rows[0].seq])) == [2]
