"""The queue of messages to other servers: one row for each activity and inbox.

A claimed row is leased: it is not due again before its lease ends, so what a killed process
had claimed is sent again. Messages about one object to one inbox keep their order: a row
waits while an earlier one of the same pair is leased or waits for another attempt.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.delivery_policy import Verdict
from federation.delivery_reports import DeliveryOutcome
from node.storage import reaches, tables
from node.storage.peers import PeerReport, record_reports
from node.storage.statements import chunks, insert, values, write_all
from vocab import clock

DELIVERIES = tables.deliveries
NOT_LEASED = DELIVERIES.c.lease_until.is_(None)

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

#: Every host that something waits for, found by leaps through the index.
QUEUED_HOSTS = text("""
    WITH RECURSIVE queued (host) AS (
        SELECT min(host) FROM deliveries WHERE state = 'waiting'
        UNION ALL
        SELECT (SELECT min(later.host) FROM deliveries AS later
                WHERE later.state = 'waiting' AND later.host > queued.host)
        FROM queued WHERE queued.host IS NOT NULL
    )
    SELECT host FROM queued WHERE host IS NOT NULL
""")

#: Hosts whose one message to try is under way rest until it is settled or its lease ends.
REST_WHILE_TRYING = text("""
    UPDATE peers SET paused_until = :until
    WHERE paused_until <= :now AND EXISTS (
        SELECT 1 FROM deliveries
        WHERE deliveries.state = 'waiting' AND deliveries.host = peers.host
          AND deliveries.lease_until = :until)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message to be queued; its activity stands in the outbox."""

    activity: str
    #: IRI of what it is about: such messages to one inbox keep their order.
    object: str | None
    #: The actor that signs.
    sender: str
    inbox: str
    host: str
    next_attempt_at: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A claimed message."""

    seq: int
    activity: str
    object: str | None
    sender: str
    inbox: str
    host: str
    #: How often it was tried before.
    attempts: int
    #: When it was queued; patience is measured from then on.
    created_at: str
    #: JSON text of the activity.
    body: str = field(repr=False)

    @classmethod
    def from_row(cls, row: Mapping[Any, Any], body: str) -> Self:
        """Return the message of one claimed row."""
        return cls(**row, body=body)


async def enqueue(connection: AsyncConnection, rows: Sequence[NewDelivery]) -> None:
    """Queue *rows*; an activity goes to an inbox only once."""
    statement = insert(connection, DELIVERIES).on_conflict_do_nothing(
        index_elements=["activity", "inbox"]
    )
    await write_all(connection, statement, [values(row) | {"state": "waiting"} for row in rows])


async def queued_hosts(connection: AsyncConnection) -> list[str]:
    """Return every host that something waits for."""
    return list((await connection.execute(QUEUED_HOSTS)).scalars())


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


async def settle(
    connection: AsyncConnection,
    outcomes: Sequence[DeliveryOutcome],
    *,
    now: datetime | None = None,
) -> None:
    """Write down what became of claimed messages.

    Delivered ones go, and so does everything for an inbox that is gone (410). Those given up
    stay as dead, for the desk. All is counted for the hosts.
    """
    by_verdict: dict[Verdict, list[DeliveryOutcome]] = {verdict: [] for verdict in Verdict}
    for outcome in outcomes:
        by_verdict[outcome.verdict].append(outcome)
    arrived = by_verdict[Verdict.DELIVERED]
    # Rows of servers before rows of the queue, as whoever decides about a server does.
    await record_reports(
        connection,
        _reports(outcomes),
        at=clock.timestamp(now),
        succeeded={outcome.host for outcome in arrived},
    )
    for verdict, statement in STATEMENTS.items():
        rows = [_settlement(outcome) for outcome in by_verdict[verdict]]
        await write_all(connection, statement, rows)
    await reaches.count_delivered(connection, Counter(outcome.activity for outcome in arrived))


def _settlement(outcome: DeliveryOutcome) -> dict[str, Any]:
    at = outcome.next_attempt_at
    row: dict[str, Any] = {"number": outcome.seq}
    if outcome.verdict in (Verdict.RETRY, Verdict.HELD):
        row["at"] = clock.timestamp(at)
    if outcome.verdict in (Verdict.RETRY, Verdict.GIVE_UP):
        row["error"] = outcome.error
    return row


