"""One node among scripted servers for the tests of a module."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
import pytest_asyncio

from tests.acceptance.security_rows.scene import PeerServer, Scene
from tests.acceptance.served_node import free_port, served_node


def _listener() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Give a node that may talk to the honest and the evil server, and to no canary."""
    async with AsyncExitStack() as stack:
        honest, evil, canary = (PeerServer(_listener()) for _ in range(3))
        for server in (honest, evil, canary):
            await server.start()
            stack.push_async_callback(server.stop)
        port = free_port()
        node = stack.enter_context(
            served_node(
                tmp_path_factory.mktemp("attacked") / "node",
                base_url=f"http://localhost:{port}",
                port=port,
                peers=[f"127.0.0.1:{server.port}" for server in (honest, evil)],
            )
        )
        session = await stack.enter_async_context(aiohttp.ClientSession())
        scene = Scene(node=node, honest=honest, evil=evil, canary=canary, session=session)
        await scene.make_friends()
        yield scene
