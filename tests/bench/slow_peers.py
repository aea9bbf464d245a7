"""Fifty servers that take what they get at once, and one that answers after 20 s.

All are ports of loopback, served by this process, which notes when something arrives.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

QUICK = 50
SLOW_SECONDS = 20.0


def _listener() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


@dataclass(kw_only=True)
class PeerHosts:
    """The servers: an actor on each."""

    _quick: list[socket.socket] = field(default_factory=lambda: [_listener() for _ in range(QUICK)])
    _slow: socket.socket = field(default_factory=_listener)
    _arrivals: list[float] = field(default_factory=list)
    _all_arrived: asyncio.Event = field(default_factory=asyncio.Event)
    #: Requests that the slow server has in hand.
    waiting: int = 0

    @property
    def hosts(self) -> list[str]:
        """Every server as ``ip:port``."""
        return [_host(listener) for listener in (*self._quick, self._slow)]

    @property
    def quick(self) -> list[str]:
        """IRIs of the actors whose servers are quick."""
        return [f"http://{_host(listener)}/u" for listener in self._quick]

    @property
    def slow(self) -> str:
        """IRI of the actor whose server is slow."""
        return f"http://{_host(self._slow)}/slow"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Answer on all ports."""
        application = web.Application()
        application.router.add_post("/u/inbox", self._take)
        application.router.add_post("/slow/inbox", self._take_slowly)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        for listener in (*self._quick, self._slow):
            await web.SockSite(runner, listener).start()
        try:
            yield
        finally:
            await runner.cleanup()

    def expect(self) -> None:
        """Forget what arrived before."""
        self._arrivals.clear()
        self._all_arrived.clear()

    async def all_arrived(self, patience: float) -> list[float]:
        """Return when each quick server got its message, by ``perf_counter``."""
        await asyncio.wait_for(self._all_arrived.wait(), patience)
        return list(self._arrivals)

    async def _take(self, request: web.Request) -> web.Response:
        await request.read()
        self._arrivals.append(time.perf_counter())
        if len(self._arrivals) == QUICK:
            self._all_arrived.set()
        return web.Response(status=202)

    async def _take_slowly(self, request: web.Request) -> web.Response:
        await request.read()
        self.waiting += 1
        try:
            await asyncio.sleep(SLOW_SECONDS)
        finally:
            self.waiting -= 1
        return web.Response(status=202)


def _host(listener: socket.socket) -> str:
    return f"127.0.0.1:{listener.getsockname()[1]}"
