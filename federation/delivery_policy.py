"""When a delivery is done, tried again, or given up.

Sixteen attempts over about three days: waits double from a minute to a day, each drawn
anew between nothing and its step ("full jitter"), so that what failed together does not
come back together. A server may ask for patience with ``Retry-After`` (RFC 9110 §10.2.3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

MAX_ATTEMPTS = 16
FIRST_STEP = timedelta(minutes=1)
LAST_STEP = timedelta(days=1)
LONGEST_RETRY_AFTER = timedelta(days=1)
#: Chance may draw sixteen short waits: a server that is away for a weekend still gets its post.
SHORTEST_PATIENCE = timedelta(days=2)
#: What this node could not send yet waits for something of its own, such as a key.
SHORTEST_HOLD = timedelta(seconds=5)
LONGEST_HOLD = timedelta(hours=1)
#: A key may not be had for a while; a signature that is wrong stays wrong.
ATTEMPTS_WHEN_NOT_BELIEVED = 3

_NOT_BELIEVED = frozenset({401, 403})
_TRY_AGAIN = frozenset({307, 308, 408, 425, 429})
_HOST_TROUBLE = frozenset({408, 425, 429})


class Verdict(StrEnum):
    """What became of one attempt."""

    DELIVERED = "delivered"
    #: Failed for now: the attempt counts.
    RETRY = "retry"
    #: Failed for good.
    GIVE_UP = "give_up"
    #: The inbox does not exist any more (410).
    GONE = "gone"
    #: Not tried, since its host rests or its predecessor waits: no attempt is counted.
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOutcome:
    """What a POST came to; without a status, no answer came."""

    status: int | None = None
    #: Seconds that the server asked to wait, not yet clamped.
    retry_after: int | None = None
    #: What happened, in words for the desk; None where the server took the message.
    error: str | None = None
    #: True where trying again is pointless, whatever the status: refused by policy.
    refused: bool = False
    #: True where this node could not send it yet, so that it says nothing about the server.
    unsent: bool = False
    #: What form of signature the server asks for (RFC 9421, 5.1).
    accept_signature: str | None = None

    @property
    def host_failed(self) -> bool:
        """True where the server as a whole is in trouble, not just this message."""
        if self.refused or self.unsent:
            return False
        return self.status is None or self.status >= 500 or self.status in _HOST_TROUBLE


def classify(outcome: PostOutcome, attempts: int = 1) -> Verdict:
    """Return what *outcome* means for a message now tried for the *attempts*-th time."""
    status = outcome.status
    if outcome.unsent:
        return Verdict.HELD
    if outcome.refused:
        return Verdict.GIVE_UP
    if status is None or status >= 500 or status in _TRY_AGAIN:
        return Verdict.RETRY
    if 200 <= status < 300:
        return Verdict.DELIVERED
    if status == 410:
        return Verdict.GONE
    if status in _NOT_BELIEVED and attempts < ATTEMPTS_WHEN_NOT_BELIEVED:
        return Verdict.RETRY
    return Verdict.GIVE_UP


def next_attempt(
    attempts: int,
    now: datetime,
    retry_after: int | None,
    random: Callable[[], float],
    first_attempt: datetime | None = None,
) -> datetime | None:
    """Return when to try again after *attempts* failed ones; None: give up.

    *random* gives numbers from 0 to 1. Where *first_attempt* is known, nothing is given up
    before two days have passed.
    """
    waited = now - first_attempt if first_attempt is not None else SHORTEST_PATIENCE
    if attempts >= MAX_ATTEMPTS and waited >= SHORTEST_PATIENCE:
        return None
    doublings = min(max(attempts - 1, 0), MAX_ATTEMPTS)
    wait = min(FIRST_STEP * (1 << doublings), LAST_STEP) * random()
    return now + max(wait, asked_wait(retry_after))


def next_try(now: datetime, first_attempt: datetime | None) -> datetime | None:
    """Return when to try what this node could not send yet; None: give up.

    No attempt is counted, so the waits grow with the age of the message instead.
    """
    age = now - first_attempt if first_attempt is not None else timedelta()
    if age >= SHORTEST_PATIENCE:
        return None
    return now + min(max(age, SHORTEST_HOLD), LONGEST_HOLD)


def asked_wait(retry_after: int | None) -> timedelta:
    """Return the wait that a server asked for, clamped to a day; nothing where it did not."""
    seconds = max(retry_after or 0, 0)
    return min(timedelta(seconds=min(seconds, 10**9)), LONGEST_RETRY_AFTER)


def read_retry_after(header: str | None, now: datetime) -> int | None:
    """Return the seconds that a ``Retry-After`` header asks for, as a number or a date.

    None where it is absent or cannot be read. A date in the past is 0.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:10])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, round((moment - now).total_seconds()))
