"""Repair where another server and this one do not agree on who follows whom (FEP-8fcf).

A server says with its messages, by a digest, who of us follows their sender. Where that is not
what is known here, its own list is read, and what it says counts: a Follow that it does not have
is over here too, one that it has and we do not is taken back there.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from federation import activities
from federation.actors import RemoteActor, read_actor
from federation.bounded_cache import BoundedCache
from federation.collection_synchronization import Synchronization, followers_digest
from federation.errors import FederationError, MalformedRequest
from federation.origins import host_of, same_origin
from federation.safe_fetch import SafeClient
from node.identity import Identity
from node.publishing.outgoing import Outgoing
from node.storage import actors, follows, messages, peers
from node.storage.database import Database
from node.storage.follows import FollowRow
from node.storage.messages import NewMessage
from node.workers.repeating import Bells
from vocab import clock

log = logging.getLogger(__name__)

#: A sender's list is read once in so many seconds; of so many senders that is remembered.
REST_SECONDS, RESTING = 600.0, 10_000
#: The most that is read of a list, and the most that is taken back at once.
MOST_LISTED, MOST_TAKEN_BACK = 5_000, 50
LOST = (
    "{name} does not count this node as its follower any more, so it is not followed here "
    "either. To ask again: skagerrak follow {iri}"
)


class FollowersWorker:
    """Compares and repairs, one sender after the other."""

    def __init__(
        self, database: Database, identity: Identity, client: SafeClient, bells: Bells
    ) -> None:
        """Read lists with *client*, which signs as this server."""
        self._database = database
        self._identity = identity
        self._client = client
        self._bells = bells
        self._rested: BoundedCache[bool] = BoundedCache(
            size=RESTING, seconds=REST_SECONDS, monotonic=time.monotonic
        )

    async def step(self) -> bool:
        """Look at all that was said since the last time."""
        for sender, said in self._bells.take_synchronizations().items():
            try:
                await self._compare(sender, said)
            except FederationError as error:
                log.info("The followers of %s could not be read: %s", sender, error.safe)
        return False

    async def _compare(self, sender: str, said: Synchronization) -> None:
        async with self._database.reading() as connection:
            actor = await self._known(connection, sender)
            rows = await follows.of_ours(connection, sender)
        if actor is None or not said.is_of(actor):
            return
        accepted = [row.follower for row in rows if row.state == "accepted"]
        if followers_digest(accepted) == said.digest or self._rested.get(sender):
            return
        self._rested.put(sender, True)
        listed = await self._listed(said.url)
        async with self._database.transaction() as connection:
            outgoing = Outgoing(identity=self._identity, moment=clock.now())
            await self._repair(connection, actor, listed, outgoing)
            await outgoing.write(connection)
        self._bells.deliveries.ring()
        self._bells.catch_up.ring()

    async def _known(self, connection: AsyncConnection, sender: str) -> RemoteActor | None:
        row = await actors.get(connection, sender)
        peer = await peers.get(connection, host_of(sender))
        if row is None or row.local or row.document is None or row.gone_at is not None:
            return None
        if peer is not None and peer.state == "blocked":
            return None
        return read_actor(row.read_document(), sender)

    async def _listed(self, url: str) -> set[str]:
        """Return who of us stands in the list at *url*. Raises FederationError."""
        found = await self._client.fetch_document(url)
        if not same_origin(found.url, url):
            raise MalformedRequest("The list of followers was found on another server.", log=url)
        items = found.document.get("orderedItems", found.document.get("items"))
        if not isinstance(items, list) or len(items) > MOST_LISTED:
            raise MalformedRequest("The list of followers has no items, or too many.", log=url)
        return {iri for iri in items if isinstance(iri, str) and self._identity.is_local(iri)}

    async def _repair(
        self,
        connection: AsyncConnection,
        sender: RemoteActor,
        listed: set[str],
        outgoing: Outgoing,
    ) -> None:
        rows = {row.follower: row for row in await follows.of_ours(connection, sender.iri)}
        at = clock.timestamp(outgoing.moment)
        for follower, row in rows.items():
            if row.state == "accepted" and follower not in listed:
                await _decide(connection, row, "rejected", at)
                await messages.add(connection, _lost(sender, row, at))
            elif row.state == "pending" and follower in listed:
                await _decide(connection, row, "accepted", at)
                await follows.want_catch_up(connection, follower, sender.iri)
        standing = {name for name, row in rows.items() if row.state in ("accepted", "pending")}
        ours = await actors.get_many(connection, sorted(listed - standing))
        unknown = [iri for iri, actor in ours.items() if actor.local and actor.gone_at is None]
        self._take_back(sender, unknown[:MOST_TAKEN_BACK], rows, outgoing)

    def _take_back(
        self,
        sender: RemoteActor,
        followers: Sequence[str],
        rows: Mapping[str, FollowRow],
        outgoing: Outgoing,
    ) -> None:
        """Queue an Undo of each Follow that the sender has and we do not."""
        for iri in followers:
            known = rows.get(iri)
            follow: dict[str, Any] = activities.follow(
                id=known.activity if known else outgoing.new_id(), actor=iri, object=sender.iri
            )
            undo = activities.undo(id=outgoing.new_id(), actor=iri, object=follow)
            outgoing.send(undo, audience="private", inboxes=[sender.inbox], about=sender.iri)


async def _decide(connection: AsyncConnection, row: FollowRow, state: str, at: str) -> None:
    await follows.decide(
        connection, follower=row.follower, followed=row.followed, state=state, at=at
    )


def _lost(sender: RemoteActor, row: FollowRow, at: str) -> NewMessage:
    return NewMessage(
        activity=f"{row.activity}#lost-{at}",
        actor=sender.iri,
        actor_name=sender.name or sender.iri,
        host=host_of(sender.iri),
        about=row.follower,
        kind="notice",
        text=LOST.format(name=sender.name or sender.iri, iri=sender.iri),
        url=sender.iri,
        received_at=at,
    )
