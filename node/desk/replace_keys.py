"""Replace keys of this node's actors, a few actors in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta

from federation.keys import KeyPair
from node.control_socket import wake
from node.errors import UnknownResource
from node.identity import Identity
from node.node_folder import NodeFolder
from node.publishing.actor_keys import GENERATORS
from node.publishing.rotate_keys import Rotation, rotate_keys
from node.storage import actors
from node.storage.actors import ActorRow
from node.storage.database import Database
from node.storage.statements import chunks

#: Actors whose keys are replaced in one transaction; their RSA keys take about a second to make.
BATCH = 20


async def chosen_actors(
    database: Database, identity: Identity, iri: str | None, *, all_members: bool
) -> list[ActorRow]:
    """Return the actor *iri*, all members, or by default the cluster and the instance.

    Raises UnknownResource where *iri* is no actor of this node.
    """
    async with database.reading() as connection:
        found = await actors.local_actors(connection)
    if iri is not None:
        chosen = [actor for actor in found if actor.iri == iri]
        if not chosen:
            raise UnknownResource(
                f"{iri} is no actor of this node.", remedy="“skagerrak keys list” names them all."
            )
        return chosen
    if all_members:
        return [actor for actor in found if actor.kind == "member"]
    return [actor for actor in found if actor.iri in (identity.cluster, identity.instance)]


async def replace_keys(
    folder: NodeFolder,
    database: Database,
    chosen: Sequence[ActorRow],
    algorithms: Collection[str],
    *,
    revoke: bool,
) -> AsyncIterator[Rotation]:
    """Replace the keys of *chosen*, and yield what became of each; the running node takes notice.

    What was yielded is done, whatever comes after it.
    """
    keep = timedelta(days=folder.settings.federation.old_key_days)
    for part in chunks(chosen, BATCH):
        made = [await asyncio.to_thread(_new_pairs, algorithms) for _ in part]
        async with database.transaction() as connection:
            done = [
                await rotate_keys(
                    connection, folder.identity, actor, pairs, keep=keep, revoke=revoke
                )
                for actor, pairs in zip(part, made, strict=True)
            ]
        await wake(folder.path)
        for rotation in done:
            yield rotation


def _new_pairs(algorithms: Collection[str]) -> dict[str, KeyPair]:
    return {algorithm: GENERATORS[algorithm]() for algorithm in algorithms}
