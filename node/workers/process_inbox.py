"""Take in what the journal holds: many activities in one transaction, each once.

A handler that needs a foreign document is set aside, the document fetched outside of any
transaction, and the handler called again with it. If a batch cannot be written, its activities
are taken one by one, so that one bad row fails alone; after some attempts it is left for good.
"""

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import FederationError
from federation.ports import FetchedDocument
from federation.verify_activity import INTEGRITY_PROOF
from node.publishing.outgoing import Outgoing
from node.receiving.batch import Batch, MessageLimits, WaitingLimits
from node.receiving.dispatch import dispatch
from node.receiving.outcomes import ComesEarly, NeedsFetch, Received, object_id
from node.storage import journal
from node.storage.errors import RowTooLarge
from node.storage.journal import InboxRow
from node.storage.peer_policy import PeerPolicy
from node.workers.pace import give_way
from node.workers.receiving_parts import ReceivingParts
from vocab import clock
from vocab.contexts import inherit_context
from vocab.errors import VocabularyError
from vocab.wire_object import WireObject

log = logging.getLogger(__name__)

#: Few enough that whoever posts meanwhile does not wait long for a turn at the database.
BATCH = 200
#: Activities read before whoever is served gets a turn: some milliseconds.
GIVE_WAY = 8
#: Fetches that one activity may cause (DESIGN §7).
FETCHES = 20
#: Documents fetched at the same time.
FETCHING = 8
#: Activities that wait for a document; more of them are put off for some seconds.
ASIDE = 256
PUT_OFF_SECONDS = 30
ATTEMPTS = 5
FAILED = "It could not be taken in; the log of the node says why."
EARLY = "Its sender has not accepted that this node follows it."

Fetched = Mapping[str, FetchedDocument | FederationError]


class InboxWorker:
    """Turns journaled activities into resources and follows."""

    def __init__(
        self, parts: ReceivingParts, message_limits: MessageLimits, waiting_limits: WaitingLimits
    ) -> None:
        """Take in with *parts*; what comes to the desk keeps to the limits."""
        self._parts = parts
        self._message_limits = message_limits
        self._waiting_limits = waiting_limits
        self._fetching: set[asyncio.Task[None]] = set()
        self._aside: set[int] = set()
        self._slots = asyncio.Semaphore(FETCHING)

    async def step(self) -> bool:
        """Take in one batch; return whether there may be more."""
        async with self._parts.database.reading() as connection:
            rows = await journal.claim_inbox(
                connection, BATCH, now=clock.timestamp(), without=self._aside
            )
        if not rows:
            return False
        began = time.monotonic()
        await self._take_in(rows)
        await give_way(time.monotonic() - began)
        return True

    async def close(self) -> None:
        """End the fetches under way; their activities stay in the journal."""
        for task in self._fetching:
            task.cancel()
        await asyncio.gather(*self._fetching, return_exceptions=True)

    async def _take_in(self, rows: Sequence[InboxRow]) -> None:
        try:
            needed = await self._apply(rows, {})
        except Exception as error:
            if len(rows) == 1:
                log.exception("The activity %s failed.", rows[0].activity)
                await self._fail(rows[0], error)
                return
            log.exception("A batch of activities failed; they are taken one by one.")
            for row in rows:
                await self._take_in([row])
            return
        await self._set_aside(needed)

    async def _apply(self, rows: Sequence[InboxRow], fetched: Fetched) -> dict[int, str]:
        """Take *rows* in; return by number which still need a document, and its address."""
        needed: dict[int, str] = {}
        settled: list[tuple[int, str, str | None]] = []
        received = await _read_ahead(rows)
        async with self._parts.database.transaction() as connection:
            batch = self._batch(connection, await self._parts.policies.read(connection), fetched)
            await batch.preload(_objects(received))
            if not fetched:
                await batch.note_arrivals(_new(rows, received))
            for row, activity in zip(rows, received, strict=True):
                try:
                    outcome = await dispatch(batch, activity)
                except NeedsFetch as need:
                    needed[row.seq] = need.url
                except ComesEarly:
                    await _try_later(connection, row, EARLY)
                else:
                    settled.append((row.seq, outcome.state, outcome.reason or None))
            await batch.flush()
            await journal.settle_inbox(connection, settled)
        for actor in (*batch.gone, *batch.renewed):
            self._parts.forget_keys(actor)
        self._ring(batch, settled)
        return needed

    def _batch(self, connection: AsyncConnection, policy: PeerPolicy, fetched: Fetched) -> Batch:
        moment = clock.now()
        return Batch(
            connection=connection,
            identity=self._parts.identity,
            policy=policy,
            moment=moment,
            outgoing=Outgoing(identity=self._parts.identity, moment=moment),
            fetched=fetched,
            recent=self._parts.recent,
            proofs=self._parts.proofs,
            message_limits=self._message_limits,
            waiting_limits=self._waiting_limits,
        )

    def _ring(self, batch: Batch, settled: Sequence[tuple[int, str, str | None]]) -> None:
        if any(state == "done" for _, state, _ in settled):
            self._parts.bells.graph.ring()
        if batch.outgoing.queued or batch.published:
            self._parts.bells.deliveries.ring()
        if batch.catch_up_wanted:
            self._parts.bells.catch_up.ring()
        if batch.recheck_wanted:
            self._parts.bells.want_recheck()
        if batch.knocked:
            self._parts.bells.knocks.ring()

    async def _set_aside(self, needed: Mapping[int, str]) -> None:
        """Let the others go on while documents are fetched; by number, the address of each.

        Only the numbers are kept: the activities are read again when their documents are there.
        """
        room = max(0, ASIDE - len(self._aside))
        for seq, url in islice(needed.items(), room):
            self._aside.add(seq)
            task = asyncio.create_task(self._fetch_and_apply(seq, url))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)
        beyond = list(islice(needed, room, None))
        if beyond:
            later = clock.now() + timedelta(seconds=PUT_OFF_SECONDS)
            async with self._parts.database.transaction() as connection:
                await journal.defer_inbox(connection, beyond, until=clock.timestamp(later))

    async def _fetch_and_apply(self, seq: int, first: str) -> None:
        fetched: dict[str, FetchedDocument | FederationError] = {}
        url: str | None = first
        try:
            async with self._slots:
                while url is not None and len(fetched) < FETCHES:
                    fetched[url] = await self._fetch(url)
                    url = await self._apply_one(seq, fetched)
            if url is not None:
                await self._refuse(seq, "It leads to too many other documents.")
        except Exception:
            log.exception("The activity with the number %d failed.", seq)
            await self._postpone_number(seq)
        finally:
            self._aside.discard(seq)

    async def _apply_one(self, seq: int, fetched: Fetched) -> str | None:
        """Take one activity in; return the address of what it still needs."""
        async with self._parts.database.reading() as connection:
            row = await journal.get_waiting(connection, seq)
        return (await self._apply([row], fetched)).get(seq) if row else None

    async def _fail(self, row: InboxRow, error: Exception) -> None:
        if isinstance(error, RowTooLarge):  # it will never fit
            await self._refuse(row.seq, error.safe)
        else:
            await self._postpone(row)

    async def _refuse(self, seq: int, reason: str) -> None:
        async with self._parts.database.transaction() as connection:
            await journal.settle_inbox(connection, [(seq, "refused", reason)])

    async def _fetch(self, url: str) -> FetchedDocument | FederationError:
        try:
            return await self._parts.client.fetch_document(url)
        except FederationError as error:
            return error

    async def _postpone_number(self, seq: int) -> None:
        async with self._parts.database.reading() as connection:
            row = await journal.get_waiting(connection, seq)
        if row is not None:
            await self._postpone(row)

    async def _postpone(self, row: InboxRow) -> None:
        """Try again later, ever later, and at last give the activity up for the desk to see."""
        log.warning("The activity %s cannot be taken in now.", row.activity)
        async with self._parts.database.transaction() as connection:
            await _try_later(connection, row, FAILED)


