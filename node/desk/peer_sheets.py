"""What the desk knows of a server: what was decided, how talking to it goes, what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import FederationError
from federation.keys import UnusableKey, fingerprint
from federation.origins import host_of, is_http_iri
from node.identity import Identity
from node.storage import actors, follows, keys, peer_decisions, peers
from node.storage.actors import ActorRow
from node.storage.peer_decisions import Decision
from node.storage.peer_policy import PeerPolicy, load_policy
from node.storage.peers import PeerOverview
from vocab.classes import PROFILES
from vocab.clock import timestamp
from vocab.texts import plain_text

Breaker = Literal["closed", "open", "half_open"]
#: nothing: nothing passes; knocks: it may ask to be let in, nothing else passes; gets_…: what is
#: sent to it; taken: what it publishes is taken in if followed.
Effect = Literal[
    "nothing", "knocks", "gets_nothing", "gets_public", "gets_network", "taken", "not_taken"
]
EFFECTS: Mapping[Effect, str] = {
    "nothing": "nothing passes",
    "knocks": "it may ask to be let in; nothing else passes",
    "gets_nothing": "nothing is sent to it",
    "gets_public": "it gets what is public",
    "gets_network": "it gets what is public and what is for the network",
    "taken": "what it publishes is taken in if followed",
    "not_taken": "nothing of its is taken in or shown",
}

#: Characters of what an actor says about itself.
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSheet:
    """One server as the desk sees it."""

    overview: PeerOverview
    #: The state that counts: its own, or that of the domain it stands below.
    state: str
    #: What follows from state, scope and mode.
    effects: tuple[Effect, ...]
    #: The names of the lists that are exchanged with it, None for all.
    classes: tuple[str, ...] | None
    #: Our Follow of its cluster: no, pending, accepted, rejected or undone.
    followed: str
    #: How many there follow us, and how many wait to be let in.
    followers: int
    followers_waiting: int
    #: Closed: it answers; open: it is left in peace; half_open: one message is about to try.
    breaker: Breaker

    @property
    def effect(self) -> str:
        """Return in plain words what follows from state, scope and mode."""
        return "; ".join(EFFECTS[effect] for effect in self.effects)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCard:
    """Who asks on behalf of a server, as its actor says; anybody may say anything there."""

    actor: str
    name: str
    summary: str
    url: str | None
    #: SHA-256 of each public key, by its algorithm.
    fingerprints: tuple[tuple[str, str], ...]


async def list_sheets(
    connection: AsyncConnection,
    identity: Identity,
    *,
    state: str | None = None,
    hosts: Sequence[str] | None = None,
) -> list[PeerSheet]:
    """Return every known server, or those of *state*, or a few *hosts*; nodes first."""
    policy = await load_policy(connection)
    followers = await follows.followers_by_host(connection)
    followed = {
        host_of(row.followed): row.state
        for row in await follows.asked_by(connection, identity.cluster)
    }
    known = await peers.list_peers(connection, state, hosts)
    return [_sheet(row, policy, followers, followed) for row in known]


def _sheet(
    overview: PeerOverview,
    policy: PeerPolicy,
    followers: Mapping[str, Mapping[str, int]],
    followed: Mapping[str, str],
) -> PeerSheet:
    host = overview.peer.host
    counts = followers.get(host, {})
    rule = policy.rule_for(host)
    names = sorted(PROFILES[klass].collection for klass in rule.classes or ())
    return PeerSheet(
        overview=overview,
        state=rule.state,
        effects=effects_of(policy, host),
        classes=None if rule.classes is None else tuple(names),
        followed=followed.get(host, "no"),
        followers=counts.get("accepted", 0),
        followers_waiting=counts.get("pending", 0),
        breaker=_breaker(overview),
    )


def effects_of(policy: PeerPolicy, host: str) -> tuple[Effect, ...]:
    """Return what the policy means for *host*."""
    if policy.blocks(host):
        return ("nothing",)
    if not policy.may_deliver(host):
        return ("knocks",)
    sends: Effect = "gets_nothing"
    if policy.may_send(host):
        sends = "gets_network" if policy.may_share(host) else "gets_public"
    return sends, "taken" if policy.takes(host) else "not_taken"


def _breaker(overview: PeerOverview) -> Breaker:
    rests = overview.peer.rests_until
    if rests is None:
        return "closed"
    return "open" if rests > timestamp() else "half_open"


async def read_card(connection: AsyncConnection, host: str) -> PeerCard | None:
    """Return who asks on behalf of *host*; None where nobody is known."""
    known = await peers.get(connection, host)
    iri = (known.actor or known.asked_by) if known else None
    actor = await actors.get(connection, iri) if iri else None
    if actor is None:
        return None
    document = actor.read_document()
    found = [
        (key.algorithm, shown)
        for key in await keys.keys_of(connection, actor.iri)
        if (shown := _shown(key.public)) is not None
    ]
    return PeerCard(
        actor=actor.iri,
        name=_text(actor.name),
        summary=_text(document.get("summary")),
        url=_url(actor, document.get("url")),
        fingerprints=tuple(found),
    )


def _shown(public: str) -> str | None:
    try:
        return fingerprint(public)
    except UnusableKey:
        return None


def _text(value: Any) -> str:
    """Return what a stranger wrote, on one line and printable."""
    words = " ".join(plain_text(value).split()) if isinstance(value, str) else ""
    return "".join(sign for sign in words if sign.isprintable())[:LONGEST_TEXT]


def _url(actor: ActorRow, value: Any) -> str | None:
    """Return the page that an actor names, if it is on its own host."""
    try:
        own = isinstance(value, str) and is_http_iri(value) and host_of(value) == actor.host
    except FederationError:
        return None
    return str(value) if own else None


async def decisions_about(connection: AsyncConnection, host: str) -> list[Decision]:
    """Return what was decided about *host*, the newest first."""
    return await peer_decisions.history(connection, host)
