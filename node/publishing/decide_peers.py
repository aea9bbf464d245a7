"""The desk decides about servers: who is let in, held off, kept out, and what is exchanged.

What follows from a decision is worked out by comparing who might talk before and after, so a
change of the mode, a list of a thousand domains and one approval are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.host_patterns import domains_above
from node.identity import Identity
from node.publishing.apply_policy import apply_policy
from node.publishing.outgoing import Outgoing
from node.storage import peer_decisions, peer_rulings, peers, resources
from node.storage.peer_decisions import Decision
from node.storage.peer_policy import PeerPolicy, load_policy
from node.storage.peer_rulings import Ruling
from vocab import clock

#: The looser a state, the lower; nothing looser below a domain outlives what is decided on it.
STRICTNESS = {"approved": 0, "pending": 0, "limited": 1, "blocked": 2}
COVERED = "Decided with {host}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the desk wants a server, or all below a domain, to be."""

    host: str
    #: approved, limited, blocked or pending.
    state: str
    reason: str | None = None


async def decide_peers(
    connection: AsyncConnection,
    identity: Identity,
    choices: Sequence[Choice],
    *,
    who: str,
    moment: datetime | None = None,
) -> list[str]:
    """Decide as *choices* say and let happen what follows; return the hosts that changed.

    Who is limited or blocked takes what lies below its domain along: what was let in there
    before waits again.
    """
    moment = moment or clock.now()
    await resources.take_turn(connection)  # before any row of a server, as the inbox does
    before = await load_policy(connection)
    changed = [choice for choice in choices if _changes(before, choice)]
    # In the order in which deliveries write about servers, so that neither waits for the other.
    every = sorted([*changed, *_covered(before, changed)], key=lambda choice: choice.host)
    now = clock.timestamp(moment)
    await peer_rulings.decide(connection, [_ruling(choice, who, now) for choice in every])
    await peer_decisions.record(
        connection,
        [
            Decision(
                host=choice.host,
                decision=choice.state,
                reason=choice.reason,
                who=who,
                decided_at=now,
            )
            for choice in every
        ],
    )
    if changed:
        await apply_policy(connection, before, Outgoing(identity=identity, moment=moment))
    return [choice.host for choice in changed]


async def forget_peer(
    connection: AsyncConnection, identity: Identity, host: str, *, who: str
) -> bool:
    """Let *host* be as if nothing was ever decided, and leave the list if nothing ties it here.

    False where it is not known.
    """
    await resources.take_turn(connection)
    if await peers.get(connection, host) is None:
        return False
    before, now = await load_policy(connection), clock.now()
    await peer_rulings.clear(connection, host)
    made = Decision(host=host, decision="forgotten", who=who, decided_at=clock.timestamp(now))
    await peer_decisions.record(connection, [made])
    await apply_policy(connection, before, Outgoing(identity=identity, moment=now))
    await peer_rulings.remove_if_idle(connection, host)
    return True


async def scope_peer(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    *,
    direction: str,
    classes: str | None,
    who: str,
) -> bool:
    """Narrow or widen what is exchanged with *host*; False where it is not known."""
    await resources.take_turn(connection)
    before, now = await load_policy(connection), clock.now()
    if not await peer_rulings.set_scope(connection, host, direction=direction, classes=classes):
        return False
    made = Decision(
        host=host,
        decision="scope",
        detail=f"{direction}; {classes or 'all'}",
        who=who,
        decided_at=clock.timestamp(now),
    )
    await peer_decisions.record(connection, [made])
    await apply_policy(connection, before, Outgoing(identity=identity, moment=now))
    return True


def _changes(before: PeerPolicy, choice: Choice) -> bool:
    """Whether *choice* says something new; another reason for the same is nothing new."""
    standing = before.rules.get(choice.host)
    return choice.state != (standing.state if standing else "pending")


def _covered(before: PeerPolicy, choices: Sequence[Choice]) -> list[Choice]:
    """Return looser decisions below domains that are limited or blocked now, as taken back."""
    restrictions = [choice for choice in choices if STRICTNESS[choice.state] > 0]
    named = {choice.host for choice in choices}
    strict = {choice.host: choice.state for choice in restrictions}
    found = []
    for host, rule in before.rules.items():
        if host in named:
            continue
        above = next((name for name in domains_above(host) if name in strict), None)
        if above is not None and STRICTNESS[rule.state] < STRICTNESS[strict[above]]:
            reason = COVERED.format(host=above)
            found.append(Choice(host=host, state="pending", reason=reason))
    return found


def _ruling(choice: Choice, who: str, now: str) -> Ruling:
    return Ruling(
        host=choice.host,
        state=choice.state,
        reason=choice.reason,
        decided_by=who,
        decided_at=now,
    )
