"""The bytes of all bodies that are being read or verified at the same time are bounded."""

from contextlib import suppress

import pytest

from federation.errors import TooMuchAtOnce
from node.endpoints.body_budget import SMALL, BodyBudget


def test_bodies_share_one_budget():
    """What one body has taken no other can take, until its block ends."""
    budget = BodyBudget(4 * SMALL)
    with budget.share() as first, budget.share() as second:
        first.take(2 * SMALL)
        with pytest.raises(TooMuchAtOnce) as caught:
            second.take(2 * SMALL)
        second.take(SMALL)
        assert budget.taken == 3 * SMALL
    assert caught.value.status == 503
    assert caught.value.retry_after
    assert budget.taken == 0


def test_large_bodies_leave_room_for_small_ones():
    """A quarter of the budget is for small bodies alone; beyond it nobody gets any."""
    budget = BodyBudget(4 * SMALL)
    with budget.share() as large, budget.share() as small, budget.share() as late:
        large.take(3 * SMALL)
        with pytest.raises(TooMuchAtOnce):
            large.take(1)
        small.take(SMALL)
        with pytest.raises(TooMuchAtOnce):
            late.take(1)


def test_a_body_that_fails_gives_its_share_back():
    """Also where the block ends with an error."""
    budget = BodyBudget()
    with suppress(ConnectionError), budget.share() as share:
        share.take(1)
        raise ConnectionResetError
    assert budget.taken == 0
