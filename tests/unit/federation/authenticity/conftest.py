"""An honest peer, an evil one, and a verifier that meets them."""

from dataclasses import dataclass, field

import pytest

from federation.key_resolver import KeyLimits, KeyResolver
from federation.keys import KeyPair, generate_rsa
from federation.verify_activity import ActivityVerifier
from tests.unit.federation.authenticity.scripted_peers import (
    Clock,
    MemoryDirectory,
    MemoryRelays,
    Peer,
    ScriptedWeb,
)


@pytest.fixture(scope="session")
def rsa_pairs() -> list[KeyPair]:
    return [generate_rsa() for _ in range(3)]


@dataclass
class Node:
    """The parts of a node that decide what is authentic."""

    clock: Clock = field(default_factory=Clock)
    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    web: ScriptedWeb = field(default_factory=ScriptedWeb)
    relays: MemoryRelays = field(default_factory=MemoryRelays)
    limits: KeyLimits = field(default_factory=KeyLimits)
    resolver: KeyResolver = field(init=False)
    verifier: ActivityVerifier = field(init=False)

    def __post_init__(self) -> None:
        self.resolver = KeyResolver(
            self.directory, self.web, self.limits, monotonic=self.clock.monotonic
        )
        self.verifier = ActivityVerifier(self.resolver, relays=self.relays, clock=self.clock.now)


@pytest.fixture
def honest(rsa_pairs: list[KeyPair]) -> Peer:
    return Peer("https://v.example/alice", rsa_pairs[0])


@pytest.fixture
def evil(rsa_pairs: list[KeyPair]) -> Peer:
    return Peer("https://e.example/mallory", rsa_pairs[1])


@pytest.fixture
def sibling(rsa_pairs: list[KeyPair]) -> Peer:
    return Peer("https://v.example/bob", rsa_pairs[2])


@pytest.fixture
def node(honest: Peer, evil: Peer, sibling: Peer) -> Node:
    """A node that knows nobody, and can fetch all three."""
    made = Node()
    made.web.pages = {peer.iri: peer.actor() for peer in (honest, evil, sibling)}
    return made
