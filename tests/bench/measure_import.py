"""A spreadsheet of 1,000 members imported by the command, with validation."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import node.demo
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.workbench import ROOT, BenchError, Workbench

SHEET = Path(node.demo.__file__).parent / "data" / "spreadsheets" / "scd-members.csv"


def measure(bench: Workbench) -> list[Figure]:
    """Return the seconds of the whole command, and the most memory that it took."""
    made = BenchNode.make(bench, "import")
    argv = [sys.executable, "-m", "node", "members", "import", str(SHEET)]
    began = time.perf_counter()
    done = subprocess.run(
        [*argv, "--node", str(made.path)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise BenchError(f"the import failed: {done.stderr[-500:]}")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        Figure(
            name="import of 1,000 members",
            value=seconds,
            unit="s",
            target=5,
            smaller_is_better=True,
            note="the whole command, the start of Python included",
        ),
        Figure(name="import, most memory of a process", value=most, unit="MiB"),
    ]
