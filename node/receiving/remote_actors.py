"""Other servers' actors and keys in SQL, as the federation package wants them kept."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.actors import RemoteActor
from federation.authority import is_own_key_id
from federation.origins import host_of
from federation.ports import KnownKey
from node.storage import actors, follows, keys
from node.storage.actors import ActorRow
from node.storage.database import Database
from node.storage.keys import KeyRow
from node.storage.peer_policy import PolicyKeeper
from vocab.clock import parse_time, timestamp
from vocab.wire_object import wire_text


@dataclass(frozen=True, slots=True)
class SqlKeyDirectory:
    """The ``KeyDirectory`` of the verifier, on the node's database."""

    database: Database

    async def find_key(self, key_id: str) -> KnownKey | None:
        """Return the kept key of that id, or None; keys of ours are nobody else's to use."""
        async with self.database.reading() as connection:
            found = await keys.find_key(connection, key_id)
        if found is None or found.actor_local:
            return None
        key = found.key
        if not is_own_key_id(key_id, key.actor):
            return None  # to be fetched by its own id: a neighbour may have taken it
        return KnownKey(
            key_id=key.key_id,
            actor=key.actor,
            actor_kind=found.actor_kind,
            algorithm=key.algorithm,
            public_key=key.public,
            expires=parse_time(key.expires_at) if key.expires_at else None,
        )

    async def knows_actor(self, iri: str) -> bool:
        """Say whether anything is kept about that actor; what it deleted counts as unknown."""
        async with self.database.reading() as connection:
            row = await actors.get(connection, iri)
        return row is not None and not row.local and row.gone_at is None

    async def store_actor(self, actor: RemoteActor) -> None:
        """Keep *actor*; exactly its keys are valid from now on, older ones go."""
        async with self.database.transaction() as connection:
            await save_remote_actor(connection, actor)


@dataclass(frozen=True, slots=True)
class FollowedRelays:
    """The ``Relays`` of the verifier: whom this node takes content from may pass others' on."""

    database: Database
    policies: PolicyKeeper

    async def may_relay(self, actor: str) -> bool:
        """Say whether *actor* is one that this node follows, on a server in order."""
        async with self.database.reading() as connection:
            policy = await self.policies.read(connection)
            followed = actor in await follows.followed_by_us(connection)
        return followed and policy.takes(host_of(actor))


async def save_remote_actor(connection: AsyncConnection, actor: RemoteActor) -> None:
    """Keep *actor* as it was just fetched, with exactly its keys."""
    now = timestamp()
    row = ActorRow(
        iri=actor.iri,
        kind=actor.kind,
        local=False,
        host=host_of(actor.iri),
        handle=actor.handle,
        name=actor.name,
        inbox=actor.inbox,
        shared_inbox=actor.shared_inbox,
        document=wire_text(actor.document),
        fetched_at=now,
    )
    found = [
        KeyRow(
            key_id=key.key_id,
            actor=actor.iri,
            algorithm=key.algorithm,
            public=key.public_key,
            created_at=now,
            expires_at=timestamp(key.expires) if key.expires else None,
        )
        for key in actor.keys
    ]
    await actors.save_remote(connection, row, found)
