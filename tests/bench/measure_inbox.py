"""Signed activities accepted durably: the node, its floors and Fedify, one after the other."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.bench import fedify_peer
from tests.bench.bench_actor import HOST, let_follow, sign_requests, start_actor_server
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.workbench import BenchError, Workbench, free_port, good, interleaved, wait_for, wrk

ROUNDS = 3
SECONDS = 2
CONNECTIONS = 48
#: More than a round sends: a replayed activity would measure the duplicate check.
REQUESTS = 14_000


def measure(bench: Workbench) -> list[Figure]:
    """Return accepted activities a second, beside verify, durable and Fedify."""
    node = BenchNode.make(bench, "inbox", peers=[HOST])
    host = f"127.0.0.1:{node.port}"
    scripts = [
        sign_requests(bench, REQUESTS, host=host, path="/inbox", name=f"round{number}")
        for number in range(ROUNDS)
    ]
    asyncio.run(let_follow(node.folder, (bench.folder / "pub.pem").read_text()))
    start_actor_server(bench)
    node.serve(bench)
    floors = {mode: _floor(bench, mode) for mode in ("durable", "verify")}
    runs = [_loaded(url, scripts) for url in (node.url("/inbox"), *floors.values())]
    note = ""
    try:
        runs.append(_loaded(_start_fedify(bench), scripts))
    except BenchError as error:
        note = str(error)
    rate, durable, verify, *fedify = interleaved(ROUNDS, *runs)
    figures = [
        _figure("inbox", rate, durable, "durable", target=0.6),
        _figure("inbox", rate, verify, "verify"),
    ]
    if fedify:
        return [*figures, _figure("inbox", rate, fedify[0], "Fedify 2.3.6", target=8)]
    return [*figures, Figure(name="inbox", value=rate, unit="/s", note=note)]


def _figure(
    name: str, rate: float, floor: float, floor_name: str, target: float | None = None
) -> Figure:
    return Figure(
        name=name, value=rate, unit="/s", floor=floor, floor_name=floor_name, target=target
    )


def _floor(bench: Workbench, mode: str) -> str:
    port = free_port()
    url = f"http://127.0.0.1:{port}/inbox"
    bench.floor("floor_inbox.py", mode, str(port), url=url)
    return url


def _start_fedify(bench: Workbench) -> str:
    fedify_peer.install()
    process = bench.start([str(fedify_peer.NODE), fedify_peer.program("inbox.mjs")])
    url = f"http://127.0.0.1:{fedify_peer.PORT}/inbox"
    wait_for(url, process, any_answer=True)
    return url


def _loaded(url: str, scripts: list[Path]) -> Callable[[int], float]:
    def run(number: int) -> float:
        load = wrk(url, seconds=SECONDS, connections=CONNECTIONS, script=scripts[number])
        return good(load, url)

    return run
