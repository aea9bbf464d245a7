"""What goes in time, and what never does."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from node.setting_groups import FederationSettings
from node.storage import (
    actors,
    contributions,
    deliveries,
    delivery_leases,
    follows,
    forgetting,
    journal,
    peers,
    resources,
    tables,
)
from node.storage.contributions import ContributionRow
from node.storage.database import Database
from node.workers.forget import ForgetWorker
from tests.integration.storage.samples import (
    OURS,
    THEIRS,
    delivery,
    incoming,
    key,
    outgoing,
    remote_actor,
    resource,
)
from vocab import clock

OLD = clock.timestamp(clock.now() - timedelta(days=40))
NEW = clock.timestamp(clock.now() - timedelta(days=20))
RESTING = clock.timestamp(clock.now() - timedelta(days=8))


async def arrive(database: Database, *numbers: int, state: str, at: str) -> None:
    """Let activities have come in at that time, and become what *state* says."""
    rows = [
        {name: getattr(row, name) for name in row.__slots__} | {"state": state}
        for row in (incoming(number, received_at=at) for number in numbers)
    ]
    async with database.transaction() as connection:
        await connection.execute(tables.inbox.insert(), rows)


def join_of(actor: str, host: str) -> ContributionRow:
    """Return the request of *actor* to join something of ours."""
    return ContributionRow(
        id="join",
        kind="join",
        sent=False,
        partner=actor,
        host=host,
        activity=f"{actor}/join",
        about=f"{OURS}/collaborations/1",
        created_at=OLD,
    )


async def kept(database: Database, column: object) -> list[str]:
    async with database.reading() as connection:
        return sorted((await connection.execute(select(column))).scalars())  # type: ignore[call-overload]  # any column


async def forget_all(database: Database) -> int:
    """Do one whole round; return how many steps it took."""
    worker, steps = ForgetWorker(database, FederationSettings()), 1
    while await worker.step():
        steps += 1
    assert not await worker.step()
    return steps


async def test_settled_activities_go_after_their_time(database: Database) -> None:
    """What is newer stays, so do what waits and what failed, however old."""
    for number, state in enumerate(("done", "ignored", "refused", "waiting", "failed")):
        await arrive(database, number, state=state, at=OLD)
        await arrive(database, number + 10, state=state, at=NEW)
    await forget_all(database)

    stays = [3, 4, *range(10, 15)]
    assert await kept(database, tables.inbox.c.activity) == sorted(
        f"{THEIRS}/activities/{number}" for number in stays
    )


async def test_much_goes_a_little_at_a_time(database: Database) -> None:
    """No transaction holds more than some hundred rows, and in the end all are gone."""
    await arrive(database, *range(1_200), state="done", at=OLD)
    async with database.transaction() as connection:
        assert await forgetting.forget_inbox(connection, before=NEW) == forgetting.MOST

    assert await forget_all(database) == 3
    assert await kept(database, tables.inbox.c.activity) == []


async def test_a_message_ahead_of_its_time_holds_up_no_other(database: Database) -> None:
    """What came while the clock was wrong stays until its time; what is behind it goes."""
    await arrive(database, 1, state="done", at="2099-01-01T00:00:00.000000Z")
    await arrive(database, *range(2, 9), state="done", at=OLD)
    await forget_all(database)

    assert await kept(database, tables.inbox.c.activity) == [f"{THEIRS}/activities/1"]


async def queue(database: Database, *given: tuple[int, str, str]) -> None:
    """Queue messages, each by number, state and time."""
    async with database.transaction() as connection:
        await journal.append_outbox(connection, [outgoing(number) for number, _, _ in given])
        rows = [delivery(number, created_at=at, next_attempt_at=at) for number, _, at in given]
        await deliveries.enqueue(connection, rows)
        for number, state, _ in given:
            changed = update(tables.deliveries).values(state=state)
            activity = f"{OURS}/activities/{number}"
            await connection.execute(changed.where(tables.deliveries.c.activity == activity))


async def test_the_queue_has_an_end(database: Database) -> None:
    """What waits for more than a week is given up; what was given up goes after a month."""
    await queue(
        database,
        (1, "waiting", RESTING),
        (2, "waiting", clock.timestamp()),
        (3, "dead", OLD),
        (4, "dead", NEW),
    )
    await forget_all(database)

    table = tables.deliveries
    async with database.reading() as connection:
        query = select(table.c.activity, table.c.state, table.c.last_error).order_by(table.c.seq)
        rows = [tuple(row) for row in await connection.execute(query)]
    assert rows == [
        (f"{OURS}/activities/1", "dead", forgetting.TOO_OLD),
        (f"{OURS}/activities/2", "waiting", None),
        (f"{OURS}/activities/4", "dead", None),
    ]


async def test_a_message_under_way_is_not_given_up(database: Database) -> None:
    """Who has it in hand says what became of it."""
    await queue(database, (1, "waiting", OLD))
    async with database.transaction() as connection:
        await delivery_leases.claim(connection, limit=1, lease_seconds=100)
    await forget_all(database)

    assert await kept(database, tables.deliveries.c.state) == ["waiting"]


async def test_our_own_history_stays(database: Database) -> None:
    """Activities of ours are documents with addresses, however old and however delivered."""
    async with database.transaction() as connection:
        await journal.append_outbox(connection, [outgoing(1, published_at=OLD)])
    await forget_all(database)

    assert await kept(database, tables.outbox.c.activity) == [f"{OURS}/activities/1"]


@pytest.mark.parametrize(
    "reason",
    ["none", "follow", "ended", "thing", "journal", "approved", "contribution", "new"],
)
async def test_h6_strangers_are_forgotten(database: Database, reason: str) -> None:
    """An actor, its keys and its server go when nothing here has to do with them any more."""
    host, iri = "gone.example", "https://gone.example/actor"
    at = NEW if reason == "new" else OLD
    async with database.transaction() as connection:
        stranger = remote_actor(iri, host=host, fetched_at=at)
        await actors.save_remote(connection, stranger, [key(iri)])
        await peers.upsert_seen(connection, host, now=OLD, actor=iri)
        if reason in ("follow", "ended"):
            await follows.upsert(
                connection,
                follower=iri,
                followed=f"{OURS}/cluster",
                activity=f"{iri}/follow",
                state="accepted" if reason == "follow" else "undone",
                follower_local=False,
                at=OLD,
            )
        if reason == "thing":
            thing = resource(1, iri=f"{iri}/1", local=False, host=host, owner=iri)
            await resources.save_versions(connection, [thing], {})
        if reason == "approved":
            await peers.set_state(connection, host, "approved")
        if reason == "contribution":
            await contributions.add(connection, join_of(iri, host))
    if reason == "journal":
        await arrive(database, 1, state="done", at=NEW)
        async with database.transaction() as connection:
            await connection.execute(update(tables.inbox).values(actor=iri))
    await forget_all(database)

    expected = 0 if reason in ("none", "ended") else 1
    async with database.reading() as connection:
        for table in (tables.actors, tables.keys, tables.peers):
            assert await connection.scalar(select(func.count()).select_from(table)) == expected


async def test_h6_ten_thousand_dead_servers_leave_nothing(database: Database) -> None:
    """However many ports a stranger names."""
    rows = [
        {"host": f"e.example:{number}", "state": "pending", "first_seen_at": OLD, "failures": 9}
        for number in range(10_000)
    ]
    async with database.transaction() as connection:
        await connection.execute(tables.peers.insert(), rows)
        await peers.upsert_seen(connection, "v.example", now=NEW)
    await forget_all(database)

    assert await kept(database, tables.peers.c.host) == ["v.example"]
