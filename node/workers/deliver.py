"""Hand queued messages to the delivery lanes, and write down what became of them."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.bounded_cache import BoundedCache
from federation.delivery_lanes import DeliveryJob, DeliveryLanes, LaneLimits
from federation.delivery_policy import PostOutcome, Verdict
from federation.delivery_reports import DeliveryOutcome
from federation.safe_fetch import SafeClient
from federation.signature_formats import SignatureWish
from federation.signing_keys import SigningKeys
from node.outbound import signing_keys
from node.publishing.hold_peer import resume_peer
from node.setting_groups import FederationSettings
from node.storage import deliveries, peers
from node.storage.database import Database
from node.storage.deliveries import Delivery
from node.storage.peer_policy import PolicyKeeper
from node.workers.repeating import Bells
from vocab.clock import parse_time, timestamp

#: A row claimed by a process that died can be claimed again after this.
LEASE_SECONDS = 120
#: Rows claimed at once.
CLAIM = 512
#: A host is roused once in so many seconds; so many of them are remembered.
ROUSED_FOR, ROUSED = 60.0, 10_000
#: Who ends a hold that the desk gave an end.
BY_ITSELF = "its end"
NO_KEY = "The sender has no key yet; it is being made."


class DeliveryWorker:
    """Moves messages from the queue table to other servers' inboxes."""

    def __init__(
        self,
        database: Database,
        client: SafeClient,
        settings: FederationSettings,
        policies: PolicyKeeper,
        bells: Bells,
    ) -> None:
        """Make the lanes; must run inside the event loop that uses them."""
        self._database = database
        self._client = client
        self._policies = policies
        self._bells = bells
        self._signers = ThreadPoolExecutor(2, "signing")
        self._keys: dict[str, SigningKeys] = {}
        self._roused: BoundedCache[bool] = BoundedCache(
            size=ROUSED, seconds=ROUSED_FOR, monotonic=time.monotonic
        )
        # Roused, and not heard of since.
        self._returning: set[str] = set()
        self.lanes = DeliveryLanes(
            self._send,
            self._report,
            limits=LaneLimits(
                per_host=settings.deliveries_per_host, in_all=settings.deliveries_at_once
            ),
        )

    async def start(self) -> None:
        """Give back what a former process of this node had claimed."""
        async with self._database.transaction() as connection:
            await deliveries.release_leases(connection)

    async def step(self) -> bool:
        """Claim what is due and hand it to the lanes; return whether there may be more."""
        await self._rouse_returned()
        room = min(CLAIM, self.lanes.room)
        if room == 0:
            return False
        async with self._database.transaction() as connection:
            claimed = await deliveries.claim(
                connection,
                limit=room,
                lease_seconds=LEASE_SECONDS,
                without=self.lanes.crowded_hosts() | await self._closed_hosts(connection),
            )
        # At once, so that no message waits for a look-up of its own.
        await self._client.formats.recall({row.host for row in claimed})
        self.lanes.submit(_job(row) for row in claimed)
        return len(claimed) == room

    async def _closed_hosts(self, connection: AsyncConnection) -> set[str]:
        """Return the hosts in the queue that nothing may go out to; what waits here goes back.

        They are blocked, by allow-list unknown, or held for a while, whose end is noticed here.
        """
        policy = await self._policies.read(connection)
        now = timestamp()
        for host in [host for host, until in policy.holds.items() if until and until <= now]:
            await resume_peer(connection, host, who=BY_ITSELF)
        # What waited for a blocked server was dropped when it was blocked.
        queued = set(self.lanes.hosts())
        if policy.mode == "allowlist":
            queued.update(await deliveries.queued_hosts(connection))
        closed = {*policy.holds, *(host for host in queued if not policy.may_deliver(host))}
        for host in closed:
            self.lanes.give_back(host)
        return closed

    async def _rouse_returned(self) -> None:
        """Try hosts in trouble at once that spoke to us, or that the desk wants tried again.

        One message goes first; only when it arrives does the rest. What a server sends us
        does not undo its failures, and rouses it once a minute at most.
        """
        for host in self._bells.take_heard():
            if self.lanes.in_trouble(host) and self._roused.get(host) is None:
                self._roused.put(host, True)
                self._returning.add(host)
                self.lanes.rouse(host)
                async with self._database.transaction() as connection:
                    await deliveries.hasten(connection, host, limit=1)
        resting = self.lanes.crowded_hosts()
        if resting:
            async with self._database.reading() as connection:
                pardoned = await peers.without_failures(connection, resting)
            for host in pardoned:
                self.lanes.rouse(host)

    async def close(self, seconds: float = 10.0) -> None:
        """Let what is under way end, give the rest back, stop."""
        await self.lanes.drain(seconds)
        await self.lanes.close()
        self._signers.shutdown(wait=False, cancel_futures=True)

    async def _send(self, job: DeliveryJob) -> PostOutcome:
        keys = await self._keys_of(job.sender)
        if keys is None:
            return PostOutcome(error=NO_KEY)
        loop = asyncio.get_running_loop()

        async def sign(url: str, wish: SignatureWish) -> Mapping[str, str]:
            signed = partial(keys.sign, "POST", url, job.body, wish)
            return await loop.run_in_executor(self._signers, signed)

        return await self._client.post_signed(job.inbox, job.body, sign)

    async def _keys_of(self, sender: str) -> SigningKeys | None:
        if sender not in self._keys:
            async with self._database.reading() as connection:
                found = await signing_keys(connection, sender)
            if found is None:
                return None
            self._keys[sender] = found
        return self._keys[sender]

    async def _report(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        arrived = {outcome.host for outcome in outcomes if outcome.verdict is Verdict.DELIVERED}
        async with self._database.transaction() as connection:
            await deliveries.settle(connection, outcomes)
            await peers.note_rests(connection, self._rests(outcomes))
            for host in arrived & self._returning:
                await deliveries.hasten(connection, host, limit=CLAIM)
        self._returning -= {outcome.host for outcome in outcomes}
        self._bells.deliveries.ring()

    def _rests(self, outcomes: Sequence[DeliveryOutcome]) -> dict[str, str]:
        """Return until when those hosts of *outcomes* are left in peace that do not answer."""
        failed = {outcome.host for outcome in outcomes if outcome.verdict is Verdict.RETRY}
        states = self.lanes.breaker_states() if failed else {}
        ends = {host: states[host].open_until for host in failed if host in states}
        return {host: timestamp(end) for host, end in ends.items() if end is not None}


def _job(row: Delivery) -> DeliveryJob:
    return DeliveryJob(
        seq=row.seq,
        activity=row.activity,
        object=row.object,
        sender=row.sender,
        inbox=row.inbox,
        host=row.host,
        body=row.body.encode(),
        attempts=row.attempts,
        first_attempt_at=parse_time(row.created_at),
    )
