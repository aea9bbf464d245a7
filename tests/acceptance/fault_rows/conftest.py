"""A node of a test's own, and a peer that it exchanges offers with."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from tests.acceptance.fault_rows.faulty_node import FaultyNode, FaultyPeer
from tests.acceptance.served_node import free_port, make_folder
from tests.integration.nodes.live_node import listen
from tests.integration.nodes.scripted_server import ScriptedActor


@dataclass(kw_only=True)
class Faults:
    """T, the node; V, a peer with a cluster that T follows and that follows T; W, another peer."""

    node: FaultyNode
    peer: FaultyPeer
    other: FaultyPeer
    alice: ScriptedActor


@pytest_asyncio.fixture
async def faults(tmp_path: Path) -> AsyncIterator[Faults]:
    """Give a node at work that exchanges offers with one peer, and may talk to another."""
    async with AsyncExitStack() as stack:
        peer, other = [await _peer(stack, listen()) for _ in range(2)]
        port = free_port()
        node = FaultyNode(folder=tmp_path / "node", base_url=f"http://localhost:{port}", port=port)
        peers = [f"127.0.0.1:{server.port}" for server in (peer, other)]
        make_folder(node.folder, base_url=node.base_url, port=port, peers=peers)
        stack.push_async_callback(node.stop)
        await node.start()
        alice = peer.cluster("alice")
        await node.befriend(alice)
        yield Faults(node=node, peer=peer, other=other, alice=alice)


async def _peer(stack: AsyncExitStack, listener: socket.socket) -> FaultyPeer:
    peer = FaultyPeer(listener)
    await peer.start()
    stack.push_async_callback(peer.stop)
    return peer
