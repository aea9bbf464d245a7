"""From publishing at one node to the answer of another's SPARQL, idle and under load."""

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp

from federation.draft_cavage import sign_request
from federation.keys import load_private
from node.control_socket import wake
from node.desk.follow_address import follow_address
from node.publishing.publish_documents import publish
from tests.bench.authored import offer_draft
from tests.bench.bench_actor import (
    ACTOR,
    HOST,
    created_offers,
    let_follow,
    make_key,
    start_actor_server,
)
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.workbench import BenchError, Workbench, free_port

SAMPLES = 20
#: Activities a second that each node takes in under load.
LOAD = 100
#: How long publishing goes on under load at most, in seconds.
LONGEST = 40


def measure(bench: Workbench) -> list[Figure]:
    """Return the 95th percentile of the seconds until the other node answers."""
    key = make_key(bench)
    ports = [free_port(), free_port()]
    peers = [HOST, *(f"127.0.0.1:{port}" for port in ports)]
    nodes = [
        BenchNode.at(bench, name, port, peers)
        for name, port in zip(("first", "second"), ports, strict=True)
    ]
    start_actor_server(bench)
    for node in nodes:
        asyncio.run(let_follow(node.folder, key))
        node.serve(bench)
    private = (bench.folder / "key.pem").read_text()
    idle, loaded, rates = asyncio.run(_measure(nodes, private))
    note = f"while the two took {rates[0]:.0f} and {rates[1]:.0f} activities/s"
    return [_figure("publish to remote SPARQL, idle", idle), _figure("… under load", loaded, note)]


def _figure(name: str, seconds: Sequence[float], note: str = "") -> Figure:
    worst = statistics.quantiles(seconds, n=20)[-1]
    middle = f"p95 of {len(seconds)}, median {statistics.median(seconds):.2f} s"
    return Figure(
        name=name,
        value=worst,
        unit="s",
        target=1.5,
        smaller_is_better=True,
        note=f"{middle}; {note}" if note else middle,
    )


async def _measure(
    nodes: Sequence[BenchNode], private: str
) -> tuple[list[float], list[float], list[float]]:
    source, target = nodes
    await follow_address(target.folder, source.folder.identity.cluster)
    async with aiohttp.ClientSession() as session:
        await _seconds_until_answered(session, source, target, 0, patience=30)
        idle = [
            await _seconds_until_answered(session, source, target, number)
            for number in range(1, SAMPLES + 1)
        ]
        stop = asyncio.Event()
        loads = [asyncio.create_task(_load(session, node, private, stop)) for node in nodes]
        await asyncio.sleep(2)
        loaded: list[float] = []
        began = time.perf_counter()
        while len(loaded) < SAMPLES and time.perf_counter() - began < LONGEST:
            number = SAMPLES + 1 + len(loaded)
            loaded.append(await _seconds_until_answered(session, source, target, number))
        stop.set()
        return idle, loaded, list(await asyncio.gather(*loads))


async def _seconds_until_answered(
    session: aiohttp.ClientSession,
    source: BenchNode,
    target: BenchNode,
    number: int,
    *,
    patience: float = 20,
) -> float:
    draft = offer_draft(number)
    began = time.perf_counter()
    async with source.folder.open_database() as database:
        began = time.perf_counter()
        async with database.transaction() as connection:
            (published,) = await publish(connection, source.folder.identity, [draft])
    await wake(Path(source.path))
    query = {"query": f"ASK {{ <{published.iri}> ?p ?o }}", "format": "json"}
    while time.perf_counter() - began < patience:
        async with session.get(target.url("/sparql"), params=query) as answer:
            if (await answer.json(content_type=None))["boolean"]:
                return time.perf_counter() - began
        await asyncio.sleep(0.02)
    raise BenchError(f"{published.iri} was not at the other node within {patience} s")


async def _load(
    session: aiohttp.ClientSession, node: BenchNode, private: str, stop: asyncio.Event
) -> float:
    """Post signed offers, so many a second, until *stop*; return how many a second it was."""
    loop, sent, began = asyncio.get_running_loop(), 0, time.perf_counter()
    requests = _signed(node, private)
    posts: set[asyncio.Task[None]] = set()
    while not stop.is_set():
        body, headers = await loop.run_in_executor(None, next, requests)
        task = asyncio.create_task(_post(session, node, body, headers))
        posts.add(task)
        task.add_done_callback(posts.discard)
        sent += 1
        await asyncio.sleep(max(0, began + sent / LOAD - time.perf_counter()))
    await asyncio.gather(*posts)
    return sent / (time.perf_counter() - began)


async def _post(
    session: aiohttp.ClientSession, node: BenchNode, body: bytes, headers: dict[str, str]
) -> None:
    async with session.post(node.url("/inbox"), data=body, headers=headers) as answer:
        if answer.status != 202:
            raise BenchError(f"the inbox answered {answer.status}: {await answer.text()}")


def _signed(node: BenchNode, private: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield requests to the node's inbox."""
    for _, text in created_offers(sys.maxsize, run=f"load-{node.port}"):
        body = text.encode()
        yield (
            body,
            sign_request(
                method="POST",
                url=node.url("/inbox"),
                body=body,
                key_id=f"{ACTOR}#main-key",
                private_key=load_private(private),
            ),
        )
