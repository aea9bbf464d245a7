"""The sink that takes deliveries on loopback, and offers published to inboxes there."""

import asyncio
import time
import urllib.request
from pathlib import Path

from node.control_socket import wake
from node.publishing.publish_documents import publish
from tests.bench import followers
from tests.bench.authored import offer_draft
from tests.bench.bench_node import BenchNode
from tests.bench.workbench import BenchError, Workbench

HOST = "127.0.0.1:9200"
ORIGIN = f"http://{HOST}"


def start_sink(bench: Workbench) -> None:
    """Start the sink and wait until it answers."""
    bench.floor("sink.py", url=f"{ORIGIN}/count")


async def add_followers(node: BenchNode, first: int, end: int) -> None:
    """Let the actors *first* to *end* of the sink follow the node's cluster."""
    await followers.add_followers(node, [f"{ORIGIN}/u/{number}" for number in range(first, end)])


def deliver(node: BenchNode, count: int) -> float:
    """Publish an offer; return the seconds until the sink has *count* deliveries."""
    ask("/reset")
    began = time.perf_counter()
    asyncio.run(publish_offer(node))
    wait_until_arrived(count, 90)
    return time.perf_counter() - began


def wait_until_arrived(count: int, seconds: float) -> int:
    """Return how many deliveries the sink has once that is *count* or more."""
    end_at = time.perf_counter() + seconds
    while (arrived := int(ask("/count"))) < count:
        if time.perf_counter() > end_at:
            raise BenchError(f"{arrived} of {count} deliveries arrived within {seconds} s")
        time.sleep(0.01)
    return arrived


async def publish_offer(node: BenchNode) -> None:
    """Publish an offer as a command does."""
    async with node.folder.open_database() as database, database.transaction() as connection:
        await publish(connection, node.folder.identity, [offer_draft(time.monotonic_ns())])
    await wake(Path(node.path))


def ask(path: str) -> str:
    """Return what the sink answers."""
    with urllib.request.urlopen(f"{ORIGIN}{path}", timeout=30) as answer:
        text: str = answer.read().decode()
        return text
