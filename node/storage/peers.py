"""Servers we know of: what the desk decided about them, and how talking to them goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import peer_decisions, tables
from node.storage.peer_decisions import Decision
from node.storage.statements import chunks, columns, fetch_all, fetch_one, insert, write_all
from vocab.clock import timestamp

PEERS = tables.peers
COLUMNS = columns(PEERS)

STATES = ("pending", "approved", "limited", "blocked")
WAITS = tables.deliveries.c.state == "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """A server as SQL keeps it."""

    #: With its port unless that is the scheme's own.
    host: str
    #: pending, approved, limited or blocked.
    state: str
    #: Its cluster actor, where it is a node.
    actor: str | None = None
    #: From its NodeInfo.
    software: str | None = None
    is_node: bool = False
    first_seen_at: str
    last_success_at: str | None = None
    last_error: str | None = None
    last_error_at: str | None = None
    #: Failures in a row.
    failures: int = 0
    #: Nothing is delivered to it before then; after it, one message tries.
    paused_until: str | None = None
    delivered: int = 0
    received: int = 0
    #: The form of HTTP signature that it takes, None where that is not known.
    signature_format: str | None = None
    signature_learnt_at: str | None = None
    #: Why its state is what it is, who decided it and when.
    reason: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    #: both, send or receive.
    direction: str = "both"
    #: The classes that are exchanged with it, by commas; None for all.
    classes: str | None = None
    #: The type of its first message to us, and the actor that sent it.
    asked: str | None = None
    asked_by: str | None = None
    #: How many it says it has.
    users: int | None = None
    #: When it was last asked what it is, and how often in vain since it said so.
    looked_at: str | None = None
    looks: int = 0
    #: It does not answer: nothing is tried before then.
    rests_until: str | None = None
    #: Since when the desk lets nothing go out to it, and until when.
    held_at: str | None = None
    held_until: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """Return the server of one row of the table."""
        return cls(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOverview:
    """A server with what stands in its queue and what of it is kept here."""

    peer: PeerRow
    waiting: int
    dead: int
    resources: int
    #: When the oldest of what waits was queued, and when the next of it is due.
    oldest: str | None = None
    next_attempt_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerReport:
    """How talking to a server went during a while."""

    host: str
    delivered: int = 0
    received: int = 0
    #: Failures since the last success.
    failures: int = 0
    error: str | None = None


async def upsert_seen(
    connection: AsyncConnection,
    host: str,
    *,
    now: str,
    actor: str | None = None,
    is_node: bool = False,
) -> None:
    """Know *host* from now on, pending at first; what is known of it stays or grows."""
    statement = insert(connection, PEERS)
    given = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["host"],
        set_={
            "actor": func.coalesce(given.actor, PEERS.c.actor),
            "is_node": PEERS.c.is_node | given.is_node,
        },
    )
    row = {
        "host": host,
        "state": "pending",
        "actor": actor,
        "is_node": is_node,
        "first_seen_at": now,
    }
    await connection.execute(statement, row)


async def get(connection: AsyncConnection, host: str) -> PeerRow | None:
    """Return what is known of *host*."""
    query = select(*COLUMNS).where(PEERS.c.host == host)
    return await fetch_one(connection, query, PeerRow.from_row)


async def states(connection: AsyncConnection) -> dict[str, str]:
    """Return what the desk decided, by host."""
    query = select(PEERS.c.host, PEERS.c.state)
    return {row.host: row.state for row in (await connection.execute(query)).all()}


async def hosts_in_state(connection: AsyncConnection, state: str) -> list[str]:
    """Return the hosts that are pending, approved, limited or blocked."""
    query = select(PEERS.c.host).where(PEERS.c.state == state).order_by(PEERS.c.host)
    return list((await connection.execute(query)).scalars())


async def with_failures(connection: AsyncConnection, *, limit: int) -> list[str]:
    """Return up to *limit* hosts that the last attempts to reach have failed."""
    query = select(PEERS.c.host).where(PEERS.c.failures > 0).order_by(PEERS.c.host).limit(limit)
    return list((await connection.execute(query)).scalars())


async def without_failures(connection: AsyncConnection, hosts: Collection[str]) -> list[str]:
    """Return those of *hosts* whose failures are over, as when the desk says: try again."""
    found: list[str] = []
    for part in chunks(hosts):
        query = select(PEERS.c.host).where(PEERS.c.host.in_(part), PEERS.c.failures == 0)
        found += (await connection.execute(query)).scalars()
    return found


async def set_state(
    connection: AsyncConnection,
    host: str,
    state: str,
    *,
    who: str = "",
    reason: str | None = None,
    at: str | None = None,
) -> bool:
    """Write down what the desk decided about *host*; False where it is not known."""
    if state not in STATES:
        raise ValueError(f"{state!r} is none of {', '.join(STATES)}")
    moment = at or timestamp()
    statement = update(PEERS).where(PEERS.c.host == host)
    decided = statement.values(state=state, reason=reason, decided_by=who, decided_at=moment)
    if (await connection.execute(decided)).rowcount != 1:
        return False
    made = Decision(host=host, decision=state, reason=reason, who=who, decided_at=moment)
    await peer_decisions.record(connection, [made])
    return True


async def set_software(
    connection: AsyncConnection, host: str, software: str, users: int | None = None
) -> None:
    """Write down which program *host* says it runs, and for how many users."""
    statement = update(PEERS).where(PEERS.c.host == host)
    await connection.execute(statement.values(software=software, users=users, looks=0))


async def unexplained(
    connection: AsyncConnection, *, before: str, most: int, limit: int
) -> list[str]:
    """Return hosts that spoke to us and have not said what they are, who came first first.

    Those are left out that were asked since *before*, or *most* times.
    """
    query = (
        select(PEERS.c.host)
        .where(PEERS.c.software.is_(None), PEERS.c.asked.is_not(None), PEERS.c.looks < most)
        .where(func.coalesce(PEERS.c.looked_at, "") < before)
        .order_by(PEERS.c.first_seen_at, PEERS.c.host)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def note_look(connection: AsyncConnection, host: str, *, at: str) -> None:
    """Note that *host* was asked what it is."""
    statement = update(PEERS).where(PEERS.c.host == host)
    await connection.execute(statement.values(looked_at=at, looks=PEERS.c.looks + 1))


async def learn_format(
    connection: AsyncConnection, host: str, format: str, *, at: str, but: str | None = None
) -> bool:
    """Write down which form of signature *host* takes; False where it is not known here.

    Where the form *but* was learnt, that stays.
    """
    statement = update(PEERS).where(PEERS.c.host == host)
    if but is not None:
        statement = statement.where(func.coalesce(PEERS.c.signature_format, "") != but)
    learnt = statement.values(signature_format=format, signature_learnt_at=at)
    return (await connection.execute(learnt)).rowcount == 1


async def formats(
    connection: AsyncConnection, hosts: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Return those forms of signature that were learnt of *hosts*, with when, by host."""
    found: dict[str, tuple[str, str]] = {}
    for part in chunks(hosts):
        query = select(PEERS.c.host, PEERS.c.signature_format, PEERS.c.signature_learnt_at)
        learnt = PEERS.c.signature_format.is_not(None)
        rows = await connection.execute(query.where(PEERS.c.host.in_(part), learnt))
        found |= {host: (format, at) for host, format, at in rows.all()}
    return found


