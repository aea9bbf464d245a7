"""The lane of one host: what waits, what may start, in which order.

Messages about the same object to the same inbox go one after the other; all others may
overtake each other. A lane starts narrow and widens with each success, so a server that
does not answer holds one place, not eight.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from federation.breaker import Breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryJob:
    """One signed message still to be sent to one inbox."""

    #: Place in the queue; what came first has the lower number.
    seq: int
    #: IRI of the activity.
    activity: str
    #: IRI of what the activity is about; messages about one thing keep their order.
    object: str | None
    #: IRI of the actor that signs.
    sender: str
    inbox: str
    #: ``host`` or ``host:port`` of the inbox.
    host: str
    body: bytes
    #: How often it was tried before.
    attempts: int = 0
    first_attempt_at: datetime | None = None

    @property
    def order_key(self) -> tuple[str, str]:
        """What this message must not overtake: others of the same key."""
        return self.object or self.activity, self.inbox


class Lane:
    """The messages to one host that are in memory. Knows no clock and no loop."""

    __slots__ = (
        "_behind",
        "_ready",
        "_widest",
        "_width",
        "breaker",
        "host",
        "in_flight",
        "waiting",
    )

    def __init__(self, host: str, breaker: Breaker, *, widest: int = 8, width: int = 2) -> None:
        """Make an empty lane that may grow to *widest* messages at a time."""
        self.host = host
        self.breaker = breaker
        self.in_flight = 0
        self.waiting = 0
        self._widest = widest
        self._width = min(width, widest)
        self._ready: deque[DeliveryJob] = deque()
        # For each key that is ready or in flight: what came after it.
        self._behind: dict[tuple[str, str], deque[DeliveryJob]] = {}

    @property
    def empty(self) -> bool:
        """True where nothing waits and nothing is under way."""
        return not self.waiting and not self.in_flight

    def add(self, job: DeliveryJob) -> None:
        """Queue *job* behind what it must not overtake."""
        self.waiting += 1
        behind = self._behind.get(job.order_key)
        if behind is None:
            self._behind[job.order_key] = deque()
            self._ready.append(job)
        else:
            behind.append(job)

    def take(self, now: datetime) -> DeliveryJob | None:
        """Return a message to send now, counted as under way; None where none may start."""
        if not self._ready or self.in_flight >= self._width or not self.breaker.allows(now):
            return None
        self.in_flight += 1
        self.waiting -= 1
        return self._ready.popleft()

    def passed(self, job: DeliveryJob) -> None:
        """Note that *job* is out of the way for good: its successor may start."""
        self.in_flight -= 1
        behind = self._behind[job.order_key]
        if behind:
            self._ready.append(behind.popleft())
        else:
            del self._behind[job.order_key]

    def postponed(self, job: DeliveryJob) -> Iterator[DeliveryJob]:
        """Note that *job* will be tried again later; give what must wait behind it."""
        self.in_flight -= 1
        behind = self._behind.pop(job.order_key)
        self.waiting -= len(behind)
        yield from behind

    def clear(self) -> list[DeliveryJob]:
        """Empty the lane of all that waits; what is under way stays."""
        jobs = list(self._ready)
        for job in self._ready:
            jobs.extend(self._behind.pop(job.order_key))
        self._ready.clear()
        for behind in self._behind.values():
            jobs.extend(behind)
            behind.clear()
        self.waiting = 0
        return sorted(jobs, key=lambda job: job.seq)

    def widen(self) -> None:
        """Let more go at a time, since the host answers."""
        self._width = min(self._width * 2, self._widest)

    def narrow(self) -> None:
        """Let one go at a time, since the host is in trouble."""
        self._width = 1
