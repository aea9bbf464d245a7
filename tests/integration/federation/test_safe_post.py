import asyncio

import pytest
from aiohttp import web

from federation.delivery_policy import Verdict, classify
from federation.fetch_policy import FetchTimeouts

from .conftest import MakeClient, Peer, StartPeer


async def test_message_is_posted(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A message arrives with its bytes and headers as given, and its status comes back."""
    seen: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(await request.read())
        return web.Response(status=202)

    peer = await start_peer(answer)

    outcome = await make_client(peer).post(
        peer.url("/inbox"), b'{"a": 1}', {"Content-Type": "application/activity+json"}
    )

    assert outcome.status == 202
    assert outcome.error is None
    assert seen == [b'{"a": 1}']
    assert peer.requests[0].headers["Content-Type"] == "application/activity+json"


@pytest.mark.parametrize(
    ("status", "location", "verdict"),
    [
        (301, "/elsewhere", Verdict.GIVE_UP),
        (302, "/elsewhere", Verdict.GIVE_UP),
        (303, "/elsewhere", Verdict.GIVE_UP),
        (307, "/elsewhere", Verdict.RETRY),
        (308, "/elsewhere", Verdict.RETRY),
        (307, "https://elsewhere.example/inbox", Verdict.GIVE_UP),
        (308, "file:///etc/passwd", Verdict.GIVE_UP),
    ],
)
async def test_post_follows_no_redirect(
    status: int, location: str, verdict: Verdict, start_peer: StartPeer, make_client: MakeClient
) -> None:
    """A redirected POST is not followed; only one that stays may be tried again."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": location})

    peer = await start_peer(answer)

    outcome = await make_client(peer).post(peer.url("/inbox"), b"{}", {})

    assert classify(outcome) is verdict
    assert len(peer.requests) == 1


async def test_wait_is_read(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A Retry-After comes back in seconds, with words for the desk (X14)."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "90"})

    peer = await start_peer(answer)

    outcome = await make_client(peer).post(peer.url(), b"{}", {})

    assert (outcome.status, outcome.retry_after) == (429, 90)
    assert outcome.error is not None
    assert peer.address in outcome.error


async def test_silence_is_an_outcome(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A server that does not answer in time is an outcome without a status, not an error."""

    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    peer = await start_peer(answer)
    client = make_client(peer, timeouts=FetchTimeouts(whole=0.2))

    outcome = await client.post(peer.url(), b"{}", {})

    assert outcome.status is None
    assert outcome.host_failed
    assert outcome.error == f"The server {peer.address} did not answer within 0.2 seconds."


async def test_endless_answer_counts_as_answered(
    start_peer: StartPeer, make_client: MakeClient
) -> None:
    """What a server says after its status is not waited for (E12)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=202)
        await response.prepare(request)
        while request.transport is not None:
            await response.write(bytes(65536))
            await asyncio.sleep(0)
        return response

    peer = await start_peer(answer)

    outcome = await make_client(peer).post(peer.url(), b"{}", {})

    assert outcome.status == 202


async def test_connection_is_used_again(start_peer: StartPeer, make_client: MakeClient) -> None:
    """Messages to one server share a connection, also when it answers with a few words."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=202, text="taken over")

    peer = await start_peer(answer)
    client = make_client(peer)

    for _ in range(5):
        await client.post(peer.url(), b"{}", {})

    transports = {request.transport for request in peer.requests}
    ports = {request.remote for request in peer.requests}
    assert len(ports) == 1
    assert len(transports - {None}) <= 1


async def test_post_to_this_node_is_refused(canary: Peer, make_client: MakeClient) -> None:
    """A node does not deliver to itself (E10)."""
    client = make_client(canary, own_host=canary.address)

    outcome = await client.post(canary.url(), b"{}", {})

    assert outcome.refused
    assert not canary.requests
