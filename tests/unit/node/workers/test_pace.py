"""How long work that can wait rests."""

import asyncio
from collections.abc import Callable

import pytest

from node.workers import pace

Rested = Callable[[float, float], float]


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> Rested:
    """Return how long a worker rests after some work beside a loop that computes so much."""
    clock = {"now": 100.0, "computed": 0.0}

    def run(worked: float, share: float) -> float:
        async def sleep(seconds: float) -> None:
            clock["now"] += seconds
            clock["computed"] += seconds * share

        monkeypatch.setattr("node.workers.pace.asyncio.sleep", sleep)
        monkeypatch.setattr("node.workers.pace.time.monotonic", lambda: clock["now"])
        monkeypatch.setattr("node.workers.pace.time.thread_time", lambda: clock["computed"])
        before = clock["now"]
        asyncio.run(pace.give_way(worked))
        return clock["now"] - before

    return run


def test_beside_an_idle_loop_work_goes_on_at_once(rested: Rested) -> None:
    """One look is enough, however long the work took."""
    assert rested(10.0, 0.1) < 0.02


def test_beside_a_busy_loop_work_takes_an_eighth_of_the_time(rested: Rested) -> None:
    """The rest ends although the loop stays busy, so a flood holds nothing up for ever."""
    assert rested(1.0, 0.9) == pytest.approx(7.0, abs=0.02)
