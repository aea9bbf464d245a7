"""One offer to many inboxes, from the moment it is published to the last delivery."""

import asyncio
import time
import urllib.request
from pathlib import Path

from node.control_socket import wake
from node.publishing.publish_documents import publish
from node.storage import follows, peers, tables
from node.storage.actors import ActorRow
from node.storage.statements import values
from tests.bench import fedify_peer
from tests.bench.authored import offer_draft
from tests.bench.bench_actor import make_key
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.workbench import FLOORS, BenchError, Workbench, interleaved
from vocab.clock import timestamp

SINK_HOST = "127.0.0.1:9200"
SINK = f"http://{SINK_HOST}"
ROUNDS = 3
FEW, SOME, MANY = 100, 1_000, 10_000


def measure(bench: Workbench) -> list[Figure]:
    """Return deliveries a second to 1,000 inboxes, and how the cost grows from 100 to 10,000."""
    make_key(bench)
    bench.floor("sink.py", url=f"{SINK}/count")
    node = BenchNode.make(bench, "fan-out", peers=[SINK_HOST])
    asyncio.run(_add_followers(node, 0, FEW))
    node.serve(bench)
    few = FEW / min(_deliver(node, FEW) for _ in range(ROUNDS))
    asyncio.run(_add_followers(node, FEW, SOME))
    _deliver(node, SOME)
    ours, floor = interleaved(
        ROUNDS, lambda _: SOME / _deliver(node, SOME), lambda _: _floor(bench)
    )
    figures = [_figure(ours, floor, "bare client", 0.6), *_fedify(bench, ours)]
    asyncio.run(_add_followers(node, SOME, MANY))
    many = MANY / _deliver(node, MANY)
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
    _ask("/reset")
    began = time.perf_counter()
    process.wait(100)
    took = time.perf_counter() - began
    if process.returncode != 0 or int(_ask("/count")) < SOME:
        raise BenchError(f"Fedify delivered {_ask('/count')} of {SOME}")
    printed = bench.log_end().rpartition("s ")[2].strip().removesuffix("/s")
    rate = float(printed) if printed.isdecimal() else SOME / took
    return [_figure(ours, rate, "Fedify 2.3.6", 5)]


async def _add_followers(node: BenchNode, first: int, end: int) -> None:
    """Let the actors *first* to *end* of the sink follow the node's cluster."""
    now, cluster = timestamp(), node.folder.identity.cluster
    rows = [
        ActorRow(
            iri=f"{SINK}/u/{number}",
            kind="other",
            local=False,
            host=SINK_HOST,
            inbox=f"{SINK}/u/{number}/inbox",
        )
        for number in range(first, end)
    ]
    async with node.folder.open_database() as database, database.transaction() as connection:
        await peers.upsert_seen(connection, SINK_HOST, now=now)
        await connection.execute(tables.actors.insert(), [values(row) for row in rows])
        for row in rows:
            await follows.upsert(
                connection,
                follower=row.iri,
                followed=cluster,
                activity=f"{row.iri}/follow",
                state="accepted",
                follower_local=False,
                at=now,
            )


def _deliver(node: BenchNode, count: int) -> float:
    """Publish an offer; return the seconds until the sink has *count* deliveries."""
    _ask("/reset")
    began = time.perf_counter()
    asyncio.run(_publish(node))
    while (arrived := int(_ask("/count"))) < count:
        if time.perf_counter() - began > 90:
            raise BenchError(f"{arrived} of {count} deliveries arrived within 90 s")
        time.sleep(0.01)
    return time.perf_counter() - began


async def _publish(node: BenchNode) -> None:
    async with node.folder.open_database() as database, database.transaction() as connection:
        await publish(connection, node.folder.identity, [offer_draft(time.monotonic_ns())])
    await wake(Path(node.path))


def _floor(bench: Workbench) -> float:
    printed = bench.run_python(str(FLOORS / "floor_fanout.py"), str(SOME))
    return float(printed.strip().removesuffix("/s"))


def _ask(path: str) -> str:
    with urllib.request.urlopen(f"{SINK}{path}", timeout=30) as answer:
        text: str = answer.read().decode()
        return text
