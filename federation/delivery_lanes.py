"""The delivery engine: many hosts at once, none waiting for another.

Each host has a lane and a breaker. Lanes take turns, up to 8 messages per host and 64 in
all; what takes longer than a second no longer counts among the 64 (``delivery_slots``).
Nothing is kept here that is not in the queue table too: the engine may be killed at any
time, and what was not reported is sent again.
"""

import asyncio
import logging
import random as random_numbers
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from federation.breaker import Breaker, BreakerPhase, BreakerState
from federation.delivery_lane import DeliveryJob, Lane
from federation.delivery_policy import PostOutcome, Verdict, classify, next_attempt, next_try
from federation.delivery_reports import DeliveryOutcome, DeliveryReports, Report
from federation.delivery_slots import DeliverySlots, Slot
from vocab.clock import now as current_time

__all__ = ["DeliveryJob", "DeliveryLanes", "DeliveryOutcome", "LaneLimits", "Send"]

logger = logging.getLogger(__name__)

#: Signs and posts one message, within a time-out of its own.
Send = Callable[[DeliveryJob], Awaitable[PostOutcome]]

_LOCAL_TROUBLE = "This node could not send the message. Its log says why."


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """How much is under way and in memory."""

    per_host: int = 8
    in_all: int = 64
    #: Seconds after which a delivery counts as slow.
    slow_after: float = 1.0
    #: Slow deliveries beside the quick ones.
    slow_in_all: int = 512
    #: Messages in memory, in all and for one host; what is beyond is given back.
    waiting_in_all: int = 4096
    waiting_per_host: int = 1024
    #: Hosts whose trouble is remembered.
    breakers: int = 10_000
    #: A message given back for want of room, or of a rested host, waits up to this much more.
    spread: timedelta = timedelta(seconds=10)


