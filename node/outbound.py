"""The node's one client for other servers: its policy, its signature, its certificates."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from federation.draft_cavage import sign_request
from federation.fetch_policy import FetchPolicy
from federation.keys import PrivateKey, load_private
from federation.safe_fetch import SafeClient
from node.identity import Identity
from node.settings import Settings
from node.storage import keys, peers
from node.storage.database import Database


class BlockedHosts:
    """Hosts that the desk has blocked, subdomains included; read anew when told to."""

    def __init__(self) -> None:
        """Nobody is blocked before the first reading."""
        self._hosts: frozenset[str] = frozenset()

    async def read(self, database: Database) -> None:
        """Read them from the database."""
        async with database.reading() as connection:
            self._hosts = frozenset(await peers.hosts_in_state(connection, "blocked"))

    def __call__(self, host: str) -> bool:
        """Whether *host* or a domain above it is blocked."""
        labels = host.split(".")
        return any(".".join(labels[start:]) in self._hosts for start in range(len(labels)))


@asynccontextmanager
async def open_client(
    database: Database, identity: Identity, settings: Settings
) -> AsyncIterator[SafeClient]:
    """Yield the client; what it fetches is signed by the instance actor (FEDERATION.md)."""
    blocked = BlockedHosts()
    await blocked.read(database)
    policy = FetchPolicy(
        development_peers=frozenset(settings.federation.development_peers),
        own_host=identity.host,
        is_blocked=blocked,
        max_body=settings.http.body_bytes,
    )
    async with database.reading() as connection:
        key = await keys.signing_key(connection, identity.instance, "rsa")
    sign = partial(_signed, key.key_id, load_private(key.private)) if key and key.private else None
    ca_file = settings.federation.ca_file
    client = SafeClient(
        policy,
        base_url=identity.base_url,
        sign=sign,
        ca_file=Path(ca_file) if ca_file else None,
    )
    try:
        yield client
    finally:
        await client.close()


def _signed(
    key_id: str, private_key: PrivateKey, method: str, url: str, body: bytes | None
) -> Mapping[str, str]:
    return sign_request(method=method, url=url, body=body, key_id=key_id, private_key=private_key)
