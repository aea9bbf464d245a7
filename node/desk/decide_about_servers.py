"""What the desk decides about a server, by a page or a command; the caller wakes the node."""

from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import FederationError
from federation.host_patterns import domains_above, read_pattern
from node.errors import NodeError
from node.identity import Identity
from node.publishing.decide_peers import Choice, decide_peers, forget_peer, scope_peer
from node.publishing.hold_peer import hold_peer, resume_peer
from node.storage import deliveries, peers
from node.storage.peers import PeerRow
from vocab import clock

#: Characters of a reason; what is longer is cut.
LONGEST_REASON = 500
LISTED = "“skagerrak peers” lists who is."


def read_host(text: str) -> str:
    """Return the host, or ``*.`` and a domain, that a person means, in the spelling that counts.

    A whole address or a handle will do. Raises NodeError where there is none.
    """
    with suppress(FederationError):
        if len(text.split()) == 1:
            return read_pattern(text)
    raise NodeError(f"“{text[:200]}” is no host such as node.example.org.", status=400)


def read_end(text: str) -> datetime | None:
    """Return the moment that *text* names, in the computer's time if it has no offset.

    None for nothing; raises NodeError for what is no time, or is over.
    """
    if not text.strip():
        return None
    try:
        end = datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NodeError(
            f"“{text[:200]}” is no time such as 2026-12-24 or 2026-12-24T12:00:00Z.", status=400
        ) from error
    if end <= clock.now():
        raise NodeError(f"“{text[:200]}” is over already.", status=400)
    return end


async def decide_server(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    state: str,
    *,
    who: str,
    reason: str = "",
) -> bool:
    """Let *host*, known or not, be of that *state*; False where it was before.

    A new reason for what it was before is written down. Raises NodeError where it is this node
    itself, or a domain that this node lies below.
    """
    check_another(identity, host, state)
    choice = Choice(host=host, state=state, reason=_reason(reason))
    changed = bool(await decide_peers(connection, identity, [choice], who=who))
    if choice.reason and not changed:
        await peers.set_state(connection, host, state, who=who, reason=choice.reason)
    return changed


async def unblock_server(
    connection: AsyncConnection, identity: Identity, host: str, *, who: str, reason: str = ""
) -> None:
    """Take a block or a limit of *host* back; raises NodeError where there is none."""
    known = await _known(connection, host)
    if known.state not in ("limited", "blocked"):
        raise NodeError(f"The server {host} is neither blocked nor limited.", status=409)
    await decide_server(connection, identity, host, "pending", who=who, reason=reason)


async def forget_server(
    connection: AsyncConnection, identity: Identity, host: str, *, who: str
) -> None:
    """Forget what was decided about *host*; raises NodeError where it is not known."""
    if not await forget_peer(connection, identity, host, who=who):
        raise _unknown(host)


async def scope_server(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    *,
    direction: str,
    classes: str | None,
    who: str,
) -> None:
    """Narrow or widen what is exchanged with *host*; raises NodeError where nothing is decided."""
    known = await peers.get(connection, host)
    if known is None or known.state == "pending":
        raise NodeError(f"Nothing is decided about {host}.", remedy="Approve it first.", status=409)
    await scope_peer(connection, identity, host, direction=direction, classes=classes, who=who)


async def pause_server(
    connection: AsyncConnection, host: str, *, until: datetime | None, who: str, reason: str = ""
) -> None:
    """Let nothing go out to *host* for a while; raises NodeError where it is not known."""
    if not await hold_peer(connection, host, until=until, who=who, reason=_reason(reason)):
        raise _unknown(host)


async def resume_server(connection: AsyncConnection, host: str, *, who: str) -> int:
    """Let go out what waited for *host*; return how many messages that are.

    Raises NodeError where it is not known, or not paused.
    """
    await _known(connection, host)
    count = await resume_peer(connection, host, who=who)
    if count is None:
        raise NodeError(f"The server {host} is not paused.", status=409)
    return count


async def retry_server(connection: AsyncConnection, host: str) -> int:
    """Try again what waits for *host*, or was given up; return how many messages that are.

    Raises NodeError where the host is not known.
    """
    await _known(connection, host)
    return await deliveries.retry_host(connection, host)


def check_another(identity: Identity, host: str, state: str) -> None:
    """Raise NodeError where *host* is this node itself, or *state* would be this node's too."""
    if host == identity.host:
        raise NodeError(
            f"{host} is this node itself.", remedy="Name the host of another server.", status=400
        )
    if state in ("limited", "blocked") and host in domains_above(identity.host):
        raise NodeError(
            f"This node itself lies below {host}.",
            remedy="Name the host of another server.",
            status=400,
        )


async def _known(connection: AsyncConnection, host: str) -> PeerRow:
    known = await peers.get(connection, host)
    if known is None:
        raise _unknown(host)
    return known


def _unknown(host: str) -> NodeError:
    return NodeError(f"The server {host} is not known here.", remedy=LISTED, status=404)


def _reason(text: str) -> str | None:
    return text.strip()[:LONGEST_REASON] or None
