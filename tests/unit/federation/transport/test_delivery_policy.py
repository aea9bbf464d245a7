from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from federation.delivery_policy import (
    LONGEST_HOLD,
    MAX_ATTEMPTS,
    SHORTEST_HOLD,
    SHORTEST_PATIENCE,
    PostOutcome,
    Verdict,
    classify,
    next_attempt,
    next_try,
    read_retry_after,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, Verdict.RETRY),
        (200, Verdict.DELIVERED),
        (201, Verdict.DELIVERED),
        (202, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (308, Verdict.RETRY),
        (400, Verdict.GIVE_UP),
        (404, Verdict.GIVE_UP),
        (405, Verdict.GIVE_UP),
        (408, Verdict.RETRY),
        (410, Verdict.GONE),
        (413, Verdict.GIVE_UP),
        (422, Verdict.GIVE_UP),
        (425, Verdict.RETRY),
        (429, Verdict.RETRY),
        (500, Verdict.RETRY),
        (503, Verdict.RETRY),
        (599, Verdict.RETRY),
    ],
)
def test_statuses_are_judged(status: int | None, verdict: Verdict) -> None:
    """Troubles that pass are tried again, others are not, 410 ends it (X14)."""
    assert classify(PostOutcome(status=status)) is verdict


@pytest.mark.parametrize("status", [401, 403])
def test_disbelief_is_tried_three_times(status: int) -> None:
    """A server that does not believe the signature may not have the key yet: three attempts."""
    outcome = PostOutcome(status=status)

    verdicts = [classify(outcome, attempts) for attempts in (1, 2, 3)]

    assert verdicts == [Verdict.RETRY, Verdict.RETRY, Verdict.GIVE_UP]
    assert not outcome.host_failed


@pytest.mark.parametrize("status", [None, 202, 307, 500])
def test_refused_is_given_up(status: int | None) -> None:
    """What policy refuses is not tried again and says nothing about the server."""
    outcome = PostOutcome(status=status, refused=True)

    assert classify(outcome) is Verdict.GIVE_UP
    assert not outcome.host_failed


def attempts_of(random: Random) -> list[datetime]:
    """Return the times of all attempts of a message that always fails."""
    times = [NOW]
    while (
        again := next_attempt(len(times), times[-1], None, random.random, first_attempt=NOW)
    ) is not None:
        times.append(again)
    return times


def test_attempts_last_about_three_days() -> None:
    """Sixteen attempts take about three days on average, and never less than two (X11)."""
    lasting = [attempts_of(Random(seed)) for seed in range(300)]  # noqa: S311 - jitter, no secret
    spans = [times[-1] - times[0] for times in lasting]

    assert min(spans) >= 2 * DAY
    assert max(spans) < 5 * DAY
    assert 2 * DAY < sum(spans, timedelta()) / len(spans) < 3.5 * DAY
    assert sum(len(times) == MAX_ATTEMPTS for times in lasting) > 250


def test_sixteen_attempts_are_all_without_a_known_beginning() -> None:
    """Where the first attempt is not known, the sixteenth is the last."""
    assert next_attempt(MAX_ATTEMPTS - 1, NOW, None, lambda: 1.0) is not None
    assert next_attempt(MAX_ATTEMPTS, NOW, None, lambda: 1.0) is None


def test_waits_double_to_a_day() -> None:
    """The longest wait doubles from a minute to a day."""
    waits = [
        again - NOW
        for attempts in range(1, MAX_ATTEMPTS)
        if (again := next_attempt(attempts, NOW, None, lambda: 1.0))
    ]

    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == DAY


def test_jitter_is_full() -> None:
    """A wait is drawn from nothing to its whole step (X15)."""
    random = Random(1)  # noqa: S311 - jitter, no secret
    waits = [
        (again - NOW) / timedelta(minutes=16)
        for _ in range(1000)
        if (again := next_attempt(5, NOW, None, random.random))
    ]

    assert min(waits) < 0.05
    assert max(waits) > 0.95
    assert 0.45 < sum(waits) / len(waits) < 0.55


@pytest.mark.parametrize(
    ("asked", "waited"), [(3600, 3600), (10, 60), (10**12, 86400), (-5, 60), (0, 60), (None, 60)]
)
def test_asked_patience_is_honoured_and_clamped(asked: int | None, waited: int) -> None:
    """Nothing is sent before a server's Retry-After, which counts for a day at most (X14)."""
    assert next_attempt(1, NOW, asked, lambda: 1.0) == NOW + timedelta(seconds=waited)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 5000, 9999999999),
        ("Mon, 23 Nov 2026 10:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 12:02:00 +0200", 120),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read(header: str | None, seconds: int | None) -> None:
    """Retry-After is read as seconds or as a date; anything else says nothing."""
    assert read_retry_after(header, NOW) == seconds


def test_what_cannot_be_sent_yet_waits_ever_longer() -> None:
    """From seconds to an hour, and no longer than two days in all."""
    first = NOW - timedelta(minutes=10)

    assert next_try(NOW, NOW) == NOW + SHORTEST_HOLD
    assert next_try(NOW, None) == NOW + SHORTEST_HOLD
    assert next_try(NOW, first) == NOW + timedelta(minutes=10)
    assert next_try(NOW, NOW - timedelta(days=1)) == NOW + LONGEST_HOLD
    assert next_try(NOW, NOW - SHORTEST_PATIENCE) is None