async def set_hold(
    connection: AsyncConnection, host: str, *, since: str | None, until: str | None
) -> bool:
    """Hold what is for *host*, or with None no longer; False where it is not known."""
    statement = update(PEERS).where(PEERS.c.host == host)
    result = await connection.execute(statement.values(held_at=since, held_until=until))
    return result.rowcount == 1


async def note_rests(connection: AsyncConnection, rests: Mapping[str, str]) -> None:
    """Note until when hosts are left in peace that do not answer."""
    statement = update(PEERS).where(PEERS.c.host == bindparam("of"))
    rows = [{"of": host, "until": until} for host, until in sorted(rests.items())]
    await write_all(connection, statement.values(rests_until=bindparam("until")), rows)


async def pause(connection: AsyncConnection, host: str, until: str | None) -> None:
    """Deliver nothing to *host* before *until*, then one message to try; None: go on."""
    await connection.execute(update(PEERS).where(PEERS.c.host == host).values(paused_until=until))


async def list_peers(
    connection: AsyncConnection,
    state: str | None = None,
    hosts: Sequence[str] | None = None,
) -> list[PeerOverview]:
    """Return all servers with their counts, or those that are so, nodes first, by host.

    *hosts* are one IN list at most.
    """
    deliveries, resources = tables.deliveries, tables.resources
    queues = (
        select(
            deliveries.c.host,
            func.sum(case((deliveries.c.state == "waiting", 1), else_=0)).label("waiting"),
            func.sum(case((deliveries.c.state == "dead", 1), else_=0)).label("dead"),
            func.min(case((WAITS, deliveries.c.created_at))).label("oldest"),
            func.min(case((WAITS, deliveries.c.next_attempt_at))).label("next_attempt_at"),
        )
        .group_by(deliveries.c.host)
        .subquery()
    )
    kept = (
        select(resources.c.host, func.count().label("resources"))
        .where(resources.c.state == "published", ~resources.c.local)
        .group_by(resources.c.host)
        .subquery()
    )
    counts = [
        func.coalesce(column, 0).label(column.name)
        for column in (queues.c.waiting, queues.c.dead, kept.c.resources)
    ]
    times = (queues.c.oldest, queues.c.next_attempt_at)
    query = (
        select(*COLUMNS, *counts, *times)
        .outerjoin(queues, queues.c.host == PEERS.c.host)
        .outerjoin(kept, kept.c.host == PEERS.c.host)
        .order_by(PEERS.c.is_node.desc(), PEERS.c.host)
    )
    if state is not None:
        query = query.where(PEERS.c.state == state)
    if hosts is not None:
        query = query.where(PEERS.c.host.in_(hosts))
    return await fetch_all(connection, query, _read_overview)


