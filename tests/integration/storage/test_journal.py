from dataclasses import replace

from node.storage import journal
from node.storage.database import Database
from node.storage.group_commit import insert_inbox
from tests.integration.storage.samples import OURS, incoming, moment, outgoing

LATER = moment(1000)


async def arrive(database: Database, *numbers: int) -> None:
    async with database.transaction() as connection:
        await insert_inbox(connection, [incoming(number) for number in numbers])


async def claimed(database: Database, now: str = LATER, limit: int = 10) -> list[int]:
    async with database.reading() as connection:
        rows = await journal.claim_inbox(connection, limit, now=now)
    return [int(row.activity.rpartition("/")[2]) for row in rows]


async def test_activities_are_claimed_in_order_of_arrival(database: Database) -> None:
    """Waiting ones come first in, first out, with all that was verified of them."""
    await arrive(database, 3, 1, 2)
    async with database.reading() as connection:
        first = (await journal.claim_inbox(connection, 1, now=LATER))[0]

    assert await claimed(database) == [3, 1, 2]
    assert first.body == incoming(3).body
    assert (first.state, first.attempts, first.recipient) == ("waiting", 0, None)


async def test_a_claim_is_bounded_by_bytes(database: Database) -> None:
    """It ends with the body that goes beyond, counted in UTF-8; a large one is taken alone."""
    sizes = (30, 30, 30, 500, 500, 30)
    async with database.transaction() as connection:
        await insert_inbox(
            connection, [incoming(number, body="ø" * size) for number, size in enumerate(sizes)]
        )
    taken: list[list[int]] = []
    async with database.transaction() as connection:
        while rows := await journal.claim_inbox(connection, 10, now=LATER, most_bytes=121):
            taken.append([len(row.body) for row in rows])
            await journal.settle_inbox(connection, [(row.seq, "done", None) for row in rows])

    assert taken == [[30, 30, 30], [500], [500], [30]]


async def test_activities_can_be_left_out_of_a_claim(database: Database) -> None:
    """Those that someone has in hand are not read again, and leave their room to others."""
    await arrive(database, 1, 2, 3)
    async with database.reading() as connection:
        first, _ = await journal.claim_inbox(connection, 2, now=LATER)
        others = await journal.claim_inbox(connection, 2, now=LATER, without={first.seq})
        assert await journal.get_waiting(connection, first.seq) == first

    assert [row.seq for row in others] == [first.seq + 1, first.seq + 2]


async def test_a_deferred_activity_has_not_failed(database: Database) -> None:
    """It waits until then, and no attempt is counted."""
    await arrive(database, 1, 2)
    async with database.transaction() as connection:
        row = (await journal.claim_inbox(connection, 1, now=LATER))[0]
        await journal.defer_inbox(connection, [row.seq], until=moment(60))
        found = await journal.get_waiting(connection, row.seq)

    assert found is not None
    assert found.attempts == 0
    assert await claimed(database, moment(59)) == [2]
    assert await claimed(database, moment(60)) == [1, 2]


async def test_settled_activity_is_not_claimed_again(database: Database) -> None:
    """What was taken in or ignored stays known, with the reason."""
    await arrive(database, 1, 2, 3)
    async with database.transaction() as connection:
        rows = await journal.claim_inbox(connection, 2, now=LATER)
        await journal.settle_inbox(
            connection, [(rows[0].seq, "done", None), (rows[1].seq, "ignored", "Not followed.")]
        )
        counts = await journal.inbox_counts(connection)

    assert counts == {"done": 1, "ignored": 1, "waiting": 1}
    assert await claimed(database) == [3]


async def test_postponed_activity_waits_for_its_time(database: Database) -> None:
    """One that failed is out of the way of others until it is due."""
    await arrive(database, 1, 2)
    async with database.transaction() as connection:
        row = (await journal.claim_inbox(connection, 1, now=LATER))[0]
        await journal.postpone_inbox(
            connection, row.seq, next_attempt_at=moment(60), give_up=False, reason="later"
        )

    assert await claimed(database, moment(59)) == [2]
    assert await claimed(database, moment(60)) == [1, 2]


async def test_activity_given_up_waits_for_the_desk(database: Database) -> None:
    """After the last attempt it is not tried again until someone says so."""
    await arrive(database, 1)
    async with database.transaction() as connection:
        row = (await journal.claim_inbox(connection, 1, now=LATER))[0]
        await journal.postpone_inbox(
            connection, row.seq, next_attempt_at=moment(60), give_up=True, reason="broken"
        )
    assert await claimed(database) == []
    async with database.transaction() as connection:
        assert await journal.retry_inbox(connection, row.seq)
        assert not await journal.retry_inbox(connection, row.seq)

    assert await claimed(database) == [1]


async def test_outbox_pages_stay_put(database: Database) -> None:
    """Newest first; pages by number show each once, both ways, only of one actor and audience."""
    async with database.transaction() as connection:
        await journal.append_outbox(connection, [outgoing(number) for number in range(1, 6)])
        await journal.append_outbox(connection, [outgoing(6, audience="private")])
        await journal.append_outbox(connection, [outgoing(7, actor=f"{OURS}/members/1")])
    async with database.transaction() as connection:
        first = await journal.outbox_page(connection, f"{OURS}/cluster", limit=2)
        await journal.append_outbox(connection, [outgoing(8)])
        second = await journal.outbox_page(
            connection, f"{OURS}/cluster", limit=2, before=first[-1].seq
        )
        back = await journal.outbox_page(
            connection, f"{OURS}/cluster", limit=2, after=second[0].seq
        )
        number = await journal.count_outbox(connection, f"{OURS}/cluster")

    assert [row.activity[-1] for row in first + second] == ["5", "4", "3", "2"]
    assert back == first
    assert number == 6


async def test_activity_of_ours_is_found(database: Database) -> None:
    """By its IRI, whatever its audience."""
    async with database.transaction() as connection:
        await journal.append_outbox(connection, [outgoing(1, audience="private")])
        found = await journal.get_activity(connection, f"{OURS}/activities/1")
        assert await journal.get_activity(connection, "urn:none") is None

    assert found is not None
    assert replace(found, seq=None) == outgoing(1, audience="private")