class DeliveryLanes:
    """Sends claimed messages and reports what became of them, in groups.

    Must be made and used inside one running event loop.
    """

    def __init__(
        self,
        send: Send,
        report: Report,
        *,
        limits: LaneLimits | None = None,
        clock: Callable[[], datetime] = current_time,
        random: Callable[[], float] = random_numbers.random,
        new_breaker: Callable[[str], Breaker] = lambda host: Breaker(),
    ) -> None:
        """Make an engine; *new_breaker* may restore what was known of a host."""
        self._send = send
        self._limits = limits or LaneLimits()
        self._clock = clock
        self._random = random
        self._new_breaker = new_breaker
        self._lanes: dict[str, Lane] = {}
        self._breakers: OrderedDict[str, Breaker] = OrderedDict()
        # Lanes that may have something to start, in the order of their turns.
        self._turns: OrderedDict[str, Lane] = OrderedDict()
        self._tasks: dict[asyncio.Task[None], DeliveryJob] = {}
        # Numbers of the messages taken over whose outcome is not yet written.
        self._in_hand: set[int] = set()
        self._settled = asyncio.Event()
        self._settled.set()
        self._closed = False
        self._slots = DeliverySlots(
            quick=self._limits.in_all,
            slow=self._limits.slow_in_all,
            slow_after=self._limits.slow_after,
            freed=self._start_more,
        )
        self._reports = DeliveryReports(report, written=self._note_written)

    @property
    def room(self) -> int:
        """How many more messages may be submitted now."""
        return max(0, self._limits.waiting_in_all - len(self._in_hand))

    def in_hand(self) -> frozenset[int]:
        """Return the numbers of the messages taken over whose outcome is not yet written."""
        return frozenset(self._in_hand)

    def crowded_hosts(self) -> frozenset[str]:
        """Return the hosts for which nothing more should be claimed now."""
        now = self._clock()
        resting = {h for h, b in self._breakers.items() if b.phase(now) is BreakerPhase.OPEN}
        full = {h for h, lane in self._lanes.items() if self._is_full(lane)}
        return frozenset(resting | full)

    def breaker_states(self) -> dict[str, BreakerState]:
        """Return what is known of hosts in trouble; a host that answers is not among them."""
        return {host: breaker.state for host, breaker in self._breakers.items()}

    def in_trouble(self, host: str) -> bool:
        """Say whether the last message to *host* failed because of the host."""
        return host in self._breakers

    def openings(self, host: str) -> int:
        """Return how many times *host* was left in peace since it last answered."""
        breaker = self._breakers.get(host)
        return breaker.state.openings if breaker is not None else 0

    def rouse(self, host: str) -> None:
        """Let *host* be probed now, though it rests: somebody has reason to think it is back."""
        breaker = self._breakers.get(host)
        if breaker is not None:
            breaker.rouse(self._clock())

    def give_back(self, host: str) -> None:
        """Let nothing more start for *host*; what waits here is reported as HELD."""
        lane = self._lanes.get(host)
        if lane is None:
            return
        now = self._clock()
        for job in lane.clear():
            self._hold(job, now, "Nothing goes out to this server now.")
        self._forget_empty(lane)

    def hosts(self) -> frozenset[str]:
        """Return the hosts that something waits for here."""
        return frozenset(self._lanes)

    def submit(self, jobs: Iterable[DeliveryJob]) -> None:
        """Take over claimed *jobs*; each is reported exactly once while this engine lives.

        What finds no room, or whose host rests, is reported as HELD.
        """
        for job in jobs:
            self._in_hand.add(job.seq)
            self._settled.clear()
            self._place(job)
        self._start_more()

    async def drain(self, timeout: float) -> bool:  # noqa: ASYNC109 - part of the interface
        """Wait until all is reported; say whether that came within *timeout* seconds."""
        try:
            await asyncio.wait_for(self._settled.wait(), timeout)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Stop, give back what was not sent, and write what is known.

        A message cut off under way is given back too: it may arrive twice.
        """
        self._closed = True
        tasks = dict(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        given_back = [job for task, job in tasks.items() if task.cancelled()]
        for lane in self._lanes.values():
            given_back.extend(lane.clear())
        now = self._clock()
        for job in given_back:
            self._hold(job, now, "This node stopped.")
        await self._reports.close()

    def _place(self, job: DeliveryJob) -> None:
        now = self._clock()
        lane = self._lanes.get(job.host) or self._open_lane(job.host)
        if self._closed or self._is_full(lane) or len(self._in_hand) > self._limits.waiting_in_all:
            self._hold(job, self._later(now), "Too many messages wait for this server.")
            self._forget_empty(lane)
        elif lane.breaker.phase(now) is BreakerPhase.OPEN:
            self._hold_for_rest(lane, [job])
            self._forget_empty(lane)
        else:
            lane.add(job)
            self._turns[lane.host] = lane

    def _is_full(self, lane: Lane) -> bool:
        return lane.waiting >= self._limits.waiting_per_host

    def _open_lane(self, host: str) -> Lane:
        breaker = self._breakers.get(host) or self._new_breaker(host)
        lane = self._lanes[host] = Lane(host, breaker, widest=self._limits.per_host)
        return lane

    def _forget_empty(self, lane: Lane) -> None:
        if lane.empty:
            self._lanes.pop(lane.host, None)
            self._turns.pop(lane.host, None)

    def _start_more(self) -> None:
        """Let the lanes take turns, one message each, while there are places."""
        while self._turns and self._slots.free and not self._closed:
            _, lane = self._turns.popitem(last=False)
            job = lane.take(self._clock())
            if job is not None:
                self._start(lane, job)
                self._turns[lane.host] = lane

    def _start(self, lane: Lane, job: DeliveryJob) -> None:
        task = asyncio.create_task(self._deliver(lane, job, self._slots.take()))
        self._tasks[task] = job
        task.add_done_callback(self._tasks.pop)

    async def _deliver(self, lane: Lane, job: DeliveryJob, slot: Slot) -> None:
        try:
            outcome = await self._send(job)
        except asyncio.CancelledError:
            lane.breaker.abandoned()
            raise
        except Exception:
            # The message or its key is at fault, not the host: the others go on.
            logger.exception("delivery %d to %s could not be sent", job.seq, job.inbox)
            lane.breaker.abandoned()
            self._settle(lane, job, PostOutcome(error=_LOCAL_TROUBLE), blames_host=False)
        else:
            self._note_health(lane, outcome)
            self._settle(lane, job, outcome)
        finally:
            self._slots.give_back(slot)
            self._start_more()

    def _note_health(self, lane: Lane, outcome: PostOutcome) -> None:
        if outcome.host_failed:
            lane.narrow()
            lane.breaker.failed(self._clock(), outcome.retry_after)
        elif outcome.refused or outcome.unsent:
            lane.breaker.abandoned()
        else:
            lane.widen()
            lane.breaker.succeeded()
        self._remember(lane)

    def _remember(self, lane: Lane) -> None:
        self._breakers.pop(lane.host, None)
        if lane.breaker.state != BreakerState():
            self._breakers[lane.host] = lane.breaker
            if len(self._breakers) > self._limits.breakers:
                self._breakers.popitem(last=False)

    def _settle(
        self, lane: Lane, job: DeliveryJob, outcome: PostOutcome, *, blames_host: bool = True
    ) -> None:
        verdict, again = self._judge(job, outcome)
        if again is None:
            lane.passed(job)
        else:
            for behind in lane.postponed(job):
                self._hold(behind, again, "An earlier message about the same thing waits.")
        if lane.breaker.phase(self._clock()) is BreakerPhase.OPEN:
            self._hold_for_rest(lane, lane.clear())
        self._reports.add(
            DeliveryOutcome(
                seq=job.seq,
                host=job.host,
                activity=job.activity,
                verdict=verdict,
                status=outcome.status,
                error=outcome.error,
                next_attempt_at=again,
                blames_host=blames_host and outcome.host_failed,
            )
        )
        self._turns[lane.host] = lane
        self._forget_empty(lane)

    def _judge(self, job: DeliveryJob, outcome: PostOutcome) -> tuple[Verdict, datetime | None]:
        attempts = job.attempts + 1
        verdict = classify(outcome, attempts)
        if verdict is Verdict.HELD:
            again = next_try(self._clock(), job.first_attempt_at)
        elif verdict is Verdict.RETRY:
            again = next_attempt(
                attempts, self._clock(), outcome.retry_after, self._random, job.first_attempt_at
            )
        else:
            return verdict, None
        return (verdict, again) if again is not None else (Verdict.GIVE_UP, None)

    def _hold_for_rest(self, lane: Lane, jobs: Iterable[DeliveryJob]) -> None:
        rested = lane.breaker.state.open_until or self._clock()
        for job in jobs:
            self._hold(job, self._later(rested), f"The server {lane.host} does not answer.")

    def _later(self, moment: datetime) -> datetime:
        return moment + self._limits.spread * self._random()

    def _hold(self, job: DeliveryJob, until: datetime, reason: str) -> None:
        self._reports.add(
            DeliveryOutcome(
                seq=job.seq,
                host=job.host,
                verdict=Verdict.HELD,
                error=reason,
                next_attempt_at=until,
            )
        )

    def _note_written(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        self._in_hand.difference_update(outcome.seq for outcome in outcomes)
        if not self._in_hand:
            self._settled.set()
