"""The desk approves a server: what is for the network goes there from now on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.decide_peers import Choice, decide_peers


async def approve_peer(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    *,
    moment: datetime | None = None,
    who: str = "",
    reason: str | None = None,
) -> bool:
    """Approve *host*, let in who waits there, send it what stands for the network.

    False if it was approved before.
    """
    choice = Choice(host=host, state="approved", reason=reason)
    return bool(await decide_peers(connection, identity, [choice], who=who, moment=moment))
