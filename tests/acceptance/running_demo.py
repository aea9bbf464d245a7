"""The demonstration as processes, and what one does with it from outside."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import node

#: The longest that anything here may take; reached only where something is broken.
PATIENCE = 120.0
ROOT = Path(node.__file__).parents[1]


def three_free_ports() -> int:
    """Return the first of three ports in a row that nobody uses."""
    for base in range(20_000 + os.getpid() % 5_000, 60_000, 3):
        with ExitStack() as stack:
            try:
                for port in range(base, base + 3):
                    stack.enter_context(closing(socket.socket())).bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise AssertionError("no three free ports in a row")


def environment() -> dict[str, str]:
    """Return the environment for commands: no settings of the tester's, English messages."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SKAGERRAK_")}
    return kept | {"PYTHONPATH": str(ROOT), "LC_ALL": "en_GB.UTF-8"}


def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``skagerrak`` with *arguments* to its end."""
    return subprocess.run(
        [sys.executable, "-m", "node", *map(str, arguments)],
        env=environment() | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def start(
    *arguments: str | Path, output: Path, errors: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start ``skagerrak`` with *arguments*; what it prints goes to files."""
    with output.open("wb") as out, (errors or output.with_suffix(".err")).open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "node", *map(str, arguments)],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )


def until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Return after how many seconds *holds* is true; fail where it never is."""
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"Never: {what}")
        time.sleep(0.05)
    return time.monotonic() - started


def get(
    url: str, accept: str = "text/html", data: bytes | None = None, content_type: str = ""
) -> tuple[int, str]:
    """GET *url*, or POST *data* to it; return status and body, 0 where nobody answers."""
    headers = {"Accept": accept} | ({"Content-Type": content_type} if content_type else {})
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310  # loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310  # loopback
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (OSError, http.client.HTTPException):
        # Where nobody listens yet, a connection may come out at its own port and hear itself.
        return 0, ""


@dataclass
class DemoNode:
    """One node of the demonstration, as ``demo --json`` describes it."""

    name: str
    url: str
    actor: str
    folder: Path
    pid: int

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def get(self, path: str, accept: str = "text/html") -> tuple[int, str]:
        return get(self.url + path, accept)

    def get_json(self, path: str) -> Any:
        status, body = self.get(path, "application/activity+json")
        assert status == 200, body
        return json.loads(body)

    def select(self, query: str) -> list[dict[str, str]]:
        """Return the rows that the public endpoint answers with."""
        body = urlencode({"query": query}).encode()
        status, text = get(f"{self.url}/sparql", "application/sparql-results+json", body)
        assert status == 200, text
        rows = json.loads(text)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    def says(self, iri: str, text: str) -> bool:
        """Whether the graph holds *text* about *iri*."""
        said = f'GRAPH <{iri}> {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), "{text}")) }}'
        return bool(self.select(f"SELECT ?s WHERE {{ {said} }} LIMIT 1"))

    def documents(self, prefix: str) -> set[str]:
        """Return the documents in the graph whose IRI begins with *prefix*."""
        where = f'GRAPH ?d {{ ?d ?p ?o }} FILTER(STRSTARTS(STR(?d), "{prefix}"))'
        return {row["d"] for row in self.select(f"SELECT DISTINCT ?d WHERE {{ {where} }}")}

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command about this node."""
        return run(*arguments, "--node", self.folder)

    def ready(self) -> bool:
        return self.get("/readyz")[0] == 200


@dataclass
class Demo:
    """The demonstration in a folder, started and stopped at will."""

    folder: Path
    base_port: int
    process: subprocess.Popen[bytes] | None = None
    nodes: list[DemoNode] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    #: Nodes served by processes of the test's own, by folder.
    own: dict[Path, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.folder.with_suffix(".out")

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        command = ("demo", "--dir", self.folder, "--base-port", str(self.base_port), "--json")
        self.process = start(*command, output=self.output)
        self.seconds = until(self._has_said, "the demonstration is ready", 2 * PATIENCE)
        self.said = json.loads(self.output.read_text())
        self.nodes = [
            DemoNode(
                name=told["name"],
                url=told["url"],
                actor=told["actor"],
                folder=Path(told["dir"]),
                pid=told["pid"],
            )
            for told in self.said["nodes"]
        ]

    def _has_said(self) -> bool:
        assert self.process is not None
        ended = self.process.poll()
        assert ended is None, self.output.with_suffix(".err").read_text()
        return self.output.read_text().endswith("\n")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End everything; return the demonstration's exit code."""
        for folder in list(self.own):
            self.stop_own(folder)
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(number)
        return process.wait(timeout=PATIENCE)

    def serve(self, node: DemoNode) -> Path:
        """Serve *node* by a process of the test's own; return where its output goes."""
        output = self.folder.with_name(f"{node.folder.name}.serve")
        self.own[node.folder] = start("serve", "--node", node.folder, output=output)
        node.pid = self.own[node.folder].pid
        until(node.ready, f"{node.url} is ready")
        return output

    def stop_own(self, folder: Path, number: signal.Signals = signal.SIGTERM) -> int:
        """End a process of the test's own; return its exit code."""
        process = self.own.pop(folder)
        process.send_signal(number)
        return process.wait(timeout=PATIENCE)

    def take_over(self, node: DemoNode, number: signal.Signals) -> None:
        """End the process that serves *node* now."""
        if node.folder in self.own:
            self.stop_own(node.folder, number)
            return
        os.kill(node.pid, number)
        until(lambda: not node.ready(), f"{node.url} is down")


def is_running(pid: int) -> bool:
    """Whether there is such a process that is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children_of(pids: Sequence[int]) -> list[int]:
    """Return the processes that these processes started."""
    found = []
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found