async def _try_later(connection: AsyncConnection, row: InboxRow, reason: str) -> None:
    later = clock.now() + timedelta(seconds=10 * 4**row.attempts)
    await journal.postpone_inbox(
        connection,
        row.seq,
        next_attempt_at=clock.timestamp(later),
        give_up=row.attempts + 1 >= ATTEMPTS,
        reason=reason,
    )


async def _read_ahead(rows: Sequence[InboxRow]) -> list[Received]:
    """Do the computing that needs no transaction, giving way to who is served now and then."""
    received = []
    for row in rows:
        activity = _received(row)
        if activity.embedded is not None:
            with suppress(VocabularyError):  # whoever asks for the quads gets the error then
                _ = activity.embedded.quads
        received.append(activity)
        if len(received) % GIVE_WAY == 0:
            await asyncio.sleep(0)
    return received


def _received(row: InboxRow) -> Received:
    document = json.loads(row.body)
    written = document.get("object")
    embedded = isinstance(written, Mapping)
    return Received(
        seq=row.seq,
        activity=row.activity,
        type=row.type,
        actor=row.actor,
        host=row.host,
        document=document,
        recipient=row.recipient,
        authenticated_by=row.authenticated_by,
        verification_method=row.verification_method,
        received_at=row.received_at,
        embedded=WireObject(inherit_context(document, written)) if embedded else None,
    )


def _new(rows: Sequence[InboxRow], received: Sequence[Received]) -> Iterator[Received]:
    """Yield what is looked at for the first time and came from its actor's own server."""
    for row, activity in zip(rows, received, strict=True):
        if not row.attempts and activity.authenticated_by != INTEGRITY_PROOF:
            yield activity


def _objects(received: Sequence[Received]) -> list[str]:
    iris = (object_id(activity.document.get("object")) for activity in received)
    return [iri for iri in iris if iri is not None]
