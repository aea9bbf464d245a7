"""Ask servers that came by themselves what they are, so that the desk can decide about them.

Never in a request, a few at a time and a few times each; whoever does not say stays unknown.
"""

import asyncio
from datetime import timedelta

from federation.errors import FederationError
from federation.nodeinfo import read_software
from federation.safe_fetch import SafeClient
from node.storage import peers
from node.storage.database import Database
from node.storage.peer_policy import PolicyKeeper
from vocab import clock

#: Servers asked at once; times each is asked.
AT_ONCE, LOOKS = 4, 3
#: Time until a server is asked again that did not say.
AGAIN = timedelta(hours=1)


class ServerWorker:
    """Reads the NodeInfo of servers of which nobody knows what they are."""

    def __init__(self, database: Database, policies: PolicyKeeper, client: SafeClient) -> None:
        """Ask with *client* whom *policies* lets this node ask."""
        self._database = database
        self._policies = policies
        self._client = client

    async def step(self) -> bool:
        """Ask some servers; return whether there may be more."""
        before = clock.timestamp(clock.now() - AGAIN)
        async with self._database.reading() as connection:
            policy = await self._policies.read(connection)
            hosts = await peers.unexplained(connection, before=before, most=LOOKS, limit=AT_ONCE)
        if not hosts:
            return False
        await asyncio.gather(*(self._look(host, policy.may_fetch(host)) for host in hosts))
        return True

    async def _look(self, host: str, allowed: bool) -> None:
        software = users = None
        if allowed:
            try:
                found = await read_software(self._client, f"{self._client.policy.scheme}://{host}")
                software, users = f"{found.name} {found.version}".strip(), found.users
            except FederationError:
                pass
        async with self._database.transaction() as connection:
            await peers.note_look(connection, host, at=clock.timestamp())
            if software:
                await peers.set_software(connection, host, software, users)
