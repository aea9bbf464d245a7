"""The node's one client for other servers: its policy, its signatures, its certificates."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.fetch_policy import FetchPolicy
from federation.host_formats import HostFormats
from federation.keys import load_private
from federation.ports import KeptFormat
from federation.safe_fetch import SafeClient
from federation.signature_formats import SignatureFormat, SignatureWish
from federation.signing_keys import SigningKey, SigningKeys
from node.identity import Identity
from node.settings import Settings
from node.storage import keys, peers
from node.storage.database import Database
from node.storage.peer_policy import PolicyKeeper
from vocab.clock import parse_time, timestamp


class ActorSigner:
    """Signs requests as one actor of ours, by the keys that it had when they were last read."""

    def __init__(self, actor: str) -> None:
        """It has no keys before the first reading, and signs nothing."""
        self._actor = actor
        self._keys: SigningKeys | None = None

    async def read(self, database: Database) -> None:
        """Read the keys from the database."""
        async with database.reading() as connection:
            self._keys = await signing_keys(connection, self._actor)

    def __call__(
        self, method: str, url: str, body: bytes | None, wish: SignatureWish
    ) -> Mapping[str, str]:
        """Return the headers that sign a request; none without a key."""
        return self._keys.sign(method, url, body, wish) if self._keys else {}


@dataclass(frozen=True, slots=True)
class SqlFormats:
    """The ``FormatDirectory`` of the client, on the table of servers."""

    database: Database

    async def find_formats(self, hosts: Collection[str]) -> Mapping[str, KeptFormat]:
        """Return what is kept of those of *hosts* of which anything is."""
        async with self.database.reading() as connection:
            found = await peers.formats(connection, hosts)
        return {
            host: KeptFormat(format=SignatureFormat(format), learnt_at=parse_time(at))
            for host, (format, at) in found.items()
        }

    async def keep_format(self, host: str, kept: KeptFormat) -> bool:
        """Keep it of *host*, if that is a server that the node deals with; say whether it is.

        Others stay unwritten, so that no stranger makes the table grow.
        """
        async with self.database.transaction() as connection:
            at = timestamp(kept.learnt_at)
            return await peers.learn_format(connection, host, kept.format, at=at)


@asynccontextmanager
async def open_client(
    database: Database,
    identity: Identity,
    settings: Settings,
    policies: PolicyKeeper | None = None,
) -> AsyncIterator[SafeClient]:
    """Yield the client; what it fetches is signed by the instance actor (FEDERATION.md).

    It asks *policies* whom the desk has blocked; without, what stands now counts.
    """
    policies = policies or PolicyKeeper()
    policy = FetchPolicy(
        development_peers=frozenset(settings.federation.development_peers),
        own_host=identity.host,
        is_blocked=policies.blocks,
        max_body=settings.http.body_bytes,
    )
    async with database.reading() as connection:
        await policies.read(connection)
    instance = ActorSigner(identity.instance)
    await instance.read(database)
    ca_file = settings.federation.ca_file
    client = SafeClient(
        policy,
        base_url=identity.base_url,
        sign=instance,
        formats=HostFormats(SqlFormats(database)),
        ca_file=Path(ca_file) if ca_file else None,
    )
    try:
        yield client
    finally:
        await client.close()


async def signing_keys(connection: AsyncConnection, actor: str) -> SigningKeys | None:
    """Return the keys that our *actor* signs requests with; None before it has them."""
    rsa = await _signing_key(connection, actor, "rsa")
    if rsa is None:
        return None
    return SigningKeys(rsa=rsa, ed25519=await _signing_key(connection, actor, "ed25519"))


async def _signing_key(
    connection: AsyncConnection, actor: str, algorithm: str
) -> SigningKey | None:
    row = await keys.signing_key(connection, actor, algorithm)
    if row is None or row.private is None:
        return None
    return SigningKey(key_id=row.key_id, private=load_private(row.private))
