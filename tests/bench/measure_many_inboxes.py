"""One offer to 100,000 inboxes beside 1,000: what a delivery costs, in computing time.

Computing time and not what passes on the clock: a machine with other work to do would slow the
long run more than the short ones. To 100,000 the first deliveries are counted, while the most
wait behind them, and publishing by its share.
"""

import asyncio
import subprocess
import time

from tests.bench import sink
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.process_figures import cpu_seconds
from tests.bench.workbench import Workbench

ROUNDS = 3
SOME, MANY, COUNTED = 1_000, 100_000, 20_000
PATIENCE = 300.0


def measure(bench: Workbench) -> list[Figure]:
    """Return how many deliveries a second of computing makes, to many inboxes and to some."""
    sink.start_sink(bench)
    node = BenchNode.make(bench, "many-inboxes", peers=[sink.HOST])
    asyncio.run(sink.add_followers(node, 0, SOME))
    process = node.serve(bench)
    _rate(node, process, SOME, SOME)  # its keys are made and its code is warm
    some = max(_rate(node, process, SOME, SOME) for _ in range(ROUNDS))
    asyncio.run(sink.add_followers(node, SOME, MANY))
    return [
        Figure(
            name="fan-out, 100,000 beside 1,000",
            value=_rate(node, process, MANY, COUNTED),
            unit="per computing second",
            floor=some,
            floor_name="to 1,000",
            target=1.0,
            note="flat cost: a delivery to one of 100,000 inboxes costs what one of 1,000 does",
        )
    ]


def _rate(node: BenchNode, process: subprocess.Popen[bytes], inboxes: int, counted: int) -> float:
    """Publish to *inboxes*; return deliveries a second of computing, after *counted* of them."""
    sink.ask("/reset")
    here = time.process_time()
    asyncio.run(sink.publish_offer(node))
    publishing = time.process_time() - here
    served = cpu_seconds(process.pid)
    arrived = sink.wait_until_arrived(counted, PATIENCE)
    delivering = cpu_seconds(process.pid) - served
    return 1 / (publishing / inboxes + delivering / arrived)
