"""Where a collaboration stands, and where it can go from there."""

from collections.abc import Mapping
from typing import Final

#: Which stages may follow which. What has ended stays so: whoever goes on begins a new one.
NEXT_STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "idea": ("seeking", "applying", "running", "ended"),
    "seeking": ("idea", "applying", "running", "ended"),
    "applying": ("seeking", "running", "ended"),
    "running": ("seeking", "ended"),
    "ended": (),
}


def may_follow(before: str, now: str) -> bool:
    """Say whether a collaboration that stood at *before* may stand at *now*."""
    return now == before or now in NEXT_STAGES.get(before, (now,))
