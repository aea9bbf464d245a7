"""A spreadsheet of 1,000 members imported by the command, with validation."""

import re
import subprocess
import sys
import time
from pathlib import Path

import node.demo
from tests.bench.bench_node import BenchNode
from tests.bench.figures import Figure
from tests.bench.process_figures import most_mib
from tests.bench.workbench import ROOT, BenchError, Workbench

#: Of the thousand rows two are to be refused.
LEAST = 990
SHEET = Path(node.demo.__file__).parent / "data" / "spreadsheets" / "scd-members.csv"


def measure(bench: Workbench) -> list[Figure]:
    """Return the seconds of the whole command, and the most memory that it took."""
    made = BenchNode.make(bench, "import")
    argv = [sys.executable, "-m", "node", "members", "import", str(SHEET)]
    began = time.perf_counter()
    with (bench.folder / "import.log").open("w+") as log:
        process = subprocess.Popen(
            [*argv, "--node", str(made.path)], cwd=ROOT, stdout=log, stderr=log, text=True
        )
        most = most_mib(process)
        seconds = time.perf_counter() - began
        log.seek(0)
        said = log.read()
    created = re.search(r"create (\d+)", said)
    if process.returncode != 0 or created is None or int(created[1]) < LEAST:
        raise BenchError(f"the import failed: {said[-500:]}")
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
