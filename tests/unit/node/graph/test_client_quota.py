"""Processor time is shared out by the minute."""

import pytest

from node.graph.client_quota import ClientQuota
from node.graph.errors import TooManyQueries


def test_what_is_used_comes_back_evenly() -> None:
    """A client that used its minute is told when to return, and may return then."""
    now = 0.0
    quota = ClientQuota(60, clock=lambda: now)
    quota.check("a")
    quota.charge("a", 70)
    with pytest.raises(TooManyQueries) as caught:
        quota.check("a")

    assert caught.value.retry_after == 11
    now = 11.0
    quota.check("a")


def test_clients_do_not_pay_for_each_other() -> None:
    """One that has nothing left takes nothing from another."""
    quota = ClientQuota(60, clock=lambda: 0.0)
    quota.charge("a", 1000)
    quota.check("b")
