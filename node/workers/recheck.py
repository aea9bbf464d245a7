"""Ask the owners of what was believed by its proof alone, host by host, as they answer.

A host that does not answer rests, ever longer up to the pause between two rounds of catching
up. What is to be asked for stands in SQL, so that nothing is forgotten; it is looked up only
when something came or a rest ends, since no index leads there.
"""

import asyncio
import logging
import math
import time
from collections.abc import Sequence

from federation.errors import (
    FederationError,
    FetchFailed,
    GoneResource,
    NothingShown,
    UnsupportedContent,
)
from federation.ports import FetchedDocument
from node.publishing.outgoing import Outgoing
from node.receiving.batch import Batch
from node.receiving.outcomes import Outcome, refused
from node.receiving.recheck_resource import recheck
from node.storage import resource_lists
from node.storage.resource_rows import ResourceRow
from node.workers.receiving_parts import ReceivingParts
from vocab import clock
from vocab.errors import VocabularyError

log = logging.getLogger(__name__)

#: Things looked up at once, and hosts asked at once.
BATCH, HOSTS = 500, 8
#: A host that does not answer is asked again after this many seconds, then twice as many.
FIRST_REST = 5.0
#: A host rests after so many things in a row for which it had no answer.
GIVEN_UP_AFTER = 3


class RecheckWorker:
    """Turns the word of a proof into the word of its owner."""

    def __init__(self, parts: ReceivingParts) -> None:
        """Fetch with the client of *parts*; rests grow up to the pause between two catch-ups."""
        self._parts = parts
        self._longest_rest = parts.settings.catch_up_minutes * 60.0
        self._failures: dict[str, int] = {}
        #: By host, and by IRI for what has no answer while its host has some.
        self._rests_until: dict[str, float] = {}
        self._next_look = -math.inf

    async def step(self) -> bool:
        """Ask for what is due; return whether more may be."""
        now = time.monotonic()
        if not self._parts.bells.take_recheck_wanted() and now < self._next_look:
            return False
        due = await self._due(now)
        await asyncio.gather(*(self._ask_host(host, rows) for host, rows in due))
        rests = [now + self._longest_rest, *self._rests_until.values()]
        self._next_look = -math.inf if due else min(rests)
        return bool(due)

    async def _due(self, now: float) -> list[tuple[str, list[ResourceRow]]]:
        """Return what some hosts are to be asked for."""
        self._rests_until = {
            host: until for host, until in self._rests_until.items() if until > now
        }
        async with self._parts.database.reading() as connection:
            rows = await resource_lists.resting_on_proof(
                connection, limit=BATCH, without=self._resting_hosts()
            )
        hosts: dict[str, list[ResourceRow]] = {}
        for row in rows:
            if row.iri not in self._rests_until:
                hosts.setdefault(row.host, []).append(row)
        return list(hosts.items())[:HOSTS]

    def _resting_hosts(self) -> list[str]:
        return [place for place in self._rests_until if "/" not in place]

    async def _ask_host(self, host: str, rows: Sequence[ResourceRow]) -> None:
        """Ask *host* for one thing after the other, until some in a row get no answer.

        One address may be in trouble for long; it is asked for more seldom than its host.
        """
        in_a_row = 0
        for row in rows:
            answer = await self._fetch(row.iri)
            if _is_no_answer(answer):
                in_a_row += 1
                self._rest(row.iri, 2 * self._next_rest(host))
                if in_a_row == GIVEN_UP_AFTER:
                    break
                continue
            in_a_row = 0
            self._failures.pop(host, None)
            outcome = await self._settle(row, answer)
            if outcome.state != "done":
                log.info("%s may still rest on its proof: %s", row.iri, outcome.reason)
                self._rest(row.iri, self._longest_rest)
        if in_a_row:
            self._rest(host, self._next_rest(host))
            self._failures[host] = self._failures.get(host, 0) + 1

    async def _fetch(self, iri: str) -> FetchedDocument | FederationError:
        try:
            return await self._parts.client.fetch_document(iri)
        except FederationError as error:
            return error

    async def _settle(self, row: ResourceRow, answer: FetchedDocument | FederationError) -> Outcome:
        moment = clock.now()
        async with self._parts.database.transaction() as connection:
            batch = Batch(
                connection=connection,
                identity=self._parts.identity,
                policy=await self._parts.policies.read(connection),
                moment=moment,
                outgoing=Outgoing(identity=self._parts.identity, moment=moment),
                recent=self._parts.recent,
                proofs=self._parts.proofs,
            )
            try:
                outcome = await recheck(batch, row, answer)
            except FederationError as error:
                return refused(error.safe)
            except VocabularyError as error:
                return refused(str(error))
            await batch.flush()
        if outcome.state == "done":
            self._parts.bells.graph.ring()
        return outcome

    def _rest(self, place: str, seconds: float) -> None:
        self._rests_until[place] = time.monotonic() + seconds

    def _next_rest(self, host: str) -> float:
        return min(FIRST_REST * 2.0 ** min(self._failures.get(host, 0), 20), self._longest_rest)


def _is_no_answer(answer: FetchedDocument | FederationError) -> bool:
    """Say whether the owner's server is down, or cannot say now."""
    answered = isinstance(answer, GoneResource | NothingShown | UnsupportedContent)
    return isinstance(answer, FetchFailed) and not answered
