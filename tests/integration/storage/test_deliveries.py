import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from federation.delivery_policy import Verdict
from federation.delivery_reports import DeliveryOutcome
from node.storage import deliveries, delivery_leases, peers
from node.storage.database import Database
from node.storage.deliveries import Delivery, NewDelivery
from tests.integration.storage.delivery_queue import NOW, SOON, claim, numbers, queue, settle
from tests.integration.storage.samples import OURS, delivery, moment, outgoing
from vocab.clock import timestamp


async def counts(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        return await deliveries.count_by_state(connection)


async def test_message_is_claimed_once_and_goes_when_delivered(database: Database) -> None:
    """A claimed message comes with its body; nobody else gets it; delivered it is gone."""
    await queue(database, delivery(1))
    first = await claim(database)
    second = await claim(database)
    await settle(database, first, Verdict.DELIVERED)

    assert numbers(first) == [1]
    assert first[0].body == outgoing(1).body
    assert second == []
    assert await counts(database) == {}
    async with database.reading() as connection:
        peer = await peers.get(connection, "a.example")
    assert peer is not None
    assert (peer.delivered, peer.failures, peer.last_success_at) == (1, 0, timestamp(NOW))


async def test_activity_goes_to_an_inbox_once(database: Database) -> None:
    """Queued twice, it is sent once."""
    await queue(database, delivery(1))
    await queue(database, delivery(1))

    assert numbers(await claim(database)) == [1]


async def test_message_to_come_later_waits(database: Database) -> None:
    """Before its time it is not claimed."""
    await queue(database, delivery(1, next_attempt_at=timestamp(SOON)))

    assert await claim(database) == []
    assert numbers(await claim(database, now=SOON)) == [1]


async def test_failed_message_is_tried_again_at_its_time(database: Database) -> None:
    """The attempt is counted for the message and for the host."""
    await queue(database, delivery(1))
    await settle(database, await claim(database), Verdict.RETRY, SOON)
    assert await claim(database) == []
    again = await claim(database, now=SOON)
    async with database.reading() as connection:
        peer = await peers.get(connection, "a.example")

    assert again[0].attempts == 1
    assert peer is not None
    assert (peer.failures, peer.last_error) == (1, "503")


async def test_held_message_counts_no_attempt(database: Database) -> None:
    """What was not tried waits, and its host is not blamed."""
    await queue(database, delivery(1))
    await settle(database, await claim(database), Verdict.HELD, SOON)
    again = await claim(database, now=SOON)

    assert again[0].attempts == 0
    async with database.reading() as connection:
        assert await peers.get(connection, "a.example") is None


async def test_trouble_of_our_own_is_not_the_hosts(database: Database) -> None:
    """A message that failed for a reason of this node's counts an attempt and blames nobody."""
    await queue(database, delivery(1))
    (row,) = await claim(database)
    outcome = DeliveryOutcome(
        seq=row.seq,
        host=row.host,
        verdict=Verdict.RETRY,
        error="The log says why.",
        next_attempt_at=SOON,
        blames_host=False,
    )
    async with database.transaction() as connection:
        await deliveries.settle(connection, [outcome], now=NOW)
        peer = await peers.get(connection, "a.example")

    assert (await claim(database, now=SOON))[0].attempts == 1
    assert peer is not None
    assert peer.failures == 0


async def test_message_given_up_is_dead_until_the_desk_retries(database: Database) -> None:
    """It is not claimed any more; retrying the host makes it due with attempts anew."""
    await queue(database, delivery(1))
    await settle(database, await claim(database), Verdict.GIVE_UP)
    assert await claim(database, now=SOON) == []
    assert await counts(database) == {"dead": 1}
    async with database.transaction() as connection:
        await peers.pause(connection, "a.example", timestamp(SOON + timedelta(days=1)))
        assert await deliveries.retry_host(connection, "a.example", now=SOON) == 1

    assert [row.attempts for row in await claim(database, now=SOON)] == [0]


async def test_inbox_that_is_gone_gets_nothing_more(database: Database) -> None:
    """A 410 ends all that waits for that inbox, and only that."""
    other = delivery(3, inbox="https://a.example/other")
    await queue(database, delivery(1), delivery(2), other)
    claimed = await claim(database, limit=1)
    await settle(database, claimed, Verdict.GONE)

    assert numbers(claimed) == [1]
    assert numbers(await claim(database)) == [3]


def about(thing: str, number: int, **changed: Any) -> NewDelivery:
    return delivery(number, object=f"{OURS}/offers/{thing}", **changed)


async def test_messages_about_one_object_come_in_order(database: Database) -> None:
    """In one claim they come together and in order; the later waits while the earlier is out."""
    await queue(database, about("x", 1), about("x", 2), delivery(3))
    first = await claim(database, limit=1)
    second = await claim(database)

    assert (numbers(first), numbers(second)) == ([1], [3])
    await settle(database, first, Verdict.DELIVERED)
    assert numbers(await claim(database)) == [2]


async def test_later_message_waits_while_the_earlier_is_tried_again(database: Database) -> None:
    """One that failed holds up the next about the same object, to the same inbox only."""
    elsewhere = about("x", 2, host="b.example")
    await queue(database, about("x", 1), about("x", 2), elsewhere)
    together = await claim(database)
    assert numbers(together) == [1, 2, 2]
    await settle(database, together[:1], Verdict.RETRY, SOON)
    await settle(database, together[1:2], Verdict.HELD, NOW)

    assert await claim(database) == []
    assert numbers(await claim(database, now=SOON)) == [1, 2]


async def test_dead_message_holds_up_nothing(database: Database) -> None:
    """After the earlier one is given up the next goes on."""
    await queue(database, about("x", 1), about("x", 2))
    first = await claim(database, limit=1)
    await settle(database, first, Verdict.GIVE_UP)

    assert numbers(await claim(database)) == [2]


async def test_many_held_up_messages_keep_no_other_waiting(database: Database) -> None:
    """However many wait behind one failed message, the host's other messages go."""
    await queue(database, *(about("x", number) for number in range(1, 31)), delivery(99))
    await settle(database, await claim(database, limit=1), Verdict.RETRY, SOON)

    assert numbers(await claim(database, per_host=5)) == [99]
    assert numbers(await claim(database, now=SOON, per_host=5)) == [1, 2, 3, 4, 5]


async def test_long_queue_starves_nobody(database: Database) -> None:
    """A claim takes from every host before it takes more from one."""
    many = [delivery(number, "busy.example") for number in range(200)]
    few = [delivery(number, f"h{number}.example") for number in range(5)]
    await queue(database, *many, *few)
    claimed = await claim(database, limit=20, per_host=64)
    hosts = Counter(row.host for row in claimed)

    assert all(hosts[f"h{number}.example"] == 1 for number in range(5))
    assert hosts["busy.example"] > 1


async def test_host_gets_no_more_than_its_share(database: Database) -> None:
    """At most per_host at once, nothing for those left out."""
    await queue(database, *(delivery(number) for number in range(10)), delivery(11, "b.example"))
    claimed = await claim(database, per_host=3)
    left = await claim(database, without=["a.example"])

    assert Counter(row.host for row in claimed) == {"a.example": 3, "b.example": 1}
    assert left == []


@pytest.mark.parametrize("column", ["state", "pause"])
async def test_blocked_or_paused_host_gets_nothing(database: Database, column: str) -> None:
    """What waits for it stays."""
    await queue(database, delivery(1), delivery(2, "b.example"))
    async with database.transaction() as connection:
        await peers.upsert_seen(connection, "a.example", now=moment(0))
        if column == "state":
            await peers.set_state(connection, "a.example", "blocked")
        else:
            await peers.pause(connection, "a.example", timestamp(SOON))

    assert numbers(await claim(database)) == [2]
    assert await counts(database) == {"waiting": 2}


async def test_rested_host_proves_itself_with_one_message(database: Database) -> None:
    """After a pause one message goes; the others follow when it was delivered."""
    await queue(database, *(delivery(number) for number in range(1, 4)))
    async with database.transaction() as connection:
        await peers.upsert_seen(connection, "a.example", now=moment(0))
        await peers.pause(connection, "a.example", timestamp(NOW))
    probe = await claim(database)
    meanwhile = await claim(database)
    assert (numbers(probe), meanwhile) == ([1], [])
    await settle(database, probe, Verdict.DELIVERED)

    assert numbers(await claim(database)) == [2, 3]


async def test_success_between_failures_begins_the_count_anew(database: Database) -> None:
    """In one group of outcomes the failures after the last success count."""
    await queue(database, *(delivery(number) for number in range(4)))
    rows = await claim(database)
    verdicts = [Verdict.RETRY, Verdict.DELIVERED, Verdict.RETRY, Verdict.GIVE_UP]
    outcomes = [
        DeliveryOutcome(
            seq=row.seq, host=row.host, verdict=verdict, error="no", next_attempt_at=SOON
        )
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    async with database.transaction() as connection:
        await peers.record_failure(connection, "a.example", error="old", at=moment(1))
        await deliveries.settle(connection, outcomes, now=NOW)
        peer = await peers.get(connection, "a.example")

    assert peer is not None
    assert (peer.failures, peer.delivered, peer.last_error) == (1, 1, "no")
    assert await counts(database) == {"waiting": 2, "dead": 1}


async def test_erased_activity_leaves_the_queue(database: Database) -> None:
    """What is removed from the outbox is sent to nobody."""
    await queue(database, delivery(1))
    async with database.transaction() as connection:
        await connection.execute(text("DELETE FROM outbox"))

    assert await claim(database) == []
    assert await counts(database) == {}


async def test_dropped_host_has_no_queue(database: Database) -> None:
    """All that waits for one host can be removed."""
    await queue(database, delivery(1), delivery(1, "b.example"))
    async with database.transaction() as connection:
        assert await deliveries.drop_hosts(connection, ["a.example"]) == 1

    assert [row.host for row in await claim(database)] == ["b.example"]


async def test_workers_at_once_share_the_queue(database_url: str) -> None:
    """Of several workers each message goes to one, and order per object holds all the same."""
    databases = [await Database.open(database_url) for _ in range(3)]
    rows = [about(f"{number % 20}", number, host=f"h{number % 4}.example") for number in range(200)]
    await queue(databases[0], *rows)
    delivered: list[tuple[float, Delivery]] = []

    async def work(database: Database) -> None:
        while claimed := await claim(database, limit=7):
            for row in claimed:
                delivered.append((time.monotonic(), row))
                await asyncio.sleep(0)
            await settle(database, claimed, Verdict.DELIVERED)

    while await counts(databases[0]):
        await asyncio.gather(*(work(database) for database in databases))
    for database in databases:
        await database.close()

    assert sorted(numbers([row for _, row in delivered])) == list(range(200))
    by_pair: dict[tuple[str | None, str], list[int]] = {}
    for _, row in delivered:
        by_pair.setdefault((row.object, row.inbox), []).append(row.seq)
    assert all(seqs == sorted(seqs) for seqs in by_pair.values())


async def test_second_worker_takes_nothing_out_of_order(database_url: str) -> None:
    """While one worker is claiming the first message about an object, none takes the next."""
    first, second = [await Database.open(database_url) for _ in range(2)]
    await queue(first, about("x", 1), about("x", 2), delivery(3))
    async with first.transaction() as connection:
        mine = await delivery_leases.claim(connection, limit=1, lease_seconds=100, now=NOW)
        theirs = asyncio.create_task(claim(second))
        await asyncio.wait([theirs], timeout=0.3)

    assert (numbers(mine), numbers(await theirs)) == ([1], [3])
    await first.close()
    await second.close()


async def test_a_long_queue_is_worked_off(database: Database) -> None:
    """20,000 messages to 500 hosts are claimed in batches, none twice, and settled."""
    rows = [
        delivery(number // 500, f"h{number % 500}.example", created_at=moment(0))
        for number in range(20_000)
    ]
    await queue(database, *rows)
    taken: list[int] = []
    while len(taken) < 5_000:
        claimed = await claim(database, limit=512)
        await settle(database, claimed, Verdict.DELIVERED)
        taken += [row.seq for row in claimed]

    assert len(taken) == len(set(taken))
