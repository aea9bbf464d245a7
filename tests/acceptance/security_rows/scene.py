"""A served node among scripted servers, and what must hold after every attack."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from node.desk.follow_address import follow_address
from node.node_folder import NodeFolder
from tests.acceptance.served_node import PATIENCE, ServedNode
from tests.integration.nodes.scripted_server import ScriptedActor, ScriptedServer

Wire = dict[str, Any]
Headers = Mapping[str, str] | list[tuple[str, str]]

#: What no attack may add to. Actors and keys are kept of whoever was asked for their key.
TABLES = ("inbox", "outbox", "resources", "follows", "deliveries", "peers", "change_log")
#: ``/healthz`` answers within this however the node is treated, in seconds.
HEALTHY = 1.0
#: The node may grow by this, in KiB.
GROWTH = 200 * 1024


class PeerServer(ScriptedServer):
    """A scripted server that also sends on to other addresses."""

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        found = self.documents.get(request.path_qs)
        if isinstance(found, dict) and "Location" in found and request.method == "GET":
            self.fetched[request.path_qs] += 1
            return web.Response(status=302, headers={"Location": found["Location"]})
        return await super()._handle(request)


@dataclass(kw_only=True)
class Scene:
    """T, the node; V and E, which it follows; C, which it may not talk to."""

    node: ServedNode
    honest: PeerServer
    evil: PeerServer
    canary: PeerServer
    session: aiohttp.ClientSession
    #: The cluster at V that T follows.
    alice: ScriptedActor = field(init=False)
    #: The clusters at E that T follows.
    mallory: ScriptedActor = field(init=False)
    trudy: ScriptedActor = field(init=False)
    _slowest: float = 0.0

    @property
    def inboxes(self) -> tuple[str, str]:
        """Every address that takes activities for the cluster."""
        return f"{self.node.base_url}/inbox", f"{self.node.base_url}/cluster/inbox"

    async def make_friends(self) -> None:
        """Let T follow the clusters of V and E, so that only authenticity is in question."""
        self.alice = self.honest.cluster("alice", 0)
        self.mallory = self.evil.cluster("mallory", 1)
        self.trudy = self.evil.cluster("trudy", 2)
        for actor in (self.alice, self.mallory, self.trudy):
            await self.befriend(actor)

    async def befriend(self, actor: ScriptedActor) -> None:
        """Let T follow *actor*, which accepts and is read once."""
        await follow_address(NodeFolder.read(self.node.folder), actor.iri)
        follow = await actor.receives("Follow", actor.iri)
        assert await actor.post(self.inboxes[0], actor.activity("Accept", follow)) == 202
        unread = "SELECT count(*) FROM follows WHERE follower_local AND changes_cursor IS NULL"
        await self.eventually(unread, 0)

    async def eventually(self, statement: str, value: object) -> None:
        """Return when the node's database answers *statement* with *value*."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.node.rows(statement)[0][0]) != value:
            assert time.monotonic() < deadline, f"{statement}: {found!r}, not {value!r}"
            await asyncio.sleep(0.02)

    async def settled(self) -> None:
        """Return when nothing waits in the node's journal."""
        await self.eventually("SELECT count(*) FROM inbox WHERE state = 'waiting'", 0)

    async def taken_in(self, actor: ScriptedActor, **changes: Any) -> Wire:
        """Have *actor* publish an offer that the node takes in; return it."""
        offer = actor.offer(**changes)
        create = actor.activity("Create", offer)
        assert await actor.post(self.inboxes[0], create) == 202
        await self.settled()
        assert self.outcome(create) == ("done", None)
        return offer

    def outcome(self, activity: Wire) -> tuple[Any, ...]:
        """Return what became of *activity*, and why."""
        return self.node.rows(
            f"SELECT state, outcome FROM inbox WHERE activity = '{activity['id']}'"  # noqa: S608  # a test's own words
        )[0]

    def stands(self, iri: str) -> list[tuple[Any, ...]]:
        """Return what the node keeps of the resource *iri*."""
        return self.node.rows(
            f"SELECT owner, state, version, wire FROM resources WHERE iri = '{iri}'"  # noqa: S608  # as above
        )

    async def post(self, url: str, headers: Headers, body: bytes, *, method: str = "POST") -> int:
        """Send exactly this; return the status."""
        async with self.session.request(
            method, url, headers=headers, data=body, skip_auto_headers=("Content-Type",)
        ) as response:
            await response.read()
            return response.status

    async def refuses(
        self, actor: ScriptedActor, activities: Iterable[Wire], statuses: set[int]
    ) -> None:
        """Every one of *activities*, signed by *actor*, is refused at both inboxes, unharmed."""
        async with self.unharmed():
            for activity in activities:
                for inbox in self.inboxes:
                    status = await actor.post(inbox, activity)
                    assert status in statuses, f"{status} for {activity}"

    @asynccontextmanager
    async def unharmed(self, *, but: Mapping[str, int] | None = None) -> AsyncIterator[None]:
        """Check that the node lived well meanwhile and has nothing more, except *but*."""
        await self.settled()
        before, size = self._counts(), self._resident()
        watch = asyncio.create_task(self._slowest_answer())
        try:
            yield
        finally:
            watch.cancel()
        await self.settled()
        assert self._counts() == {
            name: count + (but or {}).get(name, 0) for name, count in before.items()
        }
        assert self.node.process.poll() is None
        assert self._slowest <= HEALTHY
        assert self._resident() - size < GROWTH
        assert self.canary.fetched.total() + len(self.canary.received) == 0

    def _counts(self) -> dict[str, int]:
        return {
            name: int(self.node.rows(f"SELECT count(*) FROM {name}")[0][0])  # noqa: S608  # names from above
            for name in TABLES
        }

    def _resident(self) -> int:
        status = Path(f"/proc/{self.node.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    async def _slowest_answer(self) -> None:
        self._slowest = 0.0
        while True:
            started = time.monotonic()
            async with self.session.get(f"{self.node.base_url}/healthz") as response:
                assert response.status == 200
            self._slowest = max(self._slowest, time.monotonic() - started)
            await asyncio.sleep(0.05)
