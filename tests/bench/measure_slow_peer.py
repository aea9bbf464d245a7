"""How long others wait for their messages when one server answers only after 20 s.

Two nodes take turns, so that both see the same machine: one is followed by quick servers only,
the other by the same and a slow one.
"""

import asyncio
import statistics
import time

from node.control_socket import wake
from node.publishing.publish_documents import publish
from node.storage.database import Database
from tests.bench.authored import offer_draft
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.followers import add_followers
from tests.bench.slow_peers import QUICK, PeerHosts
from tests.bench.workbench import BenchError, Workbench

#: Offers published before it counts, and those that count.
WARM, OFFERS = 5, 40
PATIENCE = 60.0


def measure(bench: Workbench) -> list[Figure]:
    """Return the 95th percentile of what the quick servers wait, with and without a slow one."""
    return asyncio.run(_measure(bench))


async def _measure(bench: Workbench) -> list[Figure]:
    hosts = PeerHosts()
    async with hosts.serving():
        alone, beside = [
            await asyncio.to_thread(BenchNode.make, bench, name, peers=hosts.hosts)
            for name in ("alone", "beside")
        ]
        await add_followers(alone, hosts.quick)
        await add_followers(beside, [*hosts.quick, hosts.slow])
        for node in (alone, beside):
            await asyncio.to_thread(node.serve, bench)
        return [_figure(*await _take_turns(hosts, alone, beside))]


async def _take_turns(
    hosts: PeerHosts, alone: BenchNode, beside: BenchNode
) -> tuple[list[float], list[float], list[int]]:
    """Return the seconds of every message, without and with; how much the slow one had in hand."""
    without: list[float] = []
    with_slow: list[float] = []
    waiting: list[int] = []
    async with alone.folder.open_database() as one, beside.folder.open_database() as other:
        for number in range(WARM + OFFERS):
            quiet = await _seconds(hosts, alone, one, number)
            disturbed = await _seconds(hosts, beside, other, number)
            if number >= WARM:
                without += quiet
                with_slow += disturbed
                waiting.append(hosts.waiting)
    return without, with_slow, waiting


async def _seconds(
    hosts: PeerHosts, node: BenchNode, database: Database, number: int
) -> list[float]:
    """Publish an offer; return after how many seconds each quick server had it."""
    hosts.expect()
    began = time.perf_counter()
    async with database.transaction() as connection:
        await publish(connection, node.folder.identity, [offer_draft(number)])
    await wake(node.path)
    return [arrived - began for arrived in await hosts.all_arrived(PATIENCE)]


def _figure(without: list[float], with_slow: list[float], waiting: list[int]) -> Figure:
    if not min(waiting):
        raise BenchError("the slow server had nothing in hand while it was measured")
    return Figure(
        name="delivery beside a server of 20 s",
        value=_p95(with_slow) * 1000,
        unit="ms",
        floor=_p95(without) * 1000,
        floor_name="without it",
        target=1.1,
        smaller_is_better=True,
        note=f"p95 of {OFFERS} offers to {QUICK} servers, published until arrived; "
        f"the slow one had up to {max(waiting)} in hand",
    )


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
