from dataclasses import dataclass
from typing import Any, cast

import pytest

from node.receiving.interest_offer import _may_ask


@dataclass
class KnownServer:
    """What a batch knows of one server."""

    mode: str
    state: str | None

    async def peer_state(self, host: str) -> str | None:
        return self.state


@pytest.mark.parametrize(
    ("mode", "state", "may"),
    [
        ("open", None, True),
        ("open", "pending", True),
        ("open", "blocked", False),
        ("approve", None, True),
        ("approve", "pending", True),
        ("approve", "approved", True),
        ("approve", "blocked", False),
        ("allowlist", None, False),
        ("allowlist", "pending", False),
        ("allowlist", "approved", True),
        ("allowlist", "blocked", False),
    ],
)
async def test_interest_comes_from_whom_the_mode_allows(
    mode: str, state: str | None, may: bool
) -> None:
    """Not only from those that this node follows; never from blocked servers."""
    batch = cast(Any, KnownServer(mode=mode, state=state))

    assert await _may_ask(batch, "b.example") is may
