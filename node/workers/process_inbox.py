"""Take in what the journal holds: many activities in one transaction, each once.

A handler that needs a foreign document is set aside, the document fetched outside of any
transaction, and the handler called again with it. If a batch cannot be written, its activities
are taken one by one, so that one bad row fails alone; after some attempts it is left for good.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from federation.errors import FederationError
from federation.ports import FetchedDocument, Fetcher
from federation.proof_verifier import ProofVerifier
from node.graph.recent_quads import RecentQuads
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.receiving.batch import Batch
from node.receiving.dispatch import dispatch
from node.receiving.outcomes import NeedsFetch, Received, object_id
from node.storage import journal
from node.storage.database import Database
from node.storage.journal import InboxRow
from node.workers.pace import give_way
from node.workers.repeating import Bells
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
ATTEMPTS = 5

Fetched = Mapping[str, FetchedDocument | FederationError]


class InboxWorker:
    """Turns journaled activities into resources and follows."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        mode: str,
        fetcher: Fetcher,
        bells: Bells,
        forget_keys: Callable[[str], None],
        recent: RecentQuads,
        proofs: ProofVerifier,
    ) -> None:
        """*mode* is that of the settings; *forget_keys* is told of each actor that is gone.

        *recent* is where the graph worker finds the quads of what was taken in, *proofs* knows
        whose word a document is by the proof in it.
        """
        self._database = database
        self._identity = identity
        self._mode = mode
        self._fetcher = fetcher
        self._bells = bells
        self._forget_keys = forget_keys
        self._recent = recent
        self._proofs = proofs
        self._fetching: set[asyncio.Task[None]] = set()
        self._aside: set[int] = set()
        self._slots = asyncio.Semaphore(FETCHING)

    async def step(self) -> bool:
        """Take in one batch; return whether there may be more."""
        async with self._database.reading() as connection:
            rows = await journal.claim_inbox(
                connection, BATCH + len(self._aside), now=clock.timestamp()
            )
        waiting = [row for row in rows if row.seq not in self._aside]
        if not waiting:
            return False
        began = time.monotonic()
        await self._take_in(waiting)
        await give_way(time.monotonic() - began)
        return len(waiting) >= BATCH

    async def close(self) -> None:
        """End the fetches under way; their activities stay in the journal."""
        for task in self._fetching:
            task.cancel()
        await asyncio.gather(*self._fetching, return_exceptions=True)

    async def _take_in(self, rows: Sequence[InboxRow]) -> None:
        try:
            needed = await self._apply(rows, {})
        except Exception:
            if len(rows) == 1:
                await self._postpone(rows[0])
                return
            log.exception("A batch of activities failed; they are taken one by one.")
            for row in rows:
                await self._take_in([row])
            return
        for row in rows:
            if row.seq in needed:
                self._set_aside(row, needed[row.seq])

    async def _apply(self, rows: Sequence[InboxRow], fetched: Fetched) -> dict[int, str]:
        """Take *rows* in; return by number which still need a document, and its address."""
        moment = clock.now()
        needed: dict[int, str] = {}
        received = await _read_ahead(rows)
        async with self._database.transaction() as connection:
            batch = Batch(
                connection=connection,
                identity=self._identity,
                mode=self._mode,
                moment=moment,
                outgoing=Outgoing(identity=self._identity, moment=moment),
                fetched=fetched,
                recent=self._recent,
                proofs=self._proofs,
            )
            await batch.preload(_objects(received))
            settled: list[tuple[int, str, str | None]] = []
            for activity in received:
                try:
                    outcome = await dispatch(batch, activity)
                except NeedsFetch as need:
                    needed[activity.seq] = need.url
                    continue
                settled.append((activity.seq, outcome.state, outcome.reason or None))
            await batch.flush()
            await journal.settle_inbox(connection, settled)
        for actor in batch.gone:
            self._forget_keys(actor)
        self._ring(batch, settled)
        return needed

    def _ring(self, batch: Batch, settled: Sequence[tuple[int, str, str | None]]) -> None:
        if any(state == "done" for _, state, _ in settled):
            self._bells.graph.ring()
        if batch.outgoing.queued:
            self._bells.deliveries.ring()
        if batch.catch_up_wanted:
            self._bells.catch_up.ring()
        if batch.recheck_wanted:
            self._bells.want_recheck()

    def _set_aside(self, row: InboxRow, url: str) -> None:
        """Let the others go on while the document at *url* is fetched."""
        self._aside.add(row.seq)
        task = asyncio.create_task(self._fetch_and_apply(row, url))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    async def _fetch_and_apply(self, row: InboxRow, url: str | None) -> None:
        fetched: dict[str, FetchedDocument | FederationError] = {}
        try:
            while url is not None and len(fetched) < FETCHES:
                async with self._slots:
                    fetched[url] = await self._fetch(url)
                url = (await self._apply([row], fetched)).get(row.seq)
            if url is not None:
                await self._refuse(row, "It leads to too many other documents.")
        except Exception:
            log.exception("The activity %s failed.", row.activity)
            await self._postpone(row)
        finally:
            self._aside.discard(row.seq)

    async def _refuse(self, row: InboxRow, reason: str) -> None:
        async with self._database.transaction() as connection:
            await journal.settle_inbox(connection, [(row.seq, "refused", reason)])

    async def _fetch(self, url: str) -> FetchedDocument | FederationError:
        try:
            return await self._fetcher.fetch_document(url)
        except FederationError as error:
            return error

    async def _postpone(self, row: InboxRow) -> None:
        """Try again later, ever later, and at last give the activity up for the desk to see."""
        log.warning("The activity %s cannot be taken in now.", row.activity)
        later = clock.now() + timedelta(seconds=10 * 4**row.attempts)
        async with self._database.transaction() as connection:
            await journal.postpone_inbox(
                connection,
                row.seq,
                next_attempt_at=clock.timestamp(later),
                give_up=row.attempts + 1 >= ATTEMPTS,
                reason="It could not be taken in; the log of the node says why.",
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


def _objects(received: Sequence[Received]) -> list[str]:
    iris = (object_id(activity.document.get("object")) for activity in received)
    return [iri for iri in iris if iri is not None]
