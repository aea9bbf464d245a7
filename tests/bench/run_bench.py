"""Measure the node beside its floors: ``python -m tests.bench.run_bench [PART …]``.

Without a part all are measured, in about ten minutes. A figure counts as a ratio to its
floor, measured in the same run; the table and a file in bench-results/ tell both.
"""

import argparse
import importlib
import json
import platform
import signal
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figures import Figure, table
from tests.bench.workbench import RESULTS, BenchError, Workbench

#: The parts in their order; each is a module ``measure_…`` with a function ``measure``.
PARTS = (
    "inbox",
    "processing",
    "fan_out",
    "many_inboxes",
    "slow_peer",
    "documents",
    "sparql",
    "latency",
    "import",
    "footprint",
)


def main() -> int:
    """Measure what the command line names; return 1 where a part failed or fell short."""
    names = _arguments().parts or list(PARTS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends too
    figures: list[Figure] = []
    failed = False
    for name in names:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            found = _measured(name)
            figures += found
            print(table(found), file=sys.stderr)
        except BenchError as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
        except Exception:
            failed = True
            traceback.print_exc()
        print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    print(f"Written to {_save(figures)}")
    return 1 if failed or any(figure.verdict == "SHORT" for figure in figures) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the node beside its floors.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}")
    found = parser.parse_args()
    unknown = [name for name in found.parts if name not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    return found


def _measured(name: str) -> list[Figure]:
    module = importlib.import_module(f"tests.bench.measure_{name}")
    folder = Path(tempfile.mkdtemp(prefix=f"skagerrak-bench-{name}-"))
    with Workbench(folder=folder) as bench:
        try:
            found: list[Figure] = module.measure(bench)
        except Exception:
            print(bench.log_end(), file=sys.stderr)
            raise
        return found


def _save(figures: list[Figure]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.now(UTC)
    path = RESULTS / f"bench-{moment:%Y%m%d-%H%M%S}.json"
    content = {
        "measured_at": moment.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "figures": [figure.as_json() for figure in figures],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
