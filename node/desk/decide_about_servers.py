"""What the desk decides about a server, by a page or a command; the caller wakes the node."""

from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import FederationError
from federation.origins import host_of
from node.errors import NodeError
from node.identity import Identity
from node.publishing.decide_peers import Choice, decide_peers
from node.storage import deliveries, peers


def read_host(text: str) -> str:
    """Return the host that a person means, who may have copied a whole address.

    Raises NodeError where there is none.
    """
    name = text.strip().lower().rpartition("@")[2].rstrip("/")
    with suppress(FederationError):
        host = host_of(name if "://" in name else f"https://{name}")
        if not any(character in host for character in " ,/"):
            return host
    raise NodeError(f"“{text[:200]}” is no host such as node.example.org.", status=400)


async def decide_server(
    connection: AsyncConnection,
    identity: Identity,
    host: str,
    state: str,
    *,
    who: str,
    reason: str = "",
) -> bool:
    """Let *host*, known or not, be of that *state*; False where it was before.

    Raises NodeError where it is this node itself.
    """
    _must_be_another(identity, host)
    choice = Choice(host=host, state=state, reason=reason.strip() or None)
    return bool(await decide_peers(connection, identity, [choice], who=who))


async def retry_server(connection: AsyncConnection, host: str) -> int:
    """Try again what waits for *host*, or was given up; return how many messages that are.

    Raises NodeError where the host is not known.
    """
    if await peers.get(connection, host) is None:
        raise NodeError(f"The server {host} is not known here.", status=404)
    return await deliveries.retry_host(connection, host)


def _must_be_another(identity: Identity, host: str) -> None:
    if host == identity.host:
        raise NodeError(
            f"{host} is this node itself.", remedy="Name the host of another server.", status=400
        )
