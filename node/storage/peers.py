"""Servers we know of: what the desk decided about them, and how talking to them goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables
from node.storage.statements import chunks, columns, fetch_all, fetch_one, insert, write_all

PEERS = tables.peers
COLUMNS = columns(PEERS)

STATES = ("pending", "approved", "blocked")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """A server as SQL keeps it."""

    #: With its port unless that is the scheme's own.
    host: str
    #: pending, approved or blocked.
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
    """Return the hosts that are pending, approved or blocked."""
    query = select(PEERS.c.host).where(PEERS.c.state == state).order_by(PEERS.c.host)
    return list((await connection.execute(query)).scalars())


async def without_failures(connection: AsyncConnection, hosts: Collection[str]) -> list[str]:
    """Return those of *hosts* whose failures are over, as when the desk says: try again."""
    found: list[str] = []
    for part in chunks(hosts):
        query = select(PEERS.c.host).where(PEERS.c.host.in_(part), PEERS.c.failures == 0)
        found += (await connection.execute(query)).scalars()
    return found


async def set_state(connection: AsyncConnection, host: str, state: str) -> bool:
    """Write down what the desk decided about *host*; False where it is not known."""
    if state not in STATES:
        raise ValueError(f"{state!r} is none of {', '.join(STATES)}")
    statement = update(PEERS).where(PEERS.c.host == host).values(state=state)
    return (await connection.execute(statement)).rowcount == 1


async def set_software(connection: AsyncConnection, host: str, software: str) -> None:
    """Write down which program *host* says it runs."""
    await connection.execute(update(PEERS).where(PEERS.c.host == host).values(software=software))


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


async def pause(connection: AsyncConnection, host: str, until: str | None) -> None:
    """Deliver nothing to *host* before *until*, then one message to try; None: go on."""
    await connection.execute(update(PEERS).where(PEERS.c.host == host).values(paused_until=until))


async def list_peers(connection: AsyncConnection, state: str | None = None) -> list[PeerOverview]:
    """Return all servers with their counts, nodes first, by host."""
    deliveries, resources = tables.deliveries, tables.resources
    queues = (
        select(
            deliveries.c.host,
            func.sum(case((deliveries.c.state == "waiting", 1), else_=0)).label("waiting"),
            func.sum(case((deliveries.c.state == "dead", 1), else_=0)).label("dead"),
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
    query = (
        select(*COLUMNS, *counts)
        .outerjoin(queues, queues.c.host == PEERS.c.host)
        .outerjoin(kept, kept.c.host == PEERS.c.host)
        .order_by(PEERS.c.is_node.desc(), PEERS.c.host)
    )
    if state is not None:
        query = query.where(PEERS.c.state == state)
    return await fetch_all(connection, query, _read_overview)


def _read_overview(row: Mapping[Any, Any]) -> PeerOverview:
    fields = dict(row)
    counts = {name: int(fields.pop(name)) for name in ("waiting", "dead", "resources")}
    return PeerOverview(peer=PeerRow.from_row(fields), **counts)


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
