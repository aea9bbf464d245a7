"""Hand queued messages to the delivery lanes, and write down what became of them."""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.bounded_cache import BoundedCache
from federation.collection_synchronization import HEADER
from federation.delivery_lanes import DeliveryJob, DeliveryLanes, LaneLimits
from federation.delivery_policy import PostOutcome, Verdict
from federation.delivery_reports import DeliveryOutcome
from federation.safe_fetch import SafeClient
from federation.signature_formats import SignatureWish
from federation.signing_keys import SigningKeys
from node.outbound import signing_keys
from node.publishing.hold_peer import resume_peer
from node.publishing.say_followers import MOST, synchronization_of
from node.setting_groups import FederationSettings
from node.storage import deliveries, delivery_leases, follows, peers
from node.storage.database import Database
from node.storage.deliveries import Delivery
from node.storage.peer_policy import PolicyKeeper
from node.workers.repeating import Bells
from vocab.clock import parse_time, timestamp

#: A row claimed by a process that died can be claimed again after this.
LEASE_SECONDS = 120.0
#: Leases of rows still in hand are renewed this often, so that a slow server gets nothing twice.
RENEW_SECONDS = 30.0
#: Rows claimed at once.
CLAIM = 512
#: A host is roused once in so many seconds, twice as many each time in vain up to an hour;
#: so many hosts are remembered.
ROUSED_FOR, LONGEST_ROUSED_FOR, ROUSED = 60.0, 3600.0, 10_000
#: For so many seconds, and of so many senders and hosts, it is remembered who follows.
SYNCHRONIZED_FOR, SYNCHRONIZED = 15.0, 10_000
#: Where too many follow to say who they are, they are not all read again for so many seconds.
UNSAID_FOR = 600.0
#: Actors whose keys are held in memory; a command that replaces one says so, in case it could not
#: they are read again after so many seconds.
KEYS, KEYS_FOR = 2_048, 60.0
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
        self._synchronizations: BoundedCache[Mapping[str, str]] = BoundedCache(
            size=SYNCHRONIZED, seconds=SYNCHRONIZED_FOR, monotonic=time.monotonic
        )
        self._keys: BoundedCache[SigningKeys] = BoundedCache(
            size=KEYS, seconds=KEYS_FOR, monotonic=time.monotonic
        )
        self._roused: BoundedCache[bool] = BoundedCache(
            size=ROUSED, seconds=ROUSED_FOR, monotonic=time.monotonic
        )
        self._next_renewal = -math.inf
        # In trouble with a former process of this node; the breakers have forgotten it.
        self._unreached: set[str] = set()
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
        """Give back what a former process had claimed; know whom it had not reached."""
        async with self._database.transaction() as connection:
            self._unreached.update(await peers.with_failures(connection, limit=ROUSED))
            await delivery_leases.release_leases(connection)

    async def step(self) -> bool:
        """Claim what is due and hand it to the lanes; return whether there may be more."""
        await self._renew()
        await self._rouse_returned()
        room = min(CLAIM, self.lanes.room)
        if room == 0:
            return False
        # Before the claim: what is settled meanwhile was not due for it.
        in_hand = self.lanes.in_hand()
        async with self._database.transaction() as connection:
            claimed = await delivery_leases.claim(
                connection,
                limit=room,
                lease_seconds=LEASE_SECONDS,
                without=self.lanes.crowded_hosts() | await self._closed_hosts(connection),
                in_hand=in_hand,
            )
        # At once, so that no message waits for a look-up of its own.
        await self._client.formats.recall({row.host for row in claimed})
        await self._count_followers(claimed)
        self.lanes.submit(_job(row) for row in claimed)
        return len(claimed) == room

    async def _renew(self) -> None:
        """Renew the leases of what is in hand, now and then; by a clock that makes no leaps."""
        if time.monotonic() < self._next_renewal:
            return
        in_hand = self.lanes.in_hand()
        if in_hand:
            async with self._database.transaction() as connection:
                await delivery_leases.renew_leases(connection, in_hand, lease_seconds=LEASE_SECONDS)
        self._next_renewal = time.monotonic() + RENEW_SECONDS

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
        does not undo its failures, and rouses it once a minute at first, ever more seldom while
        it takes nothing.
        """
        for host in self._bells.take_heard():
            troubled = self.lanes.in_trouble(host) or host in self._unreached
            if troubled and self._roused.get(host) is None:
                self._unreached.discard(host)
                self._roused.put(host, True, seconds=self._roused_for(host))
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

    def _roused_for(self, host: str) -> float:
        in_vain = min(max(self.lanes.openings(host) - 1, 0), 10)
        return min(ROUSED_FOR * 2.0**in_vain, LONGEST_ROUSED_FOR)

    async def close(self, seconds: float = 10.0) -> None:
        """Let what is under way end, give the rest back, stop."""
        await self.lanes.drain(seconds)
        await self.lanes.close()
        self._signers.shutdown(wait=False, cancel_futures=True)

    async def _send(self, job: DeliveryJob) -> PostOutcome:
        keys = await self._keys_of(job.sender)
        if keys is None:
            return PostOutcome(error=NO_KEY, unsent=True)
        loop = asyncio.get_running_loop()
        to_followers = _to_followers(job.sender, job.body)
        extra = self._synchronizations.get(f"{job.sender} {job.host}") if to_followers else None

        async def sign(url: str, wish: SignatureWish) -> Mapping[str, str]:
            signed = partial(keys.sign, "POST", url, job.body, wish, extra)
            return await loop.run_in_executor(self._signers, signed)

        return await self._client.post_signed(job.inbox, job.body, sign)

    async def _count_followers(self, claimed: Sequence[Delivery]) -> None:
        """Read at once what is said to each host of its part of a sender's followers (FEP-8fcf).

        What is said may be some seconds old: whoever finds it different asks for what stands.
        """
        wanted: dict[str, set[str]] = {}
        bodies = {row.activity: row for row in claimed}
        told = {
            name for name, row in bodies.items() if _to_followers(row.sender, row.body.encode())
        }
        for row in claimed:
            known = self._synchronizations.get(f"{row.sender} {row.host}")
            if row.activity in told and known is None:
                wanted.setdefault(row.sender, set()).add(row.host)
        for sender, hosts in wanted.items():
            async with self._database.reading() as connection:
                found = await follows.follower_hosts(connection, sender, hosts)
            for host, followers in found.items():
                self._note_followers(sender, host, followers)

    def _note_followers(self, sender: str, host: str, followers: Sequence[str]) -> None:
        """Remember what is said to *host* of its followers: nothing where they are too many."""
        if len(followers) > MOST:
            self._synchronizations.put(f"{sender} {host}", {}, seconds=UNSAID_FOR)
        else:
            said = synchronization_of(sender, followers)
            self._synchronizations.put(f"{sender} {host}", {HEADER: said.header()})

    async def _keys_of(self, sender: str) -> SigningKeys | None:
        if self._bells.take_keys_changed():
            self._keys.drop(lambda _: True)
        held = self._keys.get(sender)
        if held is None:
            async with self._database.reading() as connection:
                held = await signing_keys(connection, sender)
            if held is not None:
                self._keys.put(sender, held)
        return held

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


def _to_followers(sender: str, body: bytes) -> bool:
    """Say whether an activity of *sender* is addressed to its followers."""
    return f'"{sender}/followers"'.encode() in body


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
