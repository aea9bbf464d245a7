"""A whole node at work in this process: real ports, real workers, its control socket."""

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import func, select

from node.app import RunningNode, running_node
from node.control_socket import control_session, listening_socket, wake
from node.desk.follow_address import follow_address
from node.node_folder import NodeFolder
from node.publishing.approve_peer import approve_peer
from node.publishing.decide_peers import Choice, decide_peers
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.publishing.withdraw_resource import withdraw
from node.serve_lock import serve_lock
from node.settings import FILE_NAME
from node.storage import deliveries, journal, peers, tables
from tests.integration.nodes.drafts import offer
from vocab.classes import ResourceClass

Wire = dict[str, Any]

#: The longest that anything here may take; reached only where something is broken.
PATIENCE = 45.0
ACTIVITY = "application/activity+json"


async def until(
    holds: Callable[[], Awaitable[bool]], what: str, seconds: float = PATIENCE
) -> float:
    """Return after how many seconds *holds* is true; fail where it never is."""
    started = time.monotonic()
    while not await holds():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"Never: {what}")
        await asyncio.sleep(0.02)
    return time.monotonic() - started


def listen(port: int = 0) -> socket.socket:
    """Return a socket bound to *port* of loopback, or to a free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


def make_node(
    path: Path, listener: socket.socket, name: str, *, database_url: str, peer_ports: Sequence[int]
) -> "LiveNode":
    """Return a node in the folder *path*, not yet started, that will serve *listener*."""
    port = listener.getsockname()[1]
    known = ", ".join(f'"127.0.0.1:{other}"' for other in peer_ports)
    path.mkdir(parents=True, exist_ok=True)
    (path / FILE_NAME).write_text(
        f'[node]\nbase_url = "http://localhost:{port}"\n'
        f'[cluster]\nhandle = "{name}"\nname = "Cluster {name}"\n'
        f'[http]\nport = {port}\n[database]\nurl = "{database_url}"\n'
        f"[federation]\ndevelopment_peers = [{known}]\n"
        "[sparql]\nworkers = 1\ncpu_seconds_per_minute = 600\n"
        "[pages]\nlength = 5\n"
    )
    return LiveNode(folder=NodeFolder.read(path), listener=listener)


@dataclass
class LiveNode:
    """One node; what the tests do with it is what commands and strangers do."""

    folder: NodeFolder
    listener: socket.socket | None
    running: RunningNode | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def base(self) -> str:
        return self.folder.identity.base_url

    @property
    def cluster(self) -> str:
        return self.folder.identity.cluster

    @property
    def host(self) -> str:
        return self.folder.identity.host

    @property
    def address(self) -> str:
        return f"@{self.folder.identity.handle}@{self.host}"

    async def start(self) -> None:
        """Serve, as ``skagerrak serve`` does."""
        async with AsyncExitStack() as stack:
            stack.enter_context(serve_lock(self.folder.path))
            self.running = await stack.enter_async_context(running_node(self.folder))
            await self._serve(stack, self.running)
            self.session = await stack.enter_async_context(aiohttp.ClientSession(self.base))
            # Beside the node's own, as a command has one.
            self.database = await stack.enter_async_context(self.folder.open_database())
            await until(self._ready, "the node is ready")
            self._stack = stack.pop_all()

    async def _serve(self, stack: AsyncExitStack, running: RunningNode) -> None:
        listener = self.listener or listen(self.folder.settings.http.port)
        self.listener = None
        for application, bound in (
            (running.public, listener),
            (running.control, listening_socket(self.folder.path)),
        ):
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.SockSite(runner, bound).start()

    async def _ready(self) -> bool:
        return await self.status("/readyz", "*/*") == 200

    async def stop(self) -> None:
        """End everything; nothing but the folder and the database stays."""
        await self._stack.aclose()
        self.running = None

    async def publish(
        self, document: Mapping[str, Any], klass: ResourceClass = ResourceClass.OFFER, **more: Any
    ) -> Published:
        """Publish one document as ``skagerrak publish`` does."""
        draft = Draft(document=document, klass=klass, iri=document.get("id"), **more)
        return (await self.publish_all([draft]))[0]

    async def publish_all(self, drafts: Sequence[Draft]) -> list[Published]:
        async with self.database.transaction() as connection:
            published = await publish(connection, self.folder.identity, drafts)
        await wake(self.folder.path)
        return published

    async def withdraw(self, iri: str) -> Published:
        """Withdraw as ``skagerrak withdraw`` does."""
        async with self.database.transaction() as connection:
            done = await withdraw(connection, self.folder.identity, iri)
        await wake(self.folder.path)
        return done

    async def follow(self, address: str) -> bool:
        return (await follow_address(self.folder, address))[1]

    async def decide(self, host: str, state: str, reason: str | None = None) -> list[str]:
        """Decide about *host* as ``skagerrak peers`` does."""
        choice = Choice(host=host, state=state, reason=reason)
        async with self.database.transaction() as connection:
            changed = await decide_peers(connection, self.folder.identity, [choice], who="Kari")
        await self.wake()
        return changed

    async def approve(self, host: str) -> bool:
        """Approve *host* as ``skagerrak peers approve`` does."""
        async with self.database.transaction() as connection:
            changed = await approve_peer(connection, self.folder.identity, host)
        await self.wake()
        return changed

    async def outbox(self, activity: str | None) -> Any:
        """Return an activity as it was sent, whatever its audience."""
        async with self.database.reading() as connection:
            row = await journal.get_activity(connection, activity or "")
        assert row is not None
        return json.loads(row.body)

    async def wake(self) -> None:
        await wake(self.folder.path)

    async def get(self, path: str, accept: str = ACTIVITY) -> tuple[int, str]:
        """GET *path*, or an address of this node; return status and body."""
        url = path.removeprefix(self.base)
        async with self.session.get(url, headers={"Accept": accept}) as response:
            return response.status, await response.text()

    async def get_json(self, path: str, accept: str = ACTIVITY) -> Any:
        url = path.removeprefix(self.base)
        async with self.session.get(url, headers={"Accept": accept}) as response:
            assert response.status == 200, await response.text()
            return await response.json(content_type=None)

    async def status(self, path: str, accept: str = ACTIVITY) -> int:
        return (await self.get(path, accept))[0]

    async def select(self, query: str) -> list[dict[str, str]]:
        """Return the rows that the node's public endpoint answers with."""
        headers = {"Accept": "application/sparql-results+json"}
        async with self.session.post("/sparql", data={"query": query}, headers=headers) as response:
            assert response.status == 200, await response.text()
            found = await response.json(content_type=None)
        return [
            {name: term["value"] for name, term in row.items()}
            for row in found["results"]["bindings"]
        ]

    async def knows(self, iri: str) -> bool:
        """Whether the graph holds a document of that IRI."""
        found = await self.select(f"SELECT ?p WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} LIMIT 1")
        return bool(found)

    async def whole_graph(self) -> str:
        """Return everything that a query can reach, as text."""
        query = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
        return "\n".join(" ".join(row.values()) for row in await self.select(query))

    async def changes(self, since: int = 0) -> list[Wire]:
        """Return all that ``/cluster/changes`` tells, page by page."""
        items: list[Wire] = []
        url = f"/cluster/changes?since={since}"
        while True:
            page = await self.get_json(url)
            if not page["orderedItems"]:
                return items
            items += page["orderedItems"]
            url = page["next"].removeprefix(self.base)

    async def inbox(self) -> list[dict[str, Any]]:
        """Return the journal of what came in, in the order it came."""
        query = select(tables.inbox).order_by(tables.inbox.c.seq)
        async with self.database.reading() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def outcome(self, activity: str) -> tuple[str, str]:
        """Return what became of *activity*, once it is settled, and why."""

        async def settled() -> bool:
            return any(
                row["activity"] == activity and row["state"] != "waiting"
                for row in await self.inbox()
            )

        await until(settled, f"{activity} is settled")
        row = next(row for row in await self.inbox() if row["activity"] == activity)
        return row["state"], row["outcome"] or ""

    async def resource(self, iri: str) -> dict[str, Any] | None:
        """Return the row of *iri*, or None."""
        query = select(tables.resources).where(tables.resources.c.iri == iri)
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return dict(row) if row else None

    async def peer_state(self, host: str) -> str | None:
        async with self.database.reading() as connection:
            return (await peers.states(connection)).get(host)

    async def logged_changes(self, iri: str) -> int:
        """Return how often *iri* changed here."""
        log = tables.change_log
        query = select(func.count()).where(log.c.iri == iri)
        async with self.database.reading() as connection:
            return int(await connection.scalar(query) or 0)

    async def idle(self) -> bool:
        """Whether nothing waits in the inbox or for delivery."""
        async with self.database.reading() as connection:
            waiting = (await journal.inbox_counts(connection)).get("waiting", 0)
            return not waiting and not (await deliveries.count_by_state(connection)).get("waiting")

    async def rebuild(self) -> Wire:
        """Make the graph anew, as ``skagerrak rebuild`` does; return both hashes."""
        async with control_session(self.folder.path) as session:
            assert session is not None
            async with session.post("/rebuild") as response:
                found: Wire = await response.json()
        return found


async def settled(*nodes: LiveNode) -> None:
    """Return when all that these nodes had to tell each other is told and shown.

    Each node publishes a last thing: once its own graph has it, the graph has all before it.
    """

    async def quiet() -> bool:
        return all([await node.idle() for node in nodes])

    await until(quiet, "the nodes are idle")
    for node in nodes:
        marker = await node.publish(offer("A last thing"))
        await until(lambda node=node, iri=marker.iri: node.knows(iri), "the graph is up to date")  # type: ignore[misc]  # bound now
    await until(quiet, "the nodes are idle")
