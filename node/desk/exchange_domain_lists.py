"""Domain lists in and out: what an import would change, and what it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.host_patterns import domains_above
from federation.origins import host_of
from node.desk.domain_lists import ListedDomain, write_list
from node.identity import Identity
from node.publishing.decide_peers import Choice, decide_peers
from node.storage import follows, peers
from node.storage.peer_policy import PeerPolicy, load_policy

#: changed: as the list has it; unchanged: so it was; kept: the desk decided otherwise, or follows
#: somebody there; nothing: the list wants nothing.
Step = Literal["changed", "unchanged", "kept", "nothing"]
STRICT = {"limited": 1, "blocked": 2}
IMPORTED = "From an imported list."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """What an import does with one line."""

    domain: ListedDomain
    step: Step
    why: str = ""


async def plan_import(
    connection: AsyncConnection,
    identity: Identity,
    domains: Sequence[ListedDomain],
    *,
    force: bool = False,
) -> list[PlannedLine]:
    """Say what an import of *domains* would do.

    A list loosens nothing that the desk decided, and touches nobody who is approved or followed
    here, unless *force* says so.
    """
    policy = await load_policy(connection)
    followed = {
        host_of(row.followed)
        for row in await follows.asked_by(connection, identity.cluster)
        if row.state in ("pending", "accepted")
    }
    return [_plan(domain, policy, followed, identity.host, force=force) for domain in domains]


def _plan(
    domain: ListedDomain, policy: PeerPolicy, followed: set[str], own: str, *, force: bool
) -> PlannedLine:
    standing = policy.rules.get(domain.host)
    if domain.state is None:
        return PlannedLine(domain=domain, step="nothing")
    if domain.host == own or domain.host in domains_above(own):
        return PlannedLine(domain=domain, step="kept", why="it is this node itself")
    if standing is not None and standing.state == domain.state:
        return PlannedLine(domain=domain, step="unchanged")
    tie = _tie(domain, standing.state if standing else None, followed)
    if tie and not force:
        return PlannedLine(domain=domain, step="kept", why=tie)
    return PlannedLine(domain=domain, step="changed")


def _tie(domain: ListedDomain, standing: str | None, followed: set[str]) -> str:
    """Return why the desk would rather keep what stands, or nothing."""
    wanted = STRICT.get(domain.state or "", 0)
    if standing == "approved":
        return "it is approved here"
    if standing is not None and STRICT.get(standing, 0) > wanted:
        return f"it is {standing} here"
    here = [host for host in followed if domain.host in (host, *domains_above(host))]
    return f"{here[0]} is followed from here" if wanted and here else ""


async def import_list(
    connection: AsyncConnection, identity: Identity, plan: Sequence[PlannedLine], *, who: str
) -> None:
    """Do what *plan* says."""
    choices = [
        Choice(
            host=line.domain.host,
            state=line.domain.state,
            reason=line.domain.comment or IMPORTED,
        )
        for line in plan
        if line.step == "changed" and line.domain.state is not None
    ]
    await decide_peers(connection, identity, choices, who=who)


async def export_list(connection: AsyncConnection, *, allow: bool = False) -> tuple[str, int]:
    """Return the list of whom this node blocks and limits, or lets in, and how many they are."""
    states = ("approved",) if allow else ("blocked", "limited")
    domains = [
        ListedDomain(line=0, host=row.peer.host, state=row.peer.state, comment=row.peer.reason)
        for state in states
        for row in await peers.list_peers(connection, state)
    ]
    return write_list(domains, allow=allow), len(domains)
