"""Block a server and tell it so: the message goes out before the block holds, and waits for none.

A delivery that is queued would be dropped with the rest of what waits for a blocked server. So
this posts by itself, within a bounded time, and says what came of it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from federation import activities
from federation.delivery_policy import PostOutcome
from federation.safe_fetch import SafeClient
from federation.signature_formats import SignatureWish
from federation.signing_keys import SigningKeys
from node.desk.decide_about_servers import check_another, decide_server
from node.errors import NodeError
from node.identity import Identity
from node.node_folder import NodeFolder
from node.outbound import open_client, signing_keys
from node.publishing.names import random_name
from node.publishing.tell_block import actors_to_tell, note_blocks
from node.storage.actors import ActorRow
from node.storage.database import Database
from node.storage.peer_policy import load_policy
from vocab.inline_context import with_inline_context
from vocab.wire_object import wire_text

#: Nobody there is waited for longer than so many seconds, however many are told.
SECONDS = 20.0
#: Actors that are told at most, and so many at once.
MOST, AT_ONCE = 50, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of telling one actor."""

    actor: str
    #: None where its server took the message.
    error: str | None


async def block_and_tell(
    folder: NodeFolder, host: str, *, who: str, reason: str = ""
) -> list[Told]:
    """Tell the clusters on *host* that they are blocked, then block it, whatever came of that.

    Raises NodeError where it is this node itself, or blocked already.
    """
    identity = folder.identity
    check_another(identity, host, "blocked")
    async with folder.open_database() as database:
        found, keys = await _read(database, identity, host)
        blocks = {row.iri: _block(identity, row) for row in found}
        async with open_client(database, identity, folder.settings) as client:
            told = await _tell_all(client, keys, found, blocks)
        async with database.transaction() as connection:
            await decide_server(connection, identity, host, "blocked", who=who, reason=reason)
            await note_blocks(connection, identity, list(blocks.values()))
    return told


async def _read(
    database: Database, identity: Identity, host: str
) -> tuple[list[ActorRow], SigningKeys]:
    """Return who is to be told, and the keys that sign it."""
    async with database.reading() as connection:
        policy = await load_policy(connection)
        found = await actors_to_tell(connection, host, policy)
        keys = await signing_keys(connection, identity.cluster)
    if policy.blocks(host):
        raise NodeError(
            f"The server {host} is blocked already, so nothing goes there.",
            remedy="To change the reason, leave out --tell.",
            status=409,
        )
    if keys is None:
        raise NodeError("The cluster has no key yet.", remedy="Run “skagerrak serve” once.")
    return found[:MOST], keys


def _block(identity: Identity, row: ActorRow) -> dict[str, Any]:
    name = identity.activity(random_name(16))
    return activities.block(id=name, actor=identity.cluster, object=row.iri)


async def _tell_all(
    client: SafeClient,
    keys: SigningKeys,
    found: list[ActorRow],
    blocks: Mapping[str, dict[str, Any]],
) -> list[Told]:
    room = asyncio.Semaphore(AT_ONCE)

    async def tell(row: ActorRow) -> None:
        async with room:
            body = wire_text(with_inline_context(blocks[row.iri])).encode()
            outcomes[row.iri] = (await _post(client, keys, row.inbox or "", body)).error

    outcomes: dict[str, str | None] = dict.fromkeys(blocks, f"No answer within {SECONDS:.0f} s.")
    tasks = [asyncio.create_task(tell(row)) for row in found]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [Told(actor=iri, error=error) for iri, error in outcomes.items()]


async def _post(client: SafeClient, keys: SigningKeys, inbox: str, body: bytes) -> PostOutcome:
    async def sign(url: str, wish: SignatureWish) -> Mapping[str, str]:
        return await asyncio.to_thread(keys.sign, "POST", url, body, wish)

    return await client.post_signed(inbox, body, sign)
