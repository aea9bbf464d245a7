"""The queue of messages to other servers: one row for each activity and inbox.

Who sends them claims them first (``delivery_leases``).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
