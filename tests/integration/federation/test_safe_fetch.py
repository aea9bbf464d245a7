import asyncio
import gzip
import json
import socket

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from federation.errors import (
    FederationError,
    FetchFailed,
    FetchRefused,
    GoneResource,
    MalformedRequest,
    NothingShown,
    UnsupportedContent,
)
from federation.fetch_policy import FetchTimeouts

from .answers import ACTIVITY, NOTE, answering, says
from .conftest import MakeClient, Peer, StartPeer


class FixedResolver(AbstractResolver):
    """Gives the addresses it was made with, one list for each look-up."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            {"hostname": host, "host": a, "port": port, "family": family, "proto": 0, "flags": 0}
            for a in addresses
        ]

    async def close(self) -> None:
        pass


async def test_document_is_fetched(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A document is returned with where it was found, asked for as ActivityPub says."""
    peer = await start_peer(answering())
    client = make_client(peer)

    fetched = await client.fetch_document(peer.url("/1?a=b#c"))

    assert fetched.document == NOTE
    assert fetched.url == peer.url("/1?a=b")
    headers = peer.requests[0].headers
    assert "application/activity+json" in headers["Accept"]
    assert headers["User-Agent"].startswith("Skagerrak/")
    assert headers["User-Agent"].endswith(" (+http://own.example)")


async def test_gzipped_document_is_fetched(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A gzipped answer is unpacked."""
    peer = await start_peer(
        answering(gzip.compress(json.dumps(NOTE).encode()), Content_Encoding="gzip")
    )

    fetched = await make_client(peer).fetch_document(peer.url())

    assert fetched.document == NOTE


async def test_name_of_a_peer_is_fetched(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A peer on loopback may be called localhost, whatever else that name stands for."""
    peer = await start_peer(answering())

    fetched = await make_client(peer).fetch_document(f"http://localhost:{peer.port}/")

    assert fetched.document == NOTE


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104 - asked for, not bound
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_loopback_is_refused_in_production(
    host: str, scheme: str, canary: Peer, make_client: MakeClient
) -> None:
    """In production nothing is fetched from or posted to this machine (E1, E2, E10)."""
    client = make_client()
    url = f"{scheme}://{host}:{canary.port}/"

    with pytest.raises(FetchRefused):
        await client.fetch_document(url)
    with pytest.raises(FetchRefused):
        await client.fetch_json(url)
    posted = await client.post(url, b"{}", {})

    assert posted.refused
    assert not canary.requests


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "①②⑦.⓪.⓪.①"])
async def test_odd_spellings_of_a_peer_are_refused(
    host: str, canary: Peer, make_client: MakeClient
) -> None:
    """An address in disguise is refused even where the address itself is allowed (E4)."""
    client = make_client(canary)

    with pytest.raises(FetchRefused):
        await client.fetch_document(f"http://{host}:{canary.port}/")

    assert not canary.requests


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["::1", "127.0.0.1"], ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"]],
)
async def test_name_that_resolves_inward_is_refused(
    addresses: list[str], canary: Peer, make_client: MakeClient
) -> None:
    """The address connected to is checked, not the name (E5)."""
    client = make_client(resolver=FixedResolver(addresses))

    with pytest.raises(FetchRefused, check=says("public internet")):
        await client.fetch_document(f"https://rebound.example:{canary.port}/")
    posted = await client.post(f"https://rebound.example:{canary.port}/", b"{}", {})

    assert posted.refused
    assert not canary.requests


async def test_rebound_name_is_refused(
    start_peer: StartPeer, canary: Peer, make_client: MakeClient
) -> None:
    """A name that answered well once is checked again when it is connected to again (E5)."""
    peer = await start_peer(answering(Connection="close"))
    resolver = FixedResolver(["127.0.0.1"], ["127.0.0.2"])
    client = make_client(peer, resolver=resolver)
    url = f"http://rebound.example:{peer.port}/"
    await client.fetch_document(url)
    connector = client._session.connector
    connector.clear_dns_cache()  # type: ignore[union-attr]  # as its ten seconds would

    with pytest.raises(FetchRefused):
        await client.fetch_document(url)

    assert len(peer.requests) == 1


