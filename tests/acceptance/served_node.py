"""A node served by a process of its own, as a cluster would run it."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Seconds until a node must answer, and until something must have happened.
PATIENCE = 30.0
#: Seconds until a new process must be at work, on a machine that has much else to do.
STARTING = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedNode:
    """A running node."""

    base_url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def host(self) -> str:
        """Host and port, as in an address of the fediverse."""
        return self.base_url.partition("//")[2]

    def command(self, *arguments: str) -> Any:
        """Run a command about this node with ``--json``; return what it printed, read."""
        found = subprocess.run(
            [sys.executable, "-m", "node", *arguments, "--node", str(self.folder), "--json"],
            env=plain_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=STARTING,
        )
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what *statement* finds in the node's database."""
        path = f"file:{self.folder}/skagerrak.db?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as connection:
            return connection.execute(statement).fetchall()


def plain_environment() -> dict[str, str]:
    """Return this process's environment without settings of a node."""
    return {name: text for name, text in os.environ.items() if not name.startswith("SKAGERRAK_")}


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served_node(
    folder: Path,
    *,
    base_url: str,
    port: int,
    peers: Sequence[str],
    handle: str = "digin",
    http: str = "",
    federation: str = "",
) -> Iterator[ServedNode]:
    """Yield a new node in *folder* at work; *http* and *federation* are more of its settings."""
    make_folder(
        folder,
        base_url=base_url,
        port=port,
        peers=peers,
        handle=handle,
        http=http,
        federation=federation,
    )
    process = start_serving(folder, port)
    try:
        yield ServedNode(base_url=base_url, folder=folder, process=process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def make_folder(
    folder: Path,
    *,
    base_url: str,
    port: int,
    peers: Sequence[str],
    handle: str = "digin",
    http: str = "",
    federation: str = "",
) -> None:
    """Set a new node up in *folder*, without serving it."""
    _init(folder, base_url, handle)
    (folder / "skagerrak.toml").write_text(
        f'[node]\nbase_url = "{base_url}"\n'
        f'[cluster]\nname = "Digin"\nhandle = "{handle}"\nsummary = {{nb = "IKT-klyngen."}}\n'
        f"[http]\nport = {port}\n{http}\n"
        f"[federation]\ndevelopment_peers = {json.dumps(list(peers))}\n{federation}\n"
        "[sparql]\nworkers = 1\n",
        encoding="utf-8",
    )


def start_serving(
    folder: Path, port: int, program: Sequence[str] = ("-m", "node")
) -> subprocess.Popen[bytes]:
    """Serve the node in *folder* by that Python program; return its process."""
    command = [sys.executable, *program, "serve", "--node", str(folder)]
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(command, env=plain_environment(), stdout=log, stderr=log)
    try:
        _wait_until_listening(process, port, folder / "log")
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


def _init(folder: Path, base_url: str, handle: str) -> None:
    given = ("--base-url", base_url, "--name", "Digin", "--handle", handle)
    subprocess.run(
        [sys.executable, "-m", "node", "init", str(folder), *given],
        env=plain_environment(),
        capture_output=True,
        check=True,
        timeout=STARTING,
    )


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the node does not listen: {log.read_text()}")
