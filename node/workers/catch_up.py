"""Read ``/cluster/changes`` of followed nodes: when a follow is accepted, and from then on
now and then, so that what was missed while either side was down arrives all the same.

Only current objects and Tombstones stand there, in order of change; each page names the next,
and the address of the last one is where the reading goes on the next time.
"""

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from federation.actors import RemoteActor, read_actor
from federation.authority import check_member_claim, may_speak_for
from federation.embedded_objects import own_copy
from federation.errors import FederationError, ForbiddenOrigin, MalformedRequest
from federation.nodeinfo import read_software
from federation.origins import host_of, same_origin
from node.publishing.outgoing import Outgoing
from node.receiving.batch import Batch
from node.receiving.ingest_proved import ingest_proved
from node.receiving.ingest_resource import Source, ingest, withdraw_foreign
from node.receiving.outcomes import object_id
from node.receiving.remote_actors import save_remote_actor
from node.storage import follows, peers
from node.storage.follows import FollowRow
from node.workers.receiving_parts import ReceivingParts
from vocab import clock
from vocab.classes import ResourceClass, classify
from vocab.errors import VocabularyError
from vocab.wire_object import WireObject

log = logging.getLogger(__name__)

#: A node that could not be read is asked again after this many seconds, then twice as many.
FIRST_REST = 5.0


