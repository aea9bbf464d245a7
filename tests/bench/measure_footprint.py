"""What an idle node takes, how fast it is there, and how fast the demonstration is."""

import shutil
import signal
import subprocess
import sys
import time

from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.process_figures import proportional_mib
from tests.bench.workbench import ROOT, BenchError, Workbench, free_port, wait_for

#: A node that has just started still tidies up.
SETTLE = 5.0


def measure(bench: Workbench) -> list[Figure]:
    """Return start-up times and the proportional set size of an idle node."""
    node = BenchNode.make(bench, "footprint")
    began = time.perf_counter()
    process = node.launch(bench)
    wait_for(node.url("/readyz"), process)
    ready = time.perf_counter() - began
    time.sleep(SETTLE)
    size = proportional_mib(process.pid)
    return [
        Figure(name="serve until ready", value=ready, unit="s", target=2, smaller_is_better=True),
        Figure(
            name="idle node, all processes",
            value=size,
            unit="MiB",
            target=180,
            smaller_is_better=True,
        ),
        Figure(
            name="demo until ready",
            value=_demo(bench),
            unit="s",
            target=20,
            smaller_is_better=True,
            note="three nodes made, served, following each other, backfilled, queryable",
        ),
    ]


def _demo(bench: Workbench) -> float:
    folder, port = bench.folder / "demo", free_port()
    began = time.perf_counter()
    argv = [sys.executable, "-m", "node", "demo", "--dir", str(folder), "--base-port", str(port)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout or ():
                if line.startswith("ready"):
                    return time.perf_counter() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
            shutil.rmtree(folder, ignore_errors=True)
    raise BenchError("the demonstration never got ready")
