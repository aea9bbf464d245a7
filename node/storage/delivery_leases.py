"""Claiming from the queue: who has a message in hand leases it.

A claimed row is not due again before its lease ends, so what a killed process had claimed is
sent again. Messages about one object to one inbox keep their order: a row waits while an
earlier one of the same pair is leased or waits for another attempt.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.deliveries import Delivery
from node.storage.statements import chunks
from vocab import clock

DELIVERIES = tables.deliveries

#: On PostgreSQL one claim at a time: SKIP LOCKED alone would let a second worker skip the
#: first message about an object, which another worker is just claiming, and take the next.
CLAIM_LOCK = text("SELECT pg_advisory_xact_lock(1399521283)")

#: Claims due rows. Per host at most :per_host, one where its pause is over and it must prove
#: itself; the hosts take turns, so a long queue holds up no other. The hosts are found by
#: leaps through the index, and of each only its share is looked at, so that the cost does not
#: grow with the queue.
CLAIM = """
    WITH RECURSIVE queued (host) AS (
        SELECT min(host) FROM deliveries WHERE state = 'waiting'
        UNION ALL
        SELECT (SELECT min(later.host) FROM deliveries AS later
                WHERE later.state = 'waiting' AND later.host > queued.host)
        FROM queued WHERE queued.host IS NOT NULL
    ),
    lanes (host, room) AS (
        SELECT queued.host, CASE WHEN peers.paused_until IS NULL THEN :per_host ELSE 1 END
        FROM queued LEFT JOIN peers ON peers.host = queued.host
        WHERE queued.host IS NOT NULL
          AND queued.host NOT IN (SELECT value FROM {without})
          AND coalesce(peers.state, '') <> 'blocked'
          AND coalesce(peers.paused_until, '') <= :now
    ),
    share (size) AS (
        SELECT CASE WHEN 2 * :number < count(*) THEN 1
                    WHEN 2 * :number / count(*) < :per_host THEN 2 * :number / count(*)
                    ELSE :per_host END
        FROM lanes
    ),
    candidates AS (
        SELECT found.seq, lanes.room,
               row_number() OVER (PARTITION BY lanes.host ORDER BY found.seq) AS place
        FROM lanes {first_of_each_lane}
    ),
    chosen AS (
        SELECT seq FROM candidates WHERE place <= room ORDER BY place, seq LIMIT :number
    )
    UPDATE deliveries SET lease_until = :until, next_attempt_at = :until
    WHERE seq IN (SELECT seq FROM chosen) {still_due}
    RETURNING seq, activity, object, sender, inbox, host, attempts, created_at
"""

#: The first due rows of a host that nothing earlier holds up.
DUE = """
    SELECT due.seq FROM deliveries AS due
    WHERE due.state = 'waiting' AND due.host = lanes.host AND due.next_attempt_at <= :now
      AND due.seq NOT IN (SELECT {in_hand})
      AND NOT EXISTS (
        SELECT 1 FROM deliveries AS earlier
        WHERE earlier.inbox = due.inbox AND earlier.object = due.object
          AND earlier.seq < due.seq AND earlier.state = 'waiting'
          AND earlier.next_attempt_at <> earlier.created_at  -- names the index
          AND earlier.next_attempt_at > :now)
    ORDER BY due.seq LIMIT (SELECT size FROM share)
