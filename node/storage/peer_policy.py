"""Who may talk: the one place where that is decided.

A ``PeerPolicy`` is what the desk has decided, as one value that never changes. It is read anew
when a decision was made, never for each message. What it means (FEDERATION.md, “Who may talk”):

========  ===========================  ======================================================
state     of a server                  what follows
========  ===========================  ======================================================
approved  the desk let it in           all, within its scope
limited   the desk holds it off        it gets what is public; nothing of its is taken or shown
blocked   the desk keeps it out        nothing, in no direction
pending   nothing is decided           open: as approved, but nothing for the network;
                                       approve: as limited; allowlist: it may knock
========  ===========================  ======================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.host_patterns import covering
from node.storage import tables
from vocab.classes import ResourceClass

Mode = Literal["open", "approve", "allowlist"]
Direction = Literal["both", "send", "receive"]
MODES: tuple[Mode, ...] = get_args(Mode)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
DEFAULT_MODE: Mode = "approve"

#: What a server that nobody knows may say by allow-list: it asks to be let in, or stops asking.
KNOCKS = frozenset({"Follow", "Undo", "Delete"})

PEERS = tables.peers
DECISIONS = tables.peer_decisions
MODE_TABLE = tables.federation_modes


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRule:
    """What is decided about a server, or about all below a domain."""

    state: str = "pending"
    #: What the clusters exchange: both ways, only sent there, or only received from there.
    direction: str = "both"
    #: None for all.
    classes: frozenset[ResourceClass] | None = None

    def has(self, klass: ResourceClass | None) -> bool:
        """Whether things of *klass* are exchanged with it."""
        return klass is None or self.classes is None or klass in self.classes


UNDECIDED = PeerRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerPolicy:
    """What is decided about all servers, at one moment."""

    mode: Mode = DEFAULT_MODE
    #: By host, or by ``*.`` and a domain; those of which nothing is decided are left out.
    rules: Mapping[str, PeerRule] = field(default_factory=dict)
    #: Hosts that the desk lets nothing go out to for a while, with when that ends, if ever.
    holds: Mapping[str, str | None] = field(default_factory=dict)
    #: Number of the last decision that is in it.
    version: int = 0

    def rule_for(self, host: str) -> PeerRule:
        """Return the nearest decision that *host* falls under (``host_patterns``)."""
        if not self.rules:
            return UNDECIDED
        for pattern, exact in covering(host):
            rule = self.rules.get(pattern)
            if rule is not None and (exact or rule.state in ("limited", "blocked")):
                return rule
        return UNDECIDED

    def blocks(self, host: str) -> bool:
        """Whether nothing may pass between *host* and this node."""
        return self.rule_for(host).state == "blocked"

    def may_fetch(self, host: str) -> bool:
        """Whether this node may ask *host* for anything: without its key nobody can knock."""
        return not self.blocks(host)

    def may_receive(self, host: str, type: str | None = None) -> bool:
        """Whether an activity of *type* from *host* is journaled at all."""
        return self.may_deliver(host) or (not self.blocks(host) and type in KNOCKS)

    def may_deliver(self, host: str) -> bool:
        """Whether any message may go out to *host*, and whether it may read what is published."""
        state = self.rule_for(host).state
        return state in ("approved", "limited") or (state == "pending" and self.mode != "allowlist")

    def may_write(self, host: str) -> bool:
        """Whether persons on *host* may write to the desk, and react to what is here."""
        state = self.rule_for(host).state
        return state == "approved" or (state == "pending" and self.mode != "allowlist")

    def may_send(self, host: str, klass: ResourceClass | None = None) -> bool:
        """Whether public things of *klass* go to followers on *host*; None: of any class."""
        rule = self.rule_for(host)
        return self.may_deliver(host) and rule.direction != "receive" and rule.has(klass)

    def is_in_network(self, host: str) -> bool:
        """Whether a node on *host* is one of those that what is for the network is meant for."""
        return self.rule_for(host).state == "approved"

    def may_share(self, host: str, klass: ResourceClass | None = None) -> bool:
        """Whether things of *klass* for the network go to nodes on *host*."""
        return self.is_in_network(host) and self.may_send(host, klass)

    def takes(self, host: str, klass: ResourceClass | None = None) -> bool:
        """Whether things of *klass* from *host* are taken in, and shown here."""
        rule = self.rule_for(host)
        trusted = rule.state == "approved" or (rule.state == "pending" and self.mode == "open")
        return trusted and rule.direction != "send" and rule.has(klass)


def read_classes(text: str | None) -> frozenset[ResourceClass] | None:
    """Return the classes that a row names; None where it means all."""
    if text is None:
        return None
    return frozenset(ResourceClass(name) for name in text.split(",") if name)


async def load_policy(connection: AsyncConnection) -> PeerPolicy:
    """Read what is decided; servers of which nothing is are not read."""
    names = ("host", "state", "direction", "classes", "held_at", "held_until")
    query = select(*(PEERS.c[name] for name in names)).where(
        (PEERS.c.state != "pending") | PEERS.c.held_at.is_not(None)
    )
    rows = (await connection.execute(query)).all()
    return PeerPolicy(
        mode=await current_mode(connection),
        rules={row.host: _rule(row) for row in rows if row.state != "pending"},
        holds={row.host: row.held_until for row in rows if row.held_at is not None},
        version=await version_of(connection),
    )


def _rule(row: Any) -> PeerRule:
    return PeerRule(state=row.state, direction=row.direction, classes=read_classes(row.classes))


async def version_of(connection: AsyncConnection) -> int:
    """Return the number of the last decision; 0 before the first."""
    return int(await connection.scalar(select(func.max(DECISIONS.c.seq))) or 0)


async def current_mode(connection: AsyncConnection) -> Mode:
    """Return the mode that holds: the desk's choice, else that of the settings."""
    modes = await known_modes(connection)
    return modes.get("desk") or modes.get("settings") or DEFAULT_MODE


async def known_modes(connection: AsyncConnection) -> dict[str, Mode]:
    """Return the modes by who chose them, “desk” or “settings”."""
    rows = (await connection.execute(select(MODE_TABLE.c.origin, MODE_TABLE.c.mode))).all()
    return {row.origin: row.mode for row in rows if row.mode in MODES}


class PolicyKeeper:
    """The policy of this process; everything in it that asks, asks the same one."""

    def __init__(self, policy: PeerPolicy | None = None) -> None:
        """Nothing is decided before the first reading."""
        self.policy = policy or PeerPolicy(version=-1)

    async def read(self, connection: AsyncConnection) -> PeerPolicy:
        """Return the policy as it stands; its rows are read only if a decision was made since."""
        if await version_of(connection) != self.policy.version:
            self.policy = await load_policy(connection)
        return self.policy

    def blocks(self, host: str) -> bool:
        """Whether *host* is blocked, as this process knows."""
        return self.policy.blocks(host)
