"""What may be forgotten in time, each a bounded number of rows at once.

Nothing that the desk decided, that stands published or that still waits goes: settled
activities of others, messages that were given up, and servers and actors that nothing here
has to do with any more. Our own outbox stays: it is public history, and activities are
documents with addresses of their own.
"""

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import tables

#: Rows removed by one statement.
MOST = 500
#: What became of an activity for good; what failed stays until somebody looks at it.
SETTLED = ("done", "ignored", "refused")
TOO_OLD = "The server could not be reached for days."

INBOX, DELIVERIES = tables.inbox, tables.deliveries
ACTORS, PEERS = tables.actors, tables.peers
FOLLOWS, RESOURCES = tables.follows, tables.resources


async def forget_inbox(connection: AsyncConnection, *, before: str, most: int = MOST) -> int:
    """Remove settled activities that came before that time; return how many rows went.

    Their ids are forgotten with them, so *before* is to lie 30 days back at least
    (FEDERATION.md). A replay finds no gap: the time window of signatures ended long ago, and
    what a proof brings again changes nothing that is as new already.
    """
    removed = 0
    for state in SETTLED:
        oldest = (
            select(INBOX.c.seq, INBOX.c.received_at)
            .where(INBOX.c.state == state)
            .order_by(INBOX.c.seq)
            .limit(most)
            .subquery()
        )
        old = select(oldest.c.seq).where(oldest.c.received_at < before)
        removed += (await connection.execute(delete(INBOX).where(INBOX.c.seq.in_(old)))).rowcount
    return removed


async def give_up_deliveries(connection: AsyncConnection, *, before: str, most: int = MOST) -> int:
    """Give up what was queued before that time and still waits; return how many rows.

    A server that never answers is tried with one message at a time, and without this the
    others would wait for ever.
    """
    waiting = and_(DELIVERIES.c.state == "waiting", DELIVERIES.c.lease_until.is_(None))
    old = _oldest(waiting, before, most)
    given_up = update(DELIVERIES).where(DELIVERIES.c.seq.in_(old))
    reason = func.coalesce(DELIVERIES.c.last_error, TOO_OLD)
    return (await connection.execute(given_up.values(state="dead", last_error=reason))).rowcount


async def forget_dead_deliveries(
    connection: AsyncConnection, *, before: str, most: int = MOST
) -> int:
    """Remove messages that were given up and queued before that time; return how many."""
    old = _oldest(DELIVERIES.c.state == "dead", before, most)
    dead = delete(DELIVERIES).where(DELIVERIES.c.seq.in_(old))
    return (await connection.execute(dead)).rowcount


def _oldest(which: ColumnElement[bool], before: str, most: int) -> Select[tuple[int]]:
    return select(DELIVERIES.c.seq).where(which, DELIVERIES.c.created_at < before).limit(most)


async def forget_follows(connection: AsyncConnection, *, before: str, most: int = MOST) -> int:
    """Remove follows of others that ended before that time; return how many."""
    ended = (
        select(FOLLOWS.c.follower, FOLLOWS.c.followed)
        .where(
            ~FOLLOWS.c.follower_local,
            FOLLOWS.c.state.in_(("undone", "rejected")),
            FOLLOWS.c.decided_at < before,
        )
        .limit(most)
    )
    pair = tuple_(FOLLOWS.c.follower, FOLLOWS.c.followed)
    return (await connection.execute(delete(FOLLOWS).where(pair.in_(ended)))).rowcount


async def forget_strangers(connection: AsyncConnection, *, before: str, most: int = MOST) -> int:
    """Remove actors of others fetched before that time that nothing here refers to.

    Neither a follow, a thing of theirs, the journal, an interest, a contribution, nor a server
    that the desk has decided about. They are fetched again when they speak again.
    """
    reasons = (
        exists().where(FOLLOWS.c.follower == ACTORS.c.iri),
        exists().where(FOLLOWS.c.followed == ACTORS.c.iri),
        exists().where(RESOURCES.c.owner == ACTORS.c.iri),
        exists().where(INBOX.c.actor == ACTORS.c.iri),
        exists().where(tables.interests.c.peer == ACTORS.c.iri),
        exists().where(tables.contributions.c.partner == ACTORS.c.iri),
        exists().where(PEERS.c.actor == ACTORS.c.iri, PEERS.c.state != "pending"),
    )
    unneeded = (
        select(ACTORS.c.iri)
        .where(~ACTORS.c.local, ACTORS.c.fetched_at < before, *(~reason for reason in reasons))
        .limit(most)
    )
    statement = delete(ACTORS).where(ACTORS.c.iri.in_(unneeded))
    return (await connection.execute(statement)).rowcount


async def forget_servers(connection: AsyncConnection, *, before: str, most: int = MOST) -> int:
    """Remove servers not heard of since that time, and undecided, that nothing here refers to."""
    contacts = (PEERS.c.first_seen_at, PEERS.c.last_success_at, PEERS.c.last_error_at)
    unneeded = (
        select(PEERS.c.host)
        .where(
            PEERS.c.state == "pending",
            PEERS.c.held_at.is_(None),
            *(func.coalesce(moment, "") < before for moment in contacts),
            ~exists().where(ACTORS.c.host == PEERS.c.host),
            ~exists().where(RESOURCES.c.host == PEERS.c.host),
            PEERS.c.host.not_in(select(DELIVERIES.c.host)),
        )
        .limit(most)
    )
    statement = delete(PEERS).where(PEERS.c.host.in_(unneeded))
    return (await connection.execute(statement)).rowcount
