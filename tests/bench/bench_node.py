"""A node as it is in production, in a folder of the workbench."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node.node_folder import NodeFolder
from node.publishing.node_actors import ensure_actors
from node.settings import FILE_NAME
from tests.bench.workbench import Workbench, free_port, wait_for


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchNode:
    """The folder of a node, and how to run it."""

    folder: NodeFolder
    port: int

    @classmethod
    def make(cls, bench: Workbench, name: str, *, peers: Sequence[str] = ()) -> "BenchNode":
        """Set up a node that may talk to *peers* (``ip:port``)."""
        return cls.at(bench, name, free_port(), peers)

    @classmethod
    def at(cls, bench: Workbench, name: str, port: int, peers: Sequence[str]) -> "BenchNode":
        """Set up a node on a port that is known before."""
        path = bench.folder / name
        path.mkdir()
        (path / FILE_NAME).write_text(_settings(name, port, peers), encoding="utf-8")
        node = cls(folder=NodeFolder.read(path), port=port)
        asyncio.run(node._set_up())
        return node

    async def _set_up(self) -> None:
        async with (
            self.folder.open_database(create=True) as database,
            database.transaction() as connection,
        ):
            await ensure_actors(connection, self.folder.identity, self.folder.settings)

    @property
    def path(self) -> Path:
        """The node's folder."""
        return self.folder.path

    def url(self, path: str) -> str:
        """Return the address of *path* on the node."""
        return f"http://127.0.0.1:{self.port}{path}"

    def launch(self, bench: Workbench) -> subprocess.Popen[bytes]:
        """Start ``serve``."""
        return bench.start_python("-m", "node", "serve", "--quiet", "--node", str(self.path))

    def serve(self, bench: Workbench) -> subprocess.Popen[bytes]:
        """Start ``serve`` and return when the node is ready."""
        process = self.launch(bench)
        wait_for(self.url("/readyz"), process)
        return process


def _settings(name: str, port: int, peers: Sequence[str]) -> str:
    return (
        f'[node]\nbase_url = "http://127.0.0.1:{port}"\n'
        f'[cluster]\nname = "{name}"\nhandle = "{name}"\n'
        f"[http]\nport = {port}\n"
        f"[federation]\ndevelopment_peers = {json.dumps(list(peers))}\n"
    )
