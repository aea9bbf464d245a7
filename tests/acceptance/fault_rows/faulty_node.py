"""A served node that is killed, started again and given another time, and its one peer."""

import asyncio
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import web

from node.control_socket import wake
from node.desk.follow_address import follow_address
from node.node_folder import NodeFolder
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from tests.acceptance.served_node import PATIENCE, ServedNode, start_serving
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.scripted_server import ScriptedActor, ScriptedServer
from vocab import clock
from vocab.classes import ResourceClass

Wire = dict[str, Any]
SHIFTED = "tests.acceptance.fault_rows.shifted_node"


@dataclass
class FaultyPeer(ScriptedServer):
    """A scripted server that counts every delivery and may do something when one comes."""

    attempts: Counter[str] = field(default_factory=Counter)
    on_delivery: Callable[[Wire], None] = lambda activity: None

    async def _take(self, activity: Wire) -> web.Response:
        self.attempts[activity["id"]] += 1
        self.on_delivery(activity)
        return await super()._take(activity)

    def arrived(self) -> Counter[str]:
        """Return how often each activity was taken."""
        return Counter(activity["id"] for activity in self.received)


@dataclass(kw_only=True)
class FaultyNode:
    """One node in a folder; every statement about it is read from its database."""

    folder: Path
    base_url: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    #: Seconds that its clock is off.
    _offset: float = field(default=0.0, init=False)

    @property
    def inboxes(self) -> tuple[str, str]:
        return f"{self.base_url}/inbox", f"{self.base_url}/cluster/inbox"

    @property
    def served(self) -> ServedNode:
        assert self.process is not None
        return ServedNode(base_url=self.base_url, folder=self.folder, process=self.process)

    async def start(self) -> None:
        self.shift(timedelta(seconds=self._offset))
        program = ("-m", SHIFTED, str(self.folder / "offset"))
        self.process = await asyncio.to_thread(start_serving, self.folder, self.port, program)

    def shift(self, offset: timedelta) -> None:
        """Let the node's clock be off by *offset* from now on."""
        self._offset = offset.total_seconds()
        written = self.folder / "offset.new"
        written.write_text(str(self._offset))
        written.replace(self.folder / "offset")

    def kill(self) -> None:
        """End it as a power cut of the process would."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)

    async def ended(self) -> None:
        assert self.process is not None
        await asyncio.to_thread(self.process.wait, PATIENCE)

    async def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            await self.ended()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.served.rows(statement)

    async def publish(self, title: str) -> Published:
        """Publish an offer as a command does."""
        folder = NodeFolder.read(self.folder)
        draft = Draft(document=offer(title), klass=ResourceClass.OFFER)
        time_there = clock.now() + timedelta(seconds=self._offset)
        with patch.object(clock, "now", lambda: time_there):
            async with folder.open_database() as database, database.transaction() as connection:
                (made,) = await publish(connection, folder.identity, [draft])
        await wake(self.folder)
        return made

    async def befriend(self, actor: ScriptedActor) -> None:
        """Let the node and *actor* follow each other."""
        await follow_address(NodeFolder.read(self.folder), actor.iri)
        follow = await actor.receives("Follow", actor.iri)
        assert await actor.post(self.inboxes[0], actor.activity("Accept", follow)) == 202
        await self.become_followed_by(actor)
        unread = "SELECT count(*) FROM follows WHERE follower_local AND changes_cursor IS NULL"
        await self.eventually(unread, 0)
        await self.idle()

    async def become_followed_by(self, actor: ScriptedActor) -> None:
        cluster = f"{self.base_url}/cluster"
        follow = actor.activity("Follow", cluster, to=[cluster])
        assert await actor.post(self.inboxes[0], follow) == 202
        await actor.receives("Accept", follow["id"])

    async def eventually(
        self, statement: str, value: object, seconds: float = 2 * PATIENCE
    ) -> None:
        """Return when the database answers *statement* with *value*."""
        deadline = time.monotonic() + seconds
        while (found := self.rows(statement)[0][0]) != value:
            assert time.monotonic() < deadline, f"{statement}: {found!r}, not {value!r}"
            await asyncio.sleep(0.05)

    async def idle(self, seconds: float = 2 * PATIENCE) -> None:
        """Return when nothing waits in the journal or for delivery."""
        for table in ("inbox", "deliveries"):
            waiting = f"SELECT count(*) FROM {table} WHERE state = 'waiting'"  # noqa: S608  # names from above
            await self.eventually(waiting, 0, seconds)

    async def check_sound(self) -> None:
        """The database is whole, and the graph is what SQL says."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        hashes = await asyncio.to_thread(self.served.command, "rebuild")
        assert hashes["before"] == hashes["after"]

    def check_once(self, accepted: list[Wire]) -> None:
        """Each of *accepted*, answered 202 and all Creates, was taken in and had one effect."""
        done = "SELECT activity, count(*) FROM inbox WHERE state = 'done' GROUP BY activity"
        counts: dict[str, int] = dict(self.rows(done))  # type: ignore[arg-type]  # two columns
        assert [a["id"] for a in accepted if counts.get(a["id"]) != 1] == []
        changes = dict(self.rows("SELECT iri, count(*) FROM change_log GROUP BY iri"))  # type: ignore[arg-type]  # as above
        assert [a["id"] for a in accepted if changes.get(a["object"]["id"]) != 1] == []
