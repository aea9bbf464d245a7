"""The desk lets nothing go out to a server for a while: what is for it waits in the queue."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from node.storage import deliveries, peer_decisions, peers
from node.storage.peer_decisions import Decision
from vocab.clock import timestamp


async def hold_peer(
    connection: AsyncConnection,
    host: str,
    *,
    until: datetime | None = None,
    who: str,
    reason: str | None = None,
) -> bool:
    """Hold what is for *host*, to the moment *until* or to the desk's word; False for an unknown.

    Messages in the queue do not grow old meanwhile.
    """
    now, end = timestamp(), timestamp(until) if until else None
    if not await peers.set_hold(connection, host, since=now, until=end):
        return False
    made = Decision(host=host, decision="held", detail=end, reason=reason, who=who, decided_at=now)
    await peer_decisions.record(connection, [made])
    return True


async def resume_peer(connection: AsyncConnection, host: str, *, who: str) -> int | None:
    """Let go out what waited for *host*, as if queued now; return how much, None if not held."""
    known = await peers.get(connection, host)
    if known is None or known.held_at is None:
        return None
    await peers.set_hold(connection, host, since=None, until=None)
    made = Decision(host=host, decision="resumed", who=who, decided_at=timestamp())
    await peer_decisions.record(connection, [made])
    return await deliveries.begin_patience_anew(connection, host)