def _read_overview(row: Mapping[Any, Any]) -> PeerOverview:
    fields = dict(row)
    counts = {name: int(fields.pop(name)) for name in ("waiting", "dead", "resources")}
    oldest, following = fields.pop("oldest"), fields.pop("next_attempt_at")
    return PeerOverview(
        peer=PeerRow.from_row(fields), oldest=oldest, next_attempt_at=following, **counts
    )


async def record_success(
    connection: AsyncConnection, host: str, *, at: str, delivered: int = 0, received: int = 0
) -> None:
    """Count what went well with *host*; its failures in a row are over."""
    report = PeerReport(host=host, delivered=delivered, received=received)
    await record_reports(connection, [report], at=at, succeeded={host})


async def record_failure(connection: AsyncConnection, host: str, *, error: str, at: str) -> None:
    """Count a failure of ours to talk to *host*; what it sends us does not undo it."""
    report = PeerReport(host=host, failures=1, error=error)
    await record_reports(connection, [report], at=at, succeeded=set())


async def record_reports(
    connection: AsyncConnection,
    reports: Sequence[PeerReport],
    *,
    at: str,
    succeeded: set[str],
) -> None:
    """Add *reports* to what is known of their hosts, which may be new.

    Of the hosts in *succeeded* the failures in a row begin anew, and the pause ends.
    """
    statement = insert(connection, PEERS)
    given = statement.excluded
    again = given.last_success_at.is_not(None)
    failed = given.last_error.is_not(None)
    statement = statement.on_conflict_do_update(
        index_elements=["host"],
        set_={
            "delivered": PEERS.c.delivered + given.delivered,
            "received": PEERS.c.received + given.received,
            "failures": case((again, given.failures), else_=PEERS.c.failures + given.failures),
            "last_success_at": case((again, given.last_success_at), else_=PEERS.c.last_success_at),
            "paused_until": case((again, None), else_=PEERS.c.paused_until),
            "rests_until": case((again, None), else_=PEERS.c.rests_until),
            "last_error": case((failed, given.last_error), else_=PEERS.c.last_error),
            "last_error_at": case((failed, given.last_error_at), else_=PEERS.c.last_error_at),
        },
    )
    rows = [
        {
            "host": report.host,
            "state": "pending",
            "first_seen_at": at,
            "delivered": report.delivered,
            "received": report.received,
            "failures": report.failures,
            "last_success_at": at if report.host in succeeded else None,
            "last_error": report.error,
            "last_error_at": at if report.error is not None else None,
        }
        for report in sorted(reports, key=lambda report: report.host)
    ]
    await write_all(connection, statement, rows)
