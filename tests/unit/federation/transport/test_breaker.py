from datetime import UTC, datetime, timedelta

from federation.breaker import Breaker, BreakerPhase, BreakerState

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(now: datetime = NOW) -> Breaker:
    breaker = Breaker()
    for _ in range(5):
        breaker.failed(now)
    return breaker


def test_breaker_opens_at_the_fifth_failure() -> None:
    """Four failures in a row change nothing, the fifth opens the breaker."""
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(NOW)

    assert breaker.allows(NOW)
    breaker.failed(NOW)
    assert not breaker.allows(NOW)
    assert breaker.phase(NOW) is BreakerPhase.OPEN


def test_success_forgets_failures() -> None:
    """Only failures in a row count."""
    breaker = Breaker()
    for _ in range(20):
        breaker.failed(NOW)
        breaker.succeeded()

    assert breaker.phase(NOW) is BreakerPhase.CLOSED
    assert breaker.state == BreakerState()


def test_one_probe_goes_after_the_rest() -> None:
    """After its rest a breaker lets exactly one message through."""
    breaker = opened()

    assert not breaker.allows(NOW + MINUTE - timedelta(seconds=1))
    assert breaker.phase(NOW + MINUTE) is BreakerPhase.HALF_OPEN
    assert [breaker.allows(NOW + MINUTE) for _ in range(3)] == [True, False, False]


def test_probe_that_succeeds_closes() -> None:
    """An answer to the probe closes the breaker."""
    breaker = opened()
    assert breaker.allows(NOW + MINUTE)

    breaker.succeeded()

    assert [breaker.allows(NOW + MINUTE) for _ in range(3)] == [True, True, True]


def test_probe_that_fails_doubles_the_rest() -> None:
    """Each failed probe doubles the rest, up to six hours."""
    breaker, now, rests = opened(), NOW, []
    for _ in range(12):
        until = breaker.state.open_until
        assert until is not None
        rests.append(until - now)
        now = until
        assert breaker.allows(now)
        breaker.failed(now)

    assert rests[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert rests[-1] == timedelta(hours=6)


def test_stragglers_do_not_prolong_the_rest() -> None:
    """Messages that were under way when the breaker opened leave its rest as it is."""
    breaker = opened()
    until = breaker.state.open_until

    breaker.failed(NOW + timedelta(seconds=15))

    assert breaker.state.open_until == until


def test_abandoned_probe_makes_room_for_another() -> None:
    """A probe that ended without a result lets another message through."""
    breaker = opened()
    assert breaker.allows(NOW + MINUTE)

    breaker.abandoned()

    assert breaker.allows(NOW + MINUTE)


def test_asked_patience_opens_at_once() -> None:
    """A server that names a time to come back is left in peace until then, a day at most (X14)."""
    breaker = Breaker()

    breaker.failed(NOW, retry_after=600)

    assert breaker.state.open_until == NOW + timedelta(minutes=10)
    breaker.succeeded()
    breaker.failed(NOW, retry_after=10**9)
    assert breaker.state.open_until == NOW + timedelta(days=1)


def test_state_survives() -> None:
    """A breaker made from the state of another rests as long, and may probe anew."""
    first = opened()
    assert first.allows(NOW + MINUTE)

    second = Breaker(state=first.state)

    assert not second.allows(NOW)
    assert second.allows(NOW + MINUTE)
