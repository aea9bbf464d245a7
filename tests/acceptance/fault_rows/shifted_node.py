"""The command ``skagerrak`` by a clock that is off by as many seconds as a file says.

Started by a test: ``python -m tests.acceptance.fault_rows.shifted_node FILE …``.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from vocab import clock

OFFSET = Path(sys.argv.pop(1))
true_time = clock.now


def shifted_time() -> datetime:
    """Return the time that this process takes for the true one."""
    return true_time() + timedelta(seconds=float(OFFSET.read_text()))


if __name__ == "__main__":
    clock.now = shifted_time  # before anything else takes it from there
    from node.cli.main import main

    main()
