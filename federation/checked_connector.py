"""Sockets to other servers, opened only where the policy allows the address.

aiohttp asks no resolver for a host that is an IP address, and a name may resolve to
something else each time. So the check stands where every socket is made: its factory gets
the very address that is connected to next.
"""

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from federation.fetch_policy import FetchPolicy

# What getaddrinfo and a socket factory speak of: family, type, protocol, name, address.
_AddressInfo = tuple[
    int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]
]

_LOOKUPS_AT_A_TIME = 16


class AddressRefused(OSError):
    """The address is not one that this node connects to."""

    def __init__(self) -> None:
        """Say the same for every address: the connector merges only equal errors."""
        super().__init__("address refused by policy")


class BoundedResolver(AbstractResolver):
    """Looks names up in threads of its own, each within a time-out.

    The system's resolver cannot be interrupted; in the event loop's own threads, a few
    servers of dead domains would hold up every other look-up.
    """

    def __init__(self, timeout: float) -> None:
        """Give up a look-up after *timeout* seconds; its thread ends when the system lets it."""
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(_LOOKUPS_AT_A_TIME, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of *host*. Raises OSError where there are none in time."""
        lookup = partial(socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                found = await loop.run_in_executor(self._threads, lookup)
        except TimeoutError as error:
            raise socket.gaierror(socket.EAI_AGAIN, "the name was not resolved in time") from error
        return [_result(host, port, info[0], info[4]) for info in found]

    async def close(self) -> None:
        """Take no more look-ups; do not wait for those that hang."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _result(host: str, port: int, family: int, address: tuple[object, ...]) -> ResolveResult:
    return {
        "hostname": host,
        "host": str(address[0]),
        "port": port,
        "family": family,
        "proto": socket.IPPROTO_TCP,
        "flags": socket.AI_NUMERICHOST,
    }


def open_connector(
    policy: FetchPolicy,
    *,
    resolver: AbstractResolver,
    ca_file: Path | None = None,
    keep_alive: float = 15.0,
) -> TCPConnector:
    """Return a connector that opens sockets only to addresses that *policy* allows.

    With *ca_file*, servers are trusted by these certificates beside the system's.
    """
    return TCPConnector(
        resolver=resolver,
        ssl=_trust(ca_file),
        socket_factory=partial(_open_socket, policy),
        # Callers are bounded by lanes and pools of their own; a limit here would let a slow
        # server hold the places of the others.
        limit=0,
        ttl_dns_cache=10,
        keepalive_timeout=keep_alive,
    )


def _open_socket(policy: FetchPolicy, info: _AddressInfo) -> socket.socket:
    family, kind, protocol, _, (address, port, *_) = info
    if not isinstance(port, int) or not policy.allows_address(str(address), port):
        raise AddressRefused
    return socket.socket(family=family, type=kind, proto=protocol)


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context
