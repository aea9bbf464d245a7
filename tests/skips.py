"""In CI nothing that can be installed is skipped.

Where the variable CI is true, a test that was skipped fails, unless what it lacks is conformance
data of other projects, which is no part of the repository.
"""

import os
from typing import Any

#: Stands in the reason of every skip for want of that data.
SUITES = "SKAGERRAK_SUITES"


def is_excused(reason: str) -> bool:
    """Whether a test may be skipped in CI for this *reason*."""
    return SUITES in reason


def fail_in_ci(report: Any) -> None:
    """Make a failure of *report*, of a test or of collecting, if it tells of an unexcused skip."""
    if os.environ.get("CI") != "true" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not is_excused(reason):
        report.outcome = "failed"
        report.longrepr = f"In CI this must not be skipped. {reason}"
