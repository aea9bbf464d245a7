"""Two nodes of the demonstration with all their content, following each other."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from node.demo.clusters import DemoCluster, demo_clusters
from node.desk.follow_address import follow_address
from node.node_folder import NodeFolder
from tests.acceptance.served_node import free_port, plain_environment

SLUGS = ("digin", "infinit")
#: Seconds until both must hold each other's things.
PATIENCE = 60.0
#: What each must hold of the other.
LISTS = ("offers", "needs", "cases", "practices", "events", "concepts", "members")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPair:
    """Digin, whose pages are looked at, and InfinIT, of which it holds everything."""

    digin: str
    infinit: str
    folder: Path


@contextmanager
def demo_pair(folder: Path) -> Iterator[DemoPair]:
    """Yield the nodes at work in *folder*."""
    base_port = _free_pair()
    clusters = [one for one in demo_clusters(base_port) if one.slug in SLUGS]
    making = [_set_up(cluster, folder, base_port) for cluster in clusters]
    assert [process.wait(PATIENCE) for process in making] == [0, 0]
    with ExitStack() as stack:
        for cluster in clusters:
            stack.enter_context(_serving(cluster, folder / cluster.slug))
        for one, other in (clusters, clusters[::-1]):
            asyncio.run(follow_address(NodeFolder.read(folder / one.slug), other.address))
        for one, other in (clusters, clusters[::-1]):
            _wait_until(partial(_held, one, other))
        digin, infinit = clusters
        yield DemoPair(digin=digin.base_url, infinit=infinit.base_url, folder=folder / digin.slug)


def _free_pair() -> int:
    """Return a port that is free, as is the next: the clusters' ports follow each other."""
    while True:
        port = free_port()
        if port < 65_000 and _is_free(port + 1):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _set_up(cluster: DemoCluster, folder: Path, base_port: int) -> subprocess.Popen[bytes]:
    """Make a node in a process of its own, as the demonstration does."""
    program = [sys.executable, "-m", "node.demo.set_up_node"]
    arguments = [cluster.slug, str(folder / cluster.slug), str(base_port)]
    return subprocess.Popen([*program, *arguments], env=plain_environment())


@contextmanager
def _serving(cluster: DemoCluster, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "node", "serve", "--quiet", "--node", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=plain_environment(), stdout=log, stderr=log)
        try:
            _wait_until(partial(_answers, cluster), process)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _answers(cluster: DemoCluster) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{cluster.port}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, HTTPException):
        # Where nobody listens yet, a connection may come out at its own port and hear itself.
        return False


def _held(one: DemoCluster, other: DemoCluster) -> bool:
    """Whether *one* shows as much of *other* in every list as *other* itself does."""
    return all(_total(one, other, name) == _total(other, other, name) for name in LISTS)


def _total(at: DemoCluster, origin: DemoCluster, name: str) -> str:
    address = f"http://127.0.0.1:{at.port}/{name}?origin=localhost:{origin.port}"
    request = Request(address, headers={"Accept": "text/html", "Accept-Language": "da"})
    with urlopen(request, timeout=10) as response:  # noqa: S310  # an address of loopback
        page = response.read().decode()
    return str(page.partition("</h1>")[0].rpartition("<h1>")[2])


def _wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert process is None or process.poll() is None, "a node ended at its start"
        assert time.monotonic() < deadline, "the nodes did not become ready"
        time.sleep(0.1)
