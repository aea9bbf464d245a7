"""Leaving a server in peace that does not answer.

After five failures in a row nothing more is sent to it for a while, then one message as a
probe; an answer closes the breaker, a failure doubles the rest. The machine is pure: the
clock is passed in, and its whole state is one value that can be kept and restored.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from federation.delivery_policy import asked_wait


class BreakerPhase(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    #: One probe is under way or may start.
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerState:
    """What is known of a server's health."""

    #: In a row, since the last answer.
    failures: int = 0
    #: How many times the breaker opened since the last answer.
    openings: int = 0
    open_until: datetime | None = None
    probing: bool = False


class Breaker:
    """Counts one server's failures and says whether a message may go to it now."""

    __slots__ = ("_first_rest", "_longest_rest", "_threshold", "state")

    def __init__(
        self,
        *,
        threshold: int = 5,
        first_rest: timedelta = timedelta(minutes=1),
        longest_rest: timedelta = timedelta(hours=6),
        state: BreakerState | None = None,
    ) -> None:
        """Start closed, or as *state* says; a probe of an earlier life is forgotten."""
        self._threshold = threshold
        self._first_rest = first_rest
        self._longest_rest = longest_rest
        self.state = replace(state, probing=False) if state else BreakerState()

    def phase(self, now: datetime) -> BreakerPhase:
        """Return where the breaker stands at *now*."""
        if self.state.open_until is None:
            return BreakerPhase.CLOSED
        return BreakerPhase.OPEN if now < self.state.open_until else BreakerPhase.HALF_OPEN

    def allows(self, now: datetime) -> bool:
        """Say whether one message may start now; a yes to a half-open breaker is the probe."""
        phase = self.phase(now)
        if phase is BreakerPhase.HALF_OPEN and not self.state.probing:
            self.state = replace(self.state, probing=True)
            return True
        return phase is BreakerPhase.CLOSED

    def succeeded(self) -> None:
        """Note an answer: the server is well, whatever it thought of the message."""
        self.state = BreakerState()

    def failed(self, now: datetime, retry_after: int | None = None) -> None:
        """Note a failure; a server that names a time to come back gets it at once.

        What was still under way when the breaker opened does not prolong the rest.
        """
        failures = self.state.failures + 1
        asked = asked_wait(retry_after)
        if self.phase(now) is BreakerPhase.OPEN:
            self.state = replace(self.state, failures=failures)
        elif failures >= self._threshold or self.state.probing:
            self._open(now, failures, max(self._rest(), asked))
        elif asked:
            self._open(now, failures, asked)
        else:
            self.state = replace(self.state, failures=failures)

    def abandoned(self) -> None:
        """Note that a probe ended without a result, so that another may start."""
        self.state = replace(self.state, probing=False)

    def rouse(self, now: datetime) -> None:
        """End the rest, so that one message may probe the server; its failures still count."""
        if self.phase(now) is BreakerPhase.OPEN:
            self.state = replace(self.state, open_until=now)

    def _rest(self) -> timedelta:
        return min(self._first_rest * (1 << min(self.state.openings, 20)), self._longest_rest)

    def _open(self, now: datetime, failures: int, rest: timedelta) -> None:
        self.state = BreakerState(
            failures=failures, openings=self.state.openings + 1, open_until=now + rest
        )
