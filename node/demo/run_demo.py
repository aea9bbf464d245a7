"""Run the demonstration: set up what is not there, serve, let the nodes follow each other."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from node.demo.clusters import DemoCluster, demo_clusters
from node.demo.set_up_node import DONE
from node.desk.follow_address import follow_address
from node.desk.sign_in import make_link
from node.errors import NodeBusy, NodeError
from node.node_folder import NodeFolder

#: Longest wait for one step, in seconds; the slowest machines are slow.
PATIENCE = 120.0
ASK_EVERY = 0.2
#: Who is at the desk of each node of the demonstration.
DESK_PERSON = "Demo"
RECEIVED_AT = "https://w3id.org/skagerrak/ns#receivedAt"
Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class DemoNode:
    """A node of the demonstration and the process that serves it."""

    cluster: DemoCluster
    folder: Path
    process: asyncio.subprocess.Process


async def run_demo(
    folder: Path, base_port: int, say: Say, ready: Callable[[list[dict[str, object]]], None]
) -> None:
    """Run the three nodes until SIGINT or SIGTERM; *ready* is called once all is there."""
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    clusters = demo_clusters(base_port)
    check_ports(clusters)
    await until(stopped, set_up(clusters, folder, base_port, say))
    if stopped.is_set():
        return
    async with serving(clusters, folder, base_port) as nodes:
        await until(stopped, become_ready(nodes, say))
        if stopped.is_set():
            return
        ready([await described(node) for node in nodes])
        watch = [asyncio.create_task(node.process.wait()) for node in nodes]
        await stopped.wait()
        for task in watch:
            task.cancel()


async def until(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do *work*, unless the program is told to stop first."""
    task = asyncio.create_task(work)
    stop = asyncio.create_task(stopped.wait())
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return
    task.result()


def check_ports(clusters: Sequence[DemoCluster]) -> None:
    """Raise NodeBusy where a port of the demonstration is taken."""
    for cluster in clusters:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", cluster.port))
            except OSError as error:
                raise NodeBusy(
                    f"Port {cluster.port} is taken, and the node of {cluster.name} needs it.",
                    remedy="Choose others with --base-port, or stop the program that uses it.",
                ) from error


async def set_up(clusters: Sequence[DemoCluster], folder: Path, base_port: int, say: Say) -> None:
    """Make the nodes that are not there yet, side by side."""
    missing = [cluster for cluster in clusters if not (folder / cluster.slug / DONE).exists()]
    for cluster in clusters:
        if cluster not in missing:
            check_same_address(cluster, folder / cluster.slug)
    await asyncio.gather(
        *(set_up_one(cluster, folder / cluster.slug, base_port) for cluster in missing)
    )
    say(
        f"[1/3] {len(missing)} nodes imported and published" if missing else "[1/3] nodes are there"
    )


def check_same_address(cluster: DemoCluster, folder: Path) -> None:
    """Raise NodeError where the node in *folder* was made for other ports."""
    made_for = NodeFolder.read(folder).identity.base_url
    if made_for != cluster.base_url:
        raise NodeError(
            f"The node of {cluster.name} in {folder} has the address {made_for}, "
            f"not {cluster.base_url}, and addresses do not change.",
            remedy="Give the --base-port of the first time, or another folder with --dir.",
        )


async def set_up_one(cluster: DemoCluster, folder: Path, base_port: int) -> None:
    """Make one node in a process of its own; what a former run left half done goes first."""
    clear(folder)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "node.demo.set_up_node",
        cluster.slug,
        str(folder),
        str(base_port),
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, complaint = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise NodeError(
            f"The node of {cluster.name} could not be set up.",
            remedy=complaint.decode(errors="replace").strip()[-2000:],
        )


#: What a half-made node consists of; nothing else in its folder is touched.
PARTS = ("skagerrak.toml", "skagerrak.db", "skagerrak.db-wal", "skagerrak.db-shm", "serve.lock")


