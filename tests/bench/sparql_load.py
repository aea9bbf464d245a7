"""A load on one endpoint: so many connections, each asking one query after the other."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import cast
from urllib.parse import quote

from tests.bench.process_figures import cpu_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load found: requests a second, and processor seconds of the server for one."""

    rate: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A process that answers queries on loopback."""

    pid: int
    port: int

    async def load(self, queries: Iterator[str], *, connections: int, seconds: float) -> Load:
        """Ask *queries* for *seconds*; raises RuntimeError for an answer that is not 200."""
        end, spent, began = monotonic() + seconds, cpu_seconds(self.pid), monotonic()
        counts = await asyncio.gather(*(self._ask_until(end, queries) for _ in range(connections)))
        took, done = monotonic() - began, sum(counts)
        return Load(rate=done / took, cpu=(cpu_seconds(self.pid) - spent) / done)

    async def _ask_until(self, end: float, queries: Iterator[str]) -> int:
        transport, client = await asyncio.get_running_loop().create_connection(
            _Client, "127.0.0.1", self.port
        )
        done = 0
        while monotonic() < end:
            await client.ask(next(queries))
            done += 1
        transport.close()
        return done


class _Client(asyncio.Protocol):
    """A connection that keeps alive; it costs little, so that the server is what is measured."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._whole = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # What uvloop gives is no subclass.

    async def ask(self, query: str) -> None:
        self._answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._received.clear()
        self._whole = 0
        line = f"GET /sparql?query={quote(query, safe='')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        self._transport.write(line.encode())
        await self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._whole and (end := self._received.find(b"\r\n\r\n")) > 0:
            self._whole = end + 4 + self._length(bytes(self._received[:end]))
        if self._whole and len(self._received) >= self._whole and not self._answer.done():
            self._answer.set_result(None)

    def _length(self, head: bytes) -> int:
        status, *fields = head.split(b"\r\n")
        if b" 200 " not in status:
            self._answer.set_exception(RuntimeError(status.decode()))
        lengths = [field for field in fields if field.lower().startswith(b"content-length:")]
        return int(lengths[0].partition(b":")[2])

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(RuntimeError("The server closed the connection."))
