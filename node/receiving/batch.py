"""What handlers read and change while one transaction takes in many activities.

Reads are answered from what the batch has already changed, then from SQL; changed resources
are written together at the end. If writing fails, the worker takes the activities one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pyoxigraph import Quad
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.actors import RemoteActor, read_actor
from federation.errors import FederationError
from federation.origins import host_of
from federation.ports import FetchedDocument
from federation.proof_verifier import ProofVerifier
from node.graph.recent_quads import RecentQuads
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.receiving.outcomes import Received
from node.setting_groups import FederationSettings, InterestSettings
from node.storage import actors, arrivals, follows, resources
from node.storage.arrivals import Arrival
from node.storage.peer_policy import PeerPolicy
from node.storage.resource_rows import ResourceRow
from vocab.clock import timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLimits:
    """How much others may write to the desk."""

    per_hour: int = 60
    kept: int = 5_000

    @property
    def waiting_per_host(self) -> int:
        """How many of one server may wait, so that it cannot take the room of all others."""
        return max(self.per_hour, self.kept // 10)

    @classmethod
    def from_settings(cls, settings: FederationSettings) -> "MessageLimits":
        """Return the limits as set."""
        return cls(per_hour=settings.messages_per_hour, kept=settings.messages_kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLimits:
    """How much may wait for the desk to decide."""

    #: Of one server.
    interests: int = 100
    contributions: int = 20
    #: Servers that nobody has asked for.
    servers: int = 2_000

    @classmethod
    def from_settings(
        cls, interests: InterestSettings, federation: FederationSettings
    ) -> "WaitingLimits":
        """Return the limits as set."""
        return cls(
            interests=interests.waiting_per_server,
            contributions=federation.contributions_waiting,
            servers=federation.servers_waiting,
        )


@dataclass(slots=True, kw_only=True)
class Batch:
    """One transaction's view of the world."""

    connection: AsyncConnection
    identity: Identity
    #: Who may talk, as it stands when the batch begins.
    policy: PeerPolicy
    moment: datetime
    outgoing: Outgoing
    #: Where the graph finds the quads of what is stored.
    recent: RecentQuads
    #: Whose word a document is by the proof in it.
    proofs: ProofVerifier
    fetched: Mapping[str, FetchedDocument | FederationError] = field(default_factory=dict)
    message_limits: MessageLimits = MessageLimits()
    waiting_limits: WaitingLimits = WaitingLimits()
    catch_up_wanted: bool = False
    #: Something of ours changed by what was received, and others are to hear of it.
    published: bool = False
    #: Something was believed by its proof alone: its owner is to be asked.
    recheck_wanted: bool = False
    #: Actors that deleted themselves, or were read anew: their kept keys may be others.
    gone: list[str] = field(default_factory=list)
    #: Actors that were read anew: their keys may be others.
    renewed: list[str] = field(default_factory=list)
    #: A server came that was not known: it is to be asked what it is.
    knocked: bool = False
    _has_turn: bool = False
    _followed: frozenset[str] | None = None
    _actors: dict[str, RemoteActor | None] = field(default_factory=dict)
    _standing: dict[str, ResourceRow | None] = field(default_factory=dict)
    _changed: dict[str, list[ResourceRow]] = field(default_factory=dict)

    @property
    def arrival(self) -> str:
        """The time of this batch, as rows keep it."""
        return timestamp(self.moment)

    async def preload(self, iris: Iterable[str]) -> None:
        """Read the resources *iris* in one statement instead of one by one.

        From the first on nobody else changes resources until the transaction ends: what is
        decided here rests on what stands.
        """
        if not self._has_turn:
            await resources.take_turn(self.connection)
            self._has_turn = True
        wanted = [iri for iri in dict.fromkeys(iris) if iri not in self._standing]
        rows = await resources.get_many(self.connection, wanted)
        self._standing.update({iri: rows.get(iri) for iri in wanted})

    async def standing(self, iri: str) -> ResourceRow | None:
        """Return what stands at *iri*, changes of this batch included."""
        if iri not in self._standing:
            await self.preload([iri])
        return self._standing[iri]

    def save(self, row: ResourceRow, quads: Sequence[Quad] = ()) -> None:
        """Let *row*, which says *quads*, stand from now on; each version of a batch is kept."""
        if quads and row.is_public:
            self.recent.put(row.wire, quads)
        self._standing[row.iri] = row
        self._changed.setdefault(row.iri, []).append(row)

    def has_published(self, iri: str) -> None:
        """Read the resource *iri* of ours anew, for it has just been published."""
        self._standing.pop(iri, None)
        self.published = True

    async def is_followed(self, actor: str) -> bool:
        """Whether anyone here follows *actor*."""
        if self._followed is None:
            self._followed = frozenset(await follows.followed_by_us(self.connection))
        return actor in self._followed

    async def asked_to_follow(self, actor: str) -> bool:
        """Whether a Follow of ours waits for the answer of *actor*."""
        found = await follows.get(self.connection, self.identity.cluster, actor)
        return found is not None and found.state == "pending"

    def forget_follows(self) -> None:
        """Read anew who is followed, for that has just changed."""
        self._followed = None

    async def standing_of(self, owner: str) -> list[str]:
        """Return the IRIs of what *owner* answers for and has not withdrawn."""
        known = {iri: row for iri, row in self._standing.items() if row is not None}
        stored = await resources.owned_by(self.connection, owner)
        here = [
            iri for iri, row in known.items() if row.owner == owner and row.state != "withdrawn"
        ]
        gone = {iri for iri, row in known.items() if row.state == "withdrawn"}
        return [iri for iri in dict.fromkeys([*stored, *here]) if iri not in gone]

    async def takes_from(self, actor: str) -> bool:
        """Whether content of *actor* may be taken in: followed, and its host in order."""
        return self.policy.takes(host_of(actor)) and await self.is_followed(actor)

    async def note_arrivals(self, received: Iterable[Received]) -> None:
        """Count what came from each server; one that nobody knew is known from now on."""
        met: dict[str, Arrival] = {}
        for one in received:
            new = Arrival(host=one.host, actor=one.actor, type=one.type, count=0)
            first = met.get(one.host, new)
            met[one.host] = replace(first, count=first.count + 1)
        self.knocked = await arrivals.record(
            self.connection,
            list(met.values()),
            at=self.arrival,
            most_waiting=self.waiting_limits.servers,
        )

    def may_write(self, actor: str) -> bool:
        """Whether persons like *actor* may write to the desk, or react to what is here."""
        return self.policy.may_write(host_of(actor))

    async def remote_actor(self, iri: str) -> RemoteActor | None:
        """Return the actor as it was last fetched, None where it is not known."""
        if iri not in self._actors:
            row = await actors.get(self.connection, iri)
            known = row is not None and row.document is not None and not row.local
            self._actors[iri] = read_actor(row.read_document(), iri) if known and row else None
        return self._actors[iri]

    async def flush(self) -> None:
        """Write all changes; versions of one resource in their order."""
        rounds = max((len(rows) for rows in self._changed.values()), default=0)
        for number in range(rounds):
            rows = [rows[number] for rows in self._changed.values() if len(rows) > number]
            await resources.save_versions(self.connection, rows, {})
        await self.outgoing.write(self.connection)
