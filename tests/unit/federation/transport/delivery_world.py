"""Hosts of a test's own making, and the deliveries to them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from federation.delivery_lanes import DeliveryJob, DeliveryLanes, DeliveryOutcome, LaneLimits
from federation.delivery_policy import PostOutcome, Verdict

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WELL = PostOutcome(status=202)
ILL = PostOutcome(error="It does not answer.")


def job(
    seq: int, host: str = "a.example", about: str | None = None, attempts: int = 0
) -> DeliveryJob:
    return DeliveryJob(
        seq=seq,
        activity=f"https://own.example/activities/{seq}",
        object=about,
        sender="https://own.example/cluster",
        inbox=f"https://{host}/inbox",
        host=host,
        body=b"{}",
        attempts=attempts,
    )


class World:
    """Hosts that answer as told, a clock that is set, and the outcomes that were reported."""

    def __init__(self) -> None:
        self.now = NOW
        self.answers: dict[str, PostOutcome | Exception] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.sent: list[int] = []
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.outcomes: dict[int, DeliveryOutcome] = {}
        self.groups: list[int] = []
        self.reported = asyncio.Event()
        self.report_gate: asyncio.Event | None = None
        self.report_fails = 0

    async def send(self, job: DeliveryJob) -> PostOutcome:
        self.sent.append(job.seq)
        for key in (job.host, "all"):
            self.under_way[key] += 1
            self.most[key] = max(self.most[key], self.under_way[key])
        try:
            gate = self.gates.get(job.host)
            await (gate.wait() if gate else asyncio.sleep(0))
        finally:
            for key in (job.host, "all"):
                self.under_way[key] -= 1
        answer = self.answers.get(job.host, WELL)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def report(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        if self.report_gate:
            await self.report_gate.wait()
        if self.report_fails:
            self.report_fails -= 1
            raise OSError("the disk is full")
        self.reported.set()
        self.groups.append(len(outcomes))
        for outcome in outcomes:
            assert outcome.seq not in self.outcomes
            self.outcomes[outcome.seq] = outcome

    def lanes(self, **limits: object) -> DeliveryLanes:
        return DeliveryLanes(
            self.send,
            self.report,
            limits=LaneLimits(**limits),  # type: ignore[arg-type]  # whatever the test sets
            clock=lambda: self.now,
            random=lambda: 1.0,
        )

    def verdicts(self) -> Counter[Verdict]:
        return Counter(outcome.verdict for outcome in self.outcomes.values())
