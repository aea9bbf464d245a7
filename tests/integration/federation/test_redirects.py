import ssl
from pathlib import Path

import pytest
from aiohttp import web

from federation.errors import (
    FetchFailed,
    FetchRefused,
)
from federation.signature_formats import SignatureWish

from .answers import NOTE, answering, says
from .conftest import MakeClient, Peer, StartPeer


async def test_redirects_are_followed_and_signed_anew(
    start_peer: StartPeer, make_client: MakeClient
) -> None:
    """Up to three redirects are followed, each signed for its own URL; the last URL is told."""

    async def answer(request: web.Request) -> web.StreamResponse:
        hop = int(request.path.strip("/"))
        if hop == 3:
            return await answering()(request)
        raise web.HTTPFound(f"/{hop + 1}")

    peer = await start_peer(answer)
    signed: list[tuple[str, str, bytes | None]] = []

    def sign(method: str, url: str, body: bytes | None, wish: SignatureWish) -> dict[str, str]:
        signed.append((method, url, body))
        return {"Signature": url}

    fetched = await make_client(peer).fetch_document(peer.url("/0"), sign=sign)

    assert fetched.url == peer.url("/3")
    assert signed == [("GET", peer.url(f"/{hop}"), None) for hop in range(4)]
    assert [request.headers["Signature"] for request in peer.requests] == [s[1] for s in signed]


async def test_endless_redirects_are_cut(start_peer: StartPeer, make_client: MakeClient) -> None:
    """The fourth redirect is not followed (E7)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/again")

    peer = await start_peer(answer)

    with pytest.raises(FetchFailed, check=says("address to address")):
        await make_client(peer).fetch_document(peer.url())

    assert len(peer.requests) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_inward_is_refused(
    status: int, start_peer: StartPeer, canary: Peer, make_client: MakeClient
) -> None:
    """A redirect is judged like a first request (E6)."""
    peer = await start_peer(answering(status=status, Location=canary.url()))

    with pytest.raises(FetchRefused):
        await make_client(peer).fetch_document(peer.url())

    assert not canary.requests


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "gopher://a.example/", "data:,x", "//user@a.example/", "https://a"],
)
async def test_redirect_to_another_scheme_is_refused(
    target: str, start_peer: StartPeer, make_client: MakeClient
) -> None:
    """A redirect leads to http or https addresses only (E8)."""
    peer = await start_peer(answering(status=302, Location=target))

    with pytest.raises((FetchRefused, FetchFailed)):
        await make_client(peer).fetch_document(peer.url())


async def test_redirect_to_a_blocked_host_is_refused(
    start_peer: StartPeer, canary: Peer, make_client: MakeClient
) -> None:
    """A blocked server is not reached by way of another one (H11)."""
    peer = await start_peer(answering(status=302, Location=canary.url()))
    client = make_client(peer, canary, is_blocked=canary.address.__eq__)

    with pytest.raises(FetchRefused, check=says("blocked")):
        await client.fetch_document(peer.url())

    assert not canary.requests


async def test_downgrade_is_refused(
    start_peer: StartPeer,
    canary: Peer,
    make_client: MakeClient,
    tls: ssl.SSLContext,
    certificate: Path,
) -> None:
    """A redirect from https to http is refused, even to a peer that http is allowed to (E8)."""
    peer = await start_peer(answering(status=302, Location=canary.url()), tls=tls)
    client = make_client(peer, canary, ca_file=certificate)

    with pytest.raises(FetchRefused, check=says("insecure")):
        await client.fetch_document(peer.url())

    assert not canary.requests


async def test_private_authority_is_trusted_when_named(
    start_peer: StartPeer, make_client: MakeClient, tls: ssl.SSLContext, certificate: Path
) -> None:
    """A certificate that the system does not trust counts only with a CA file (X20)."""
    peer = await start_peer(answering(), tls=tls)

    with pytest.raises(FetchFailed, check=says("certificate")):
        await make_client(peer).fetch_document(peer.url())
    fetched = await make_client(peer, ca_file=certificate).fetch_document(peer.url())

    assert fetched.document == NOTE