class CatchUpWorker:
    """Reads what followed nodes have changed since the last time."""

    def __init__(self, parts: ReceivingParts) -> None:
        """Fetch with the client of *parts*, within the limits of its settings."""
        self._parts = parts
        # The clock may have begun a moment ago, and the first round comes at once.
        self._last_round = -math.inf
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}

    async def step(self) -> bool:
        """Begin to catch up with every follow that wants it, or with all when it is time."""
        now = asyncio.get_running_loop().time()
        everyone = now - self._last_round > self._parts.settings.catch_up_minutes * 60
        async with self._parts.database.reading() as connection:
            wanted = await follows.wanting_catch_up(connection, everyone=everyone)
            policy = await self._parts.policies.read(connection)
        if everyone:
            self._last_round = now
        for follow in wanted:
            rested = now >= self._rests_until.get(follow.followed, -math.inf)
            taken = policy.takes(host_of(follow.followed))
            if taken and follow.followed not in self._running and (everyone or rested):
                self._start(follow)
        return False

    async def close(self) -> None:
        """End the readings under way; the next start begins with a round of all."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _start(self, follow: FollowRow) -> None:
        """Read in a task of its own: a node that answers slowly holds up no other."""
        task = asyncio.create_task(self._catch_up(follow))
        self._running[follow.followed] = task
        task.add_done_callback(lambda _: self._running.pop(follow.followed, None))

    async def _catch_up(self, follow: FollowRow) -> None:
        try:
            async with self._parts.database.transaction() as connection:
                # What is wanted from now on is another reading.
                await follows.begin_catch_up(connection, follow.follower, follow.followed)
            await self._read(follow)
        except FederationError as error:
            # A server that starts together with this one is often a moment later.
            level = logging.WARNING if self._failures.get(follow.followed) else logging.INFO
            log.log(level, "Catching up with %s failed: %s", follow.followed, error.safe)
            log.debug("It failed since: %s", error.log)
            await self._note_failure(follow, error.safe)
        except Exception:
            log.exception("Catching up with %s failed.", follow.followed)
            await self._note_failure(follow, "Its changes could not be taken in here.")
        else:
            self._failures.pop(follow.followed, None)
            self._rests_until.pop(follow.followed, None)

    async def _note_failure(self, follow: FollowRow, error: str) -> None:
        """Want it again, after a rest that grows up to the pause between two rounds."""
        failures = self._failures.get(follow.followed, 0)
        rest = min(FIRST_REST * 2 ** min(failures, 20), self._parts.settings.catch_up_minutes * 60)
        self._failures[follow.followed] = failures + 1
        self._rests_until[follow.followed] = asyncio.get_running_loop().time() + rest
        async with self._parts.database.transaction() as connection:
            await follows.want_catch_up(connection, follow.follower, follow.followed)
            await peers.record_failure(
                connection, host_of(follow.followed), error=error, at=clock.timestamp()
            )

    async def _read(self, follow: FollowRow) -> None:
        actor = await self._refresh(follow.followed)
        url = follow.changes_cursor or actor.changes
        read = 0
        for _ in range(self._parts.settings.backfill_pages):
            if url is None or read >= self._parts.settings.backfill_objects:
                break
            place, page = await self._page(url, actor)
            items = page.get("orderedItems")
            following = _next(page, actor)
            found = items if isinstance(items, list) else []
            await self._take_in_page(follow, actor, found, place, following or url)
            if not found:
                break
            read += len(found)
            url = following
        async with self._parts.database.transaction() as connection:
            await peers.record_success(
                connection, host_of(actor.iri), received=read, at=clock.timestamp()
            )

    async def _refresh(self, iri: str) -> RemoteActor:
        """An actor is believed as it stands at its own id, now."""
        fetched = await self._parts.client.fetch_document(iri)
        actor = read_actor(fetched.document, fetched.url)
        if actor.iri != iri:
            raise MalformedRequest("At the actor's address stands another one.", log=iri)
        software, users = await self._software(iri)
        async with self._parts.database.transaction() as connection:
            await save_remote_actor(connection, actor)
            if software:
                await peers.set_software(connection, host_of(iri), software, users)
        self._parts.forget_keys(actor.iri)
        return actor

    async def _software(self, iri: str) -> tuple[str, int | None]:
        """Return what the server says it runs; nothing where it does not say."""
        base, _, _ = iri.partition(f"//{host_of(iri)}")
        try:
            found = await read_software(self._parts.client, f"{base}//{host_of(iri)}")
        except FederationError:
            return "", None
        return f"{found.name} {found.version}".strip(), found.users

    async def _page(self, url: str, actor: RemoteActor) -> tuple[str, Mapping[str, Any]]:
        """Return the page at *url*, or the first of the collection there, with its address."""
        for _ in range(2):
            fetched = await self._parts.client.fetch_document(url)
            if not same_origin(fetched.url, actor.iri):
                raise MalformedRequest("The changes were found on another server.", log=url)
            first = object_id(fetched.document.get("first"))
            if first is None:
                return fetched.url, fetched.document
            url = first
        raise MalformedRequest("The collection has no page that can be read.", log=url)

    async def _take_in_page(
        self,
        follow: FollowRow,
        actor: RemoteActor,
        items: Sequence[Any],
        page: str,
        cursor: str,
    ) -> None:
        """Take a page in at once; where that fails one by one, so that one bad item fails alone."""
        try:
            await self._take_in(follow, actor, items, page, cursor)
        except Exception:
            log.exception("A page of %s failed; its items are taken one by one.", actor.iri)
            for item in items:
                try:
                    await self._take_in(follow, actor, [item], page, follow.changes_cursor)
                except Exception:
                    log.exception("%s is not taken in.", object_id(item))
            await self._take_in(follow, actor, [], page, cursor)

    async def _take_in(
        self,
        follow: FollowRow,
        actor: RemoteActor,
        items: Sequence[Any],
        page: str,
        cursor: str | None,
    ) -> None:
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
            if not await batch.takes_from(actor.iri):
                return
            await batch.preload(iri for item in items if (iri := object_id(item)))
            for item in items:
                await _take_in_item(batch, actor, item, page)
            await batch.flush()
            if cursor is not None:
                await follows.set_cursor(connection, follow.follower, follow.followed, cursor)
        if items:
            self._parts.bells.graph.ring()
        if batch.recheck_wanted:
            self._parts.bells.want_recheck()


def _next(page: Mapping[str, Any], actor: RemoteActor) -> str | None:
    following = object_id(page.get("next"))
    return following if following and same_origin(following, actor.iri) else None


async def _take_in_item(batch: Batch, actor: RemoteActor, item: Any, page: str) -> None:
    """Take one item of a page in, if the page's owner vouches for it."""
    try:
        reason = await _refusal_of(batch, actor, item, page)
    except (ForbiddenOrigin, MalformedRequest) as error:
        reason = error.log
    except VocabularyError as error:
        reason = str(error)
    if reason:
        log.info("An item of %s is not taken in: %s", page, reason)


async def _refusal_of(batch: Batch, actor: RemoteActor, item: Any, page: str) -> str:
    """Take *item* in; return why that is refused, nothing where it is not."""
    copy = own_copy(item, actor.iri) if isinstance(item, dict) else item
    iri = object_id(copy)
    if iri is not None and not isinstance(copy, dict) and isinstance(item, dict):
        passed_on = await ingest_proved(batch, WireObject(item), activity=None)
        return passed_on.reason if passed_on else f"{iri} is not the cluster's, and not proved"
    if not isinstance(copy, dict) or iri is None:
        return ""
    source = Source(
        owner=actor.iri,
        activity=None,
        authenticated_by="Fetch",
        verification_method=page,
        received_at=batch.arrival,
    )
    if copy.get("type") == "Tombstone":
        outcome = await withdraw_foreign(batch, iri, copy, source)
    elif classify(copy) is ResourceClass.MEMBER:
        check_member_claim(actor, copy, listed=True)
        outcome = await ingest(batch, WireObject(copy), source)
    elif may_speak_for(actor.iri, copy):
        outcome = await ingest(batch, WireObject(copy), source)
    else:
        return f"{iri} is not the cluster's"
    return f"{iri}: {outcome.reason}" if outcome.state == "refused" else ""