def _reports(outcomes: Sequence[DeliveryOutcome]) -> list[PeerReport]:
    """Sum up *outcomes* by host, in their order: a success ends the failures before it."""
    reports: dict[str, PeerReport] = {}
    for outcome in outcomes:
        host = outcome.host
        so_far = reports.get(host, PeerReport(host=host))
        match outcome.verdict:
            case Verdict.DELIVERED:
                delivered = so_far.delivered + 1
                reports[host] = PeerReport(host=host, delivered=delivered, error=so_far.error)
            case Verdict.HELD:
                continue
            case verdict:
                # A server that answers "no" to one message works.
                failed = verdict is Verdict.RETRY and outcome.blames_host
                failures = so_far.failures + failed
                reports[host] = PeerReport(
                    host=host,
                    delivered=so_far.delivered,
                    failures=failures,
                    error=outcome.error or so_far.error,
                )
    return list(reports.values())


_THE_ROW = DELIVERIES.c.seq == bindparam("number")
_GONE = DELIVERIES.alias("gone")


def _same(column: str) -> ColumnElement[bool]:
    known = select(_GONE.c[column]).where(_GONE.c.seq == bindparam("number"))
    return DELIVERIES.c[column] == known.scalar_subquery()


_COUNTED = {"attempts": DELIVERIES.c.attempts + 1, "last_error": bindparam("error")}

#: What each verdict does to its row.
STATEMENTS: Mapping[Verdict, Any] = {
    Verdict.DELIVERED: delete(DELIVERIES).where(_THE_ROW),
    Verdict.RETRY: update(DELIVERIES)
    .where(_THE_ROW)
    .values(lease_until=None, next_attempt_at=bindparam("at"), **_COUNTED),
    Verdict.HELD: update(DELIVERIES)
    .where(_THE_ROW)
    .values(lease_until=None, next_attempt_at=bindparam("at")),
    Verdict.GIVE_UP: update(DELIVERIES)
    .where(_THE_ROW)
    .values(state="dead", lease_until=None, **_COUNTED),
    Verdict.GONE: delete(DELIVERIES).where(
        _same("host"), _same("inbox"), DELIVERIES.c.state == "waiting"
    ),
}


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


async def retry_host(connection: AsyncConnection, host: str, *, now: datetime | None = None) -> int:
    """Let everything for *host* that is dead or waits for a later attempt be due now.

    Its pause ends and its attempts begin anew. Return how many messages that are.
    """
    peers = tables.peers
    forgiven = {"paused_until": None, "rests_until": None, "failures": 0}
    await connection.execute(update(peers).where(peers.c.host == host).values(forgiven))
    idle = update(DELIVERIES).where(DELIVERIES.c.host == host, NOT_LEASED)
    again = idle.values(state="waiting", attempts=0, next_attempt_at=clock.timestamp(now))
    return (await connection.execute(again)).rowcount


async def hasten(
    connection: AsyncConnection, host: str, *, limit: int, now: datetime | None = None
) -> None:
    """Let the *limit* oldest of what waits for *host* be due now; attempts still count."""
    oldest = (
        select(DELIVERIES.c.seq)
        .where(DELIVERIES.c.host == host, DELIVERIES.c.state == "waiting", NOT_LEASED)
        .order_by(DELIVERIES.c.seq)
        .limit(limit)
    )
    statement = update(DELIVERIES).where(DELIVERIES.c.seq.in_(oldest))
    await connection.execute(statement.values(next_attempt_at=clock.timestamp(now)))


async def drop_hosts(connection: AsyncConnection, hosts: Collection[str]) -> int:
    """Remove everything that is queued for *hosts*; return how many messages that were."""
    count = 0
    for part in chunks(hosts):
        statement = delete(DELIVERIES).where(DELIVERIES.c.host.in_(part))
        count += (await connection.execute(statement)).rowcount
    return count


async def begin_patience_anew(
    connection: AsyncConnection, host: str, *, now: datetime | None = None
) -> int:
    """Let what waits for *host* be as if queued now, and due; its attempts still count."""
    moment = clock.timestamp(now)
    idle = (DELIVERIES.c.host == host) & (DELIVERIES.c.state == "waiting") & NOT_LEASED
    statement = update(DELIVERIES).where(idle)
    anew = statement.values(created_at=moment, next_attempt_at=moment)
    return (await connection.execute(anew)).rowcount


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return how many messages wait and how many are dead."""
    query = select(DELIVERIES.c.state, func.count().label("number"))
    rows = (await connection.execute(query.group_by(DELIVERIES.c.state))).all()
    return {row.state: row.number for row in rows}