async def test_mixed_addresses_reach_the_allowed_one(
    start_peer: StartPeer, make_client: MakeClient
) -> None:
    """Of several addresses of a name only allowed ones are connected to (E5)."""
    peer = await start_peer(answering())
    client = make_client(peer, resolver=FixedResolver(["127.0.0.2", "::1", "127.0.0.1"]))

    fetched = await client.fetch_document(f"http://mixed.example:{peer.port}/")

    assert fetched.document == NOTE


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "application/ld+json", "image/png", ""]
)
async def test_other_types_are_no_documents(
    content_type: str, start_peer: StartPeer, make_client: MakeClient
) -> None:
    """What is not served as ActivityPub is not taken as ActivityPub (A12)."""
    peer = await start_peer(answering(Content_Type=content_type))

    with pytest.raises(UnsupportedContent):
        await make_client(peer).fetch_document(peer.url())


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": NaN}', b'{"a":1,"a":2}', b"[" * 9999])
async def test_other_bodies_are_no_documents(
    body: bytes, start_peer: StartPeer, make_client: MakeClient
) -> None:
    """A body that is no acceptable JSON object is refused."""
    peer = await start_peer(answering(body))

    with pytest.raises(MalformedRequest):
        await make_client(peer).fetch_document(peer.url())


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (410, GoneResource, "deleted"),
        (404, NothingShown, "knows nothing"),
        (401, NothingShown, "does not let"),
        (500, FetchFailed, "error of its own"),
        (204, NothingShown, "204"),
        (418, NothingShown, "418"),
        (429, FetchFailed, "come back later"),
    ],
)
async def test_statuses_are_told_in_words(
    status: int,
    error: type[FederationError],
    words: str,
    start_peer: StartPeer,
    make_client: MakeClient,
) -> None:
    """Every status but 200 is an error that says what the server did, and if waiting helps."""
    peer = await start_peer(answering(b"", status=status))

    with pytest.raises(error, check=says(words)) as caught:
        await make_client(peer).fetch_document(peer.url())
    assert type(caught.value) is error


async def test_request_to_wait_is_passed_on(start_peer: StartPeer, make_client: MakeClient) -> None:
    """A failed fetch carries the seconds of Retry-After."""
    peer = await start_peer(answering(status=503, Retry_After="120"))

    with pytest.raises(FetchFailed) as caught:
        await make_client(peer).fetch_document(peer.url())

    assert caught.value.retry_after == 120


async def test_long_answers_are_cut(start_peer: StartPeer, make_client: MakeClient) -> None:
    """An answer longer than the limit is refused, whether it says its length or not (E12)."""
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": ACTIVITY})
        await response.prepare(request)
        while sent < 1 << 30:
            await response.write(bytes(65536))
            sent += 65536
        return response

    for answer in (endless, answering(bytes(2 * 1024 * 1024))):
        peer = await start_peer(answer)
        with pytest.raises(FetchFailed, check=says("longer")):
            await make_client(peer).fetch_document(peer.url())

    assert sent < 1 << 30


async def test_short_answer_is_refused(make_client: MakeClient) -> None:
    """An answer shorter than it says is an error, not a document."""

    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\n"
            b"Content-Length: 100\r\n\r\n{}"
        )
        writer.close()

    server = await asyncio.start_server(lie, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = make_client(Peer(answering(), port=port))

        with pytest.raises(FetchFailed, check=says("cut its answer short")):
            await client.fetch_document(f"http://127.0.0.1:{port}/")


async def test_tarpit_is_left(start_peer: StartPeer, make_client: MakeClient) -> None:
    """An answer that drips is cut at the time for the whole request (E12)."""

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": ACTIVITY})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    peer = await start_peer(drip)
    client = make_client(peer, timeouts=FetchTimeouts(whole=0.3))
    loop = asyncio.get_running_loop()
    began = loop.time()

    with pytest.raises(FetchFailed, check=says("did not answer within 0.3 seconds")):
        await client.fetch_document(peer.url())

    assert loop.time() - began < 2


async def test_dead_names_and_ports_are_told(
    start_peer: StartPeer, make_client: MakeClient
) -> None:
    """A server that does not listen, and a name that is not found, are told apart (X20)."""

    class NoNames(FixedResolver):
        async def resolve(self, *_: object, **__: object) -> list[ResolveResult]:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        peer = Peer(answering(), port=unused.getsockname()[1])
        with pytest.raises(FetchFailed, check=says("does not accept connections")):
            await make_client(peer).fetch_document(peer.url())
    with pytest.raises(FetchFailed, check=says("was not found")):
        await make_client(resolver=NoNames([])).fetch_document("https://dead.example/")


async def test_environment_and_cookies_are_ignored(
    start_peer: StartPeer,
    canary: Peer,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No proxy is taken from the environment and no cookie is sent back."""
    monkeypatch.setenv("http_proxy", canary.url())
    monkeypatch.setenv("HTTP_PROXY", canary.url())
    peer = await start_peer(answering(Set_Cookie="a=b; Path=/"))
    client = make_client(peer)

    await client.fetch_document(peer.url())
    await client.fetch_document(peer.url())

    assert "Cookie" not in peer.requests[1].headers
    assert not canary.requests


async def test_discovery_documents_are_fetched(
    start_peer: StartPeer, make_client: MakeClient
) -> None:
    """JRD and JSON are read where they are asked for, an ActivityPub document is not."""
    peer = await start_peer(answering(Content_Type="application/jrd+json"))
    other = await start_peer(answering())
    client = make_client(peer, other)

    assert (await client.fetch_json(peer.url())).document == NOTE
    with pytest.raises(UnsupportedContent):
        await client.fetch_json(other.url())