"""

DUE_SQLITE = DUE.format(in_hand="value FROM json_each(:in_hand)")
CLAIM_SQLITE = text(
    CLAIM.format(
        without="json_each(:without)",
        first_of_each_lane=f"CROSS JOIN deliveries AS found ON found.seq IN ({DUE_SQLITE})",
        still_due="",  # nobody else writes; asking would make SQLite walk all that waits
    )
)
DUE_POSTGRESQL = DUE.format(
    in_hand="CAST(value AS bigint) FROM json_array_elements_text(CAST(:in_hand AS json))"
)
CLAIM_POSTGRESQL = text(
    CLAIM.format(
        without="json_array_elements_text(CAST(:without AS json))",
        first_of_each_lane=f"CROSS JOIN LATERAL ({DUE_POSTGRESQL}) AS found",
        still_due="AND state = 'waiting' AND next_attempt_at <= :now",
    )
)

#: Hosts whose one message to try is under way rest until it is settled or its lease ends.
REST_WHILE_TRYING = text("""
    UPDATE peers SET paused_until = :until
    WHERE paused_until <= :now AND EXISTS (
        SELECT 1 FROM deliveries
        WHERE deliveries.state = 'waiting' AND deliveries.host = peers.host
          AND deliveries.lease_until = :until)
""")


async def claim(
    connection: AsyncConnection,
    *,
    limit: int,
    lease_seconds: float,
    now: datetime | None = None,
    per_host: int = 64,
    without: Collection[str] = (),
    in_hand: Collection[int] = (),
) -> list[Delivery]:
    """Lease up to *limit* due messages and return them in the order they are to be sent.

    At most *per_host* for each host, none for those in *without*, blocked or paused. Where a
    pause is over one message is given out, and the next only when that one is settled well.
    None of the numbers *in_hand* is given out again, even where its lease has ended.
    """
    moment = now or clock.now()
    times = {
        "now": clock.timestamp(moment),
        "until": clock.timestamp(moment + timedelta(seconds=lease_seconds)),
    }
    statement = CLAIM_SQLITE
    if connection.dialect.name == "postgresql":
        await connection.execute(CLAIM_LOCK)
        statement = CLAIM_POSTGRESQL
    given = {
        "per_host": per_host,
        "number": limit,
        "without": json.dumps(list(without)),
        "in_hand": json.dumps(list(in_hand)),
    }
    rows = (await connection.execute(statement, times | given)).mappings().all()
    if not rows:
        return []
    await connection.execute(REST_WHILE_TRYING, times)
    bodies = await _bodies(connection, {row["activity"] for row in rows})
    claimed = [Delivery.from_row(row, bodies[row["activity"]]) for row in rows]
    return sorted(claimed, key=lambda delivery: delivery.seq)


async def _bodies(connection: AsyncConnection, activities: Collection[str]) -> dict[str, str]:
    outbox = tables.outbox
    found: dict[str, str] = {}
    for part in chunks(activities):
        query = select(outbox.c.activity, outbox.c.body).where(outbox.c.activity.in_(part))
        found |= {row.activity: row.body for row in (await connection.execute(query)).all()}
    return found


async def renew_leases(
    connection: AsyncConnection,
    numbers: Collection[int],
    *,
    lease_seconds: float,
    now: datetime | None = None,
) -> None:
    """Lease the claimed messages *numbers* for as long from now on, if they still wait.

    A host that is being tried with one of them rests as long.
    """
    until = clock.timestamp((now or clock.now()) + timedelta(seconds=lease_seconds))
    peers = tables.peers
    for part in chunks(numbers):
        ours = (DELIVERIES.c.seq.in_(part), DELIVERIES.c.lease_until.is_not(None))
        renewed = update(DELIVERIES).where(*ours).values(lease_until=until, next_attempt_at=until)
        await connection.execute(renewed)
        hosts = select(DELIVERIES.c.host).where(*ours)
        resting = update(peers).where(peers.c.paused_until < until, peers.c.host.in_(hosts))
        await connection.execute(resting.values(paused_until=until))


async def release_leases(connection: AsyncConnection, *, now: datetime | None = None) -> int:
    """Make what a killed process had claimed due at once; return how many rows that were.

    For the start of the one process that delivers; where several do, leases end by themselves.
    """
    leased = update(DELIVERIES).where(DELIVERIES.c.lease_until.is_not(None))
    given_back = leased.values(lease_until=None, next_attempt_at=clock.timestamp(now))
    return (await connection.execute(given_back)).rowcount
