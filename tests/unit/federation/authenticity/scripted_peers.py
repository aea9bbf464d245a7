"""Servers that these tests speak for: their actors, keys, signed requests, and a web of them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.actors import RemoteActor
from federation.draft_cavage import sign_request
from federation.errors import FetchFailed
from federation.integrity_proofs import with_proof
from federation.keys import KeyPair, generate_ed25519, load_private
from federation.ports import FetchedDocument, KnownKey
from federation.signed_request import SignedRequest

OUR_HOST = "t.example"
AS = "https://www.w3.org/ns/activitystreams"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

Wire = dict[str, Any]
#: What signs a request: that of draft-cavage or that of RFC 9421.
Sign = Callable[..., dict[str, str]]


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = NOON
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class MemoryDirectory:
    """A key directory in memory."""

    actors: dict[str, RemoteActor] = field(default_factory=dict)

    async def find_key(self, key_id: str) -> KnownKey | None:
        for actor in self.actors.values():
            for key in actor.keys:
                if key.key_id == key_id:
                    return KnownKey(
                        key_id=key_id,
                        actor=actor.iri,
                        actor_kind=actor.kind,
                        algorithm=key.algorithm,
                        public_key=key.public_key,
                        expires=key.expires,
                    )
        return None

    async def knows_actor(self, iri: str) -> bool:
        return iri in self.actors

    async def store_actor(self, actor: RemoteActor) -> None:
        self.actors[actor.iri] = actor


@dataclass
class MemoryRelays:
    """Whom the node under test follows."""

    followed: set[str] = field(default_factory=set)

    async def may_relay(self, actor: str) -> bool:
        return actor in self.followed


@dataclass
class ScriptedWeb:
    """What other servers answer: a document, (final URL, document), or an error to raise."""

    pages: dict[str, Any] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    most_at_once: int = 0
    running: int = 0
    gate: asyncio.Event | None = None

    async def reach(self, running: int) -> None:
        """Return when that many fetches run at once; fail where they never do."""
        for _ in range(1000):
            if self.running >= running:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"{self.running} fetches run, not {running}")

    async def fetch_document(self, url: str) -> FetchedDocument:
        self.fetched.append(url)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            if self.gate is not None:
                await self.gate.wait()
            else:
                await asyncio.sleep(0)
        finally:
            self.running -= 1
        page = self.pages.get(url)
        if page is None:
            raise FetchFailed("404")
        if isinstance(page, Exception):
            raise page
        final, document = page if isinstance(page, tuple) else (url, page)
        return FetchedDocument(
            url=final, document=document, content_type="application/activity+json"
        )


@dataclass
class Peer:
    """One actor on a server, with the key it signs with."""

    iri: str
    pair: KeyPair
    #: What it makes proofs with.
    proof_pair: KeyPair = field(default_factory=generate_ed25519)

    @property
    def proof_key_id(self) -> str:
        return f"{self.iri}#ed25519-key"

    def multikey(self, **changes: Any) -> Wire:
        key = {
            "id": self.proof_key_id,
            "type": "Multikey",
            "controller": self.iri,
            "publicKeyMultibase": self.proof_pair.public,
        }
        return key | changes

    def prove(self, document: Wire, *, key_id: str | None = None) -> Wire:
        """Return *document*, public, with a proof of this peer."""
        private = load_private(self.proof_pair.private)
        assert isinstance(private, Ed25519PrivateKey)
        return with_proof(
            {"@context": [AS, DATA_INTEGRITY], "to": [f"{AS}#Public"], **document},
            key_id=key_id or self.proof_key_id,
            private_key=private,
            created=NOON,
        )

    @property
    def key_id(self) -> str:
        return f"{self.iri}#main-key"

    def actor(self, **changes: Any) -> Wire:
        document = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.iri,
            "type": "Organization",
            "name": "A peer",
            "preferredUsername": "peer",
            "inbox": f"{self.iri}/inbox",
            "outbox": f"{self.iri}/outbox",
            "publicKey": {
                "id": self.key_id,
                "owner": self.iri,
                "publicKeyPem": self.pair.public,
            },
        }
        return document | changes

    def note(self, **changes: Any) -> Wire:
        note = {"id": f"{self.iri}/notes/1", "type": "Note", "attributedTo": self.iri}
        return note | changes

    def activity(self, type: str = "Create", **changes: Any) -> Wire:
        activity: Wire = {"id": f"{self.iri}/activities/1", "type": type, "actor": self.iri}
        if type == "Create":
            activity["object"] = self.note()
        return activity | changes

    def post(
        self,
        activity: Wire,
        *,
        key_id: str | None = None,
        date: datetime = NOON,
        path: str = "/inbox",
        host: str = OUR_HOST,
        sign: Sign = sign_request,
    ) -> SignedRequest:
        body = json.dumps(activity).encode()
        headers = sign(
            method="POST",
            url=f"https://{host}{path}",
            body=body,
            key_id=key_id or self.key_id,
            private_key=load_private(self.pair.private),
            date=date,
        )
        return SignedRequest(
            method="POST",
            path_and_query=path,
            headers=list(headers.items()),
            body=body,
            host=OUR_HOST,
        )

    def get(self, path: str = "/offers/1", *, sign: Sign = sign_request) -> SignedRequest:
        """Return a signed GET of *path*."""
        headers = sign(
            method="GET",
            url=f"https://{OUR_HOST}{path}",
            body=None,
            key_id=self.key_id,
            private_key=load_private(self.pair.private),
            date=NOON,
        )
        return SignedRequest(
            method="GET", path_and_query=path, headers=list(headers.items()), host=OUR_HOST
        )
