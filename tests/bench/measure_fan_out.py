"""One offer to many inboxes, from the moment it is published to the last delivery."""

import asyncio
import time

from tests.bench import fedify_peer, sink
from tests.bench.bench_actor import make_key
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.workbench import FLOORS, BenchError, Workbench, interleaved

ROUNDS = 3
FEW, SOME, MANY = 100, 1_000, 10_000


def measure(bench: Workbench) -> list[Figure]:
    """Return deliveries a second to 1,000 inboxes, and how the cost grows from 100 to 10,000."""
    make_key(bench)
    sink.start_sink(bench)
    node = BenchNode.make(bench, "fan-out", peers=[sink.HOST])
    asyncio.run(sink.add_followers(node, 0, FEW))
    node.serve(bench)
    few = FEW / min(sink.deliver(node, FEW) for _ in range(ROUNDS))
    asyncio.run(sink.add_followers(node, FEW, SOME))
    sink.deliver(node, SOME)
    ours, floor = interleaved(
        ROUNDS, lambda _: SOME / sink.deliver(node, SOME), lambda _: _floor(bench)
    )
    figures = [_figure(ours, floor, "bare client", 0.6), *_fedify(bench, ours)]
    asyncio.run(sink.add_followers(node, SOME, MANY))
    many = MANY / sink.deliver(node, MANY)
    return [
        *figures,
        Figure(
            name="fan-out, 10,000 beside 100",
            value=many,
            unit="/s",
            floor=few,
            floor_name="to 100",
            target=1.0,
            note="flat cost: the rate to 10,000 inboxes is that to 100, or better",
        ),
    ]


def _figure(rate: float, floor: float, floor_name: str, target: float) -> Figure:
    return Figure(
        name="fan-out to 1,000",
        value=rate,
        unit="/s",
        floor=floor,
        floor_name=floor_name,
        target=target,
    )


def _fedify(bench: Workbench, ours: float) -> list[Figure]:
    try:
        fedify_peer.install()
    except BenchError as error:
        return [Figure(name="fan-out beside Fedify", value=ours, unit="/s", note=str(error))]
    process = bench.start([str(fedify_peer.NODE), fedify_peer.program("fanout.mjs"), str(SOME)])
    sink.ask("/reset")
    began = time.perf_counter()
    process.wait(100)
    took = time.perf_counter() - began
    if process.returncode != 0 or int(sink.ask("/count")) < SOME:
        raise BenchError(f"Fedify delivered {sink.ask('/count')} of {SOME}")
    printed = bench.log_end().rpartition("s ")[2].strip().removesuffix("/s")
    rate = float(printed) if printed.isdecimal() else SOME / took
    return [_figure(ours, rate, "Fedify 2.3.6", 5)]


def _floor(bench: Workbench) -> float:
    printed = bench.run_python(str(FLOORS / "floor_fanout.py"), str(SOME))
    return float(printed.strip().removesuffix("/s"))