def clear(folder: Path) -> None:
    """Remove a half-made node."""
    for name in PARTS:
        (folder / name).unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def serving(
    clusters: Sequence[DemoCluster], folder: Path, base_port: int
) -> AsyncIterator[list[DemoNode]]:
    """Yield the nodes, each served by a process of its own that ends with the block."""
    nodes = []
    try:
        for cluster in clusters:
            place = folder / cluster.slug
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "node",
                "serve",
                "--quiet",
                "--node",
                str(place),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
            nodes.append(DemoNode(cluster=cluster, folder=place, process=process))
        yield nodes
    finally:
        await stop(nodes)


async def stop(nodes: Sequence[DemoNode]) -> None:
    """End every node, gently at first."""
    for node in nodes:
        if node.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                node.process.terminate()
    for node in nodes:
        try:
            await asyncio.wait_for(node.process.wait(), 20)
        except TimeoutError:
            node.process.kill()
            await node.process.wait()


async def become_ready(nodes: Sequence[DemoNode], say: Say) -> None:
    """Wait until all answer, follow each other, hold each other's things and can be queried."""
    async with aiohttp.ClientSession() as session:
        for node in nodes:
            await wait_for(node, "answers", partial(answers, session, node))
        say("[2/3] nodes answer")
        for node in nodes:
            for other in nodes:
                if other is not node:
                    await follow_address(NodeFolder.read(node.folder), other.cluster.address)
        # Every node also holds its own cluster, which the changes do not tell of.
        wanted = sum([await public_count(session, node) for node in nodes]) + 1
        for node in nodes:
            held = partial(holds, session, node, wanted)
            await wait_for(node, "holds what the others publish", held)
        say("[3/3] nodes follow each other and hold each other's things")


async def wait_for(node: DemoNode, what: str, holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until *holds* is true; raise NodeError where it never is, or the node ended."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await holds():
        if node.process.returncode is not None:
            raise NodeError(
                f"The node of {node.cluster.name} ended at its start.",
                remedy=f"Run it alone to see why: skagerrak serve --node {node.folder}",
            )
        if asyncio.get_running_loop().time() > deadline:
            raise NodeError(f"It took too long until the node of {node.cluster.name} {what}.")
        await asyncio.sleep(ASK_EVERY)


async def answers(session: aiohttp.ClientSession, node: DemoNode) -> bool:
    """Whether the node is ready for requests."""
    try:
        async with session.get(f"http://127.0.0.1:{node.cluster.port}/readyz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def holds(session: aiohttp.ClientSession, node: DemoNode, wanted: int) -> bool:
    """Whether *node* answers queries about *wanted* documents, all nodes' public ones."""
    query = (
        "SELECT (COUNT(?document) AS ?n) WHERE { "
        f"GRAPH <{node.cluster.base_url}/provenance> {{ ?document <{RECEIVED_AT}> ?time }} }}"
    )
    url = f"http://127.0.0.1:{node.cluster.port}/sparql"
    headers = {"Accept": "application/sparql-results+json"}
    async with session.post(url, data={"query": query}, headers=headers) as response:
        if response.status != 200:
            return False
        found = await response.json(content_type=None)
    return int(found["results"]["bindings"][0]["n"]["value"]) >= wanted


async def public_count(session: aiohttp.ClientSession, node: DemoNode) -> int:
    """Return how many public things *node* says it has."""
    url = f"http://127.0.0.1:{node.cluster.port}/cluster/changes"
    async with session.get(url) as response:
        document = await response.json(content_type=None)
    return int(document["totalItems"])


async def described(node: DemoNode) -> dict[str, object]:
    """Return what ``demo --json`` says of a node (DESIGN §6), with a new link to its desk."""
    folder = NodeFolder.read(node.folder)
    async with folder.open_database() as database, database.transaction() as connection:
        link = await make_link(connection, folder.settings.desk, DESK_PERSON, node.cluster.language)
    return {
        "name": node.cluster.name,
        "url": node.cluster.base_url,
        "actor": f"{node.cluster.base_url}/cluster",
        "desk_url": link.address(folder.identity),
        "dir": str(node.folder),
        "pid": node.process.pid,
    }
