"""The node's ``/sparql`` alone, on a snapshot that never changes, without quotas.

Usage: sparql_server.py SNAPSHOT PORT
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop
from aiohttp import web

from node.endpoints.error_responses import answer_errors
from node.endpoints.sparql import register
from node.graph.query_pool import QueryLimits, QueryPool
from node.graph.snapshots import Snapshot

_NO_QUOTA = 1e9


class _OneSnapshot:
    """The newest snapshot, as if nothing was published any more."""

    def __init__(self, path: Path) -> None:
        self.newest = Snapshot(number=1, path=path, tag="one")

    def hold(self) -> Snapshot:
        """Return the snapshot."""
        return self.newest

    def release(self, snapshot: Snapshot) -> None:
        """Keep it."""


async def _application() -> web.Application:
    pool = QueryPool(_OneSnapshot(Path(sys.argv[1])), QueryLimits(cpu_per_minute=_NO_QUOTA))
    await pool.start()

    async def end(_: web.Application) -> AsyncIterator[None]:
        yield
        await pool.close()

    application = web.Application(middlewares=[answer_errors])
    application.cleanup_ctx.append(end)
    register(application, pool)
    return application


if __name__ == "__main__":
    uvloop.install()
    web.run_app(
        _application(), host="127.0.0.1", port=int(sys.argv[2]), print=None, access_log=None
    )
