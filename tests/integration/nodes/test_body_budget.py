"""Bodies of strangers: how much of them a node holds before it knows who sent them."""

import asyncio

import pytest

from node.endpoints.app_keys import BODIES
from node.endpoints.body_budget import MOST_BYTES, BodyBudget
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.live_node import LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIB = 1 << 20


def budget_of(node: LiveNode) -> BodyBudget:
    assert node.running is not None
    return node.running.public[BODIES]


async def test_beyond_the_budget_the_answer_is_come_again(nodes: Nodes) -> None:
    """503 with Retry-After while other bodies take all the room, then 202."""
    node, actor = nodes.north, nodes.evil.actor("patient")
    like = actor.activity("Like", node.cluster)
    with budget_of(node).share() as others:
        others.take(MOST_BYTES * 3 // 4)
        async with node.session.post("/inbox", data=b"{" * MIB) as response:
            assert response.status == 503
            assert int(response.headers["Retry-After"]) > 0
        assert await actor.post(f"{node.base}/inbox", like) == 202
    assert budget_of(node).taken == 0


async def test_a_body_counts_while_it_comes_in(nodes: Nodes) -> None:
    """What was sent of an unfinished body is counted, and given back when its sender leaves."""
    node = nodes.north
    budget, sent = budget_of(node), 200_000
    host, port = node.host.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /inbox HTTP/1.1\r\nHost: {node.host}\r\n".encode())
    writer.write(b"Content-Length: 900000\r\n\r\n" + b"[" * sent)
    await writer.drain()

    async def counted() -> bool:
        return budget.taken == sent

    await until(counted, "the bytes are counted")
    writer.close()

    async def free() -> bool:
        return budget.taken == 0

    await until(free, "the bytes are given back")
