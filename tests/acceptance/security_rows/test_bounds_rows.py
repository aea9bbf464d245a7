"""SECURITY.md A11, D1–D3, D7, D8, E6, E10, H1 against a served node: bytes, places, numbers."""

import asyncio
import gzip
import json
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.acceptance.security_rows.raw_http import (
    answer_to,
    connect,
    read_status,
    status_of,
)
from tests.acceptance.security_rows.scene import Scene
from tests.acceptance.security_rows.signing import HandMade
from tests.acceptance.served_node import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIB = 1 << 20
#: An endless body is cut off before this much of it was taken.
ENDURED = 16 * MIB


def head(scene: Scene, *lines: str) -> bytes:
    """Return the head of a POST to the shared inbox."""
    return "\r\n".join(
        ["POST /inbox HTTP/1.1", f"Host: {scene.node.host}", *lines, "", ""]
    ).encode()


async def answers(scene: Scene, body: bytes) -> set[int]:
    """Post *body* to both inboxes, signed by a cluster that the node follows."""
    return {
        await answer_to(scene, urlsplit(made.url).path, list(made.headers().items()), body)
        for made in (HandMade(actor=scene.mallory, url=url, body=body) for url in scene.inboxes)
    }


async def test_d1_oversize(scene: Scene) -> None:
    """One byte more than 1 MiB is too much, whatever it says; 1 MiB is read."""
    create = scene.mallory.activity("Create", scene.mallory.offer())
    text = json.dumps(create)
    fitting = text.replace("{", "{" + " " * (MIB - len(text)), 1).encode()
    assert len(fitting) == MIB
    async with scene.unharmed():
        assert await answers(scene, fitting + b" ") == {413}
    assert await answers(scene, fitting) == {202}


async def test_d1_lying_length(scene: Scene) -> None:
    """A length that is not that of the body gets the request nowhere."""
    body = json.dumps(scene.mallory.activity("Create", scene.mallory.offer())).encode()
    made = HandMade(actor=scene.mallory, url=scene.inboxes[0], body=body)
    signed = [f"{name}: {value}" for name, value in made.headers().items() if name != "Host"]
    async with scene.unharmed():
        huge = head(scene, *signed, f"Content-Length: {4096 * MIB}")
        assert await status_of(scene, huge) == 413
        short = head(scene, *signed, "Content-Length: 100")
        assert await status_of(scene, short + body) == 400
        for wrong in ("-1", "1e3", "0x10", "100, 200"):
            assert await status_of(scene, head(scene, f"Content-Length: {wrong}")) == 400


async def test_d1_body_that_never_comes(scene: Scene) -> None:
    """Who announces more than it sends holds up nobody."""
    async with scene.unharmed():
        reader, writer = await connect(scene)
        writer.write(head(scene, "Content-Length: 1000") + b"{")
        assert await scene.alice.post(scene.inboxes[0], b"{}") == 400
        writer.close()
        await reader.read()


async def test_d2_endless_chunks(scene: Scene) -> None:
    """A body without an end is answered 413 and cut off."""
    async with scene.unharmed():
        reader, writer = await connect(scene)
        writer.write(head(scene, "Transfer-Encoding: chunked"))
        sent, chunk = 0, b"10000\r\n" + b"[" * 0x10000 + b"\r\n"
        answer = asyncio.ensure_future(read_status(reader))
        with suppress(ConnectionError):
            while sent < ENDURED and not answer.done():
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0)  # while the node reads, drain alone lets no answer in
                sent += 0x10000
        assert await answer == 413
        assert sent < ENDURED
        await cut_off(writer, chunk)


async def cut_off(writer: asyncio.StreamWriter, chunk: bytes) -> None:
    """Go on sending until the node has closed the connection; fail where it never does."""
    deadline = time.monotonic() + PATIENCE
    with suppress(ConnectionError):
        while time.monotonic() < deadline:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0.05)
        raise AssertionError("the node goes on reading")


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
async def test_d3_packed_bodies(scene: Scene, packing: str) -> None:
    """A bomb is refused before it is unpacked, at every address that takes a body."""
    bomb = gzip.compress(bytes(300 * MIB), compresslevel=1) if packing == "gzip" else b"packed"
    headers = [("Host", scene.node.host), ("Content-Encoding", packing)]
    async with scene.unharmed():
        for path in ("/inbox", "/cluster/inbox", "/sparql", "/nothing"):
            assert await answer_to(scene, path, headers, bomb[: MIB // 2]) == 415, path


async def test_d3_the_answer_says_what_would_do(scene: Scene) -> None:
    """415 comes with what is taken; a body that says it is not packed is read."""
    async with scene.session.post(
        scene.inboxes[0], data=b"x", headers={"Content-Encoding": "gzip"}
    ) as response:
        problem = await response.json(content_type="application/problem+json")
        assert (response.status, response.headers["Accept-Encoding"]) == (415, "identity")
        assert "Content-Encoding" in problem["remedy"]
    made = HandMade.create(scene)
    plain = made.headers() | {"Content-Encoding": "identity"}
    assert await scene.post(made.url, plain, made.body) == 202


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"object":['])
async def test_d7_depth(scene: Scene, opening: bytes) -> None:
    """JSON of tens of thousands of levels is refused, closed or not."""
    levels = 100_000
    closing = {b"[": b"]", b'{"a":': b"}"}.get(opening, b"]}")
    closed = opening * (levels // 2) + b"1" + closing * (levels // 2)
    async with scene.unharmed():
        assert await answers(scene, opening * (MIB // len(opening))) == {400}
        assert await answers(scene, closed) == {400}


@pytest.mark.parametrize(
    "number", ["9" * 5000, str(2**63), str(2**53), "NaN", "Infinity", "1e999", "-" + "1" * 400]
)
async def test_d8_numbers(scene: Scene, number: str) -> None:
    """Numbers that two readers would read differently are refused."""
    create = scene.mallory.activity("Create", scene.mallory.offer(), extra="NUMBER")
    body = json.dumps(create).replace('"NUMBER"', number).encode()
    async with scene.unharmed():
        assert await answers(scene, body) == {400}


async def test_e6_e10_redirect_inward(scene: Scene) -> None:
    """A key whose address sends on to the canary is not found there (also A11: nor at V)."""
    async with scene.unharmed():
        for name, place in (
            ("inward", f"{scene.canary.base}/actors/inward"),
            ("home", f"{scene.node.base_url}/cluster"),
            ("abroad", scene.alice.iri),
        ):
            iri = f"{scene.evil.base}/actors/{name}"
            scene.evil.documents[f"/actors/{name}"] = {"Location": place}
            create = scene.mallory.activity("Create", scene.mallory.offer(), actor=iri)
            for inbox in scene.inboxes:
                status = await scene.mallory.post(inbox, create, key_id=f"{iri}#key")
                assert status in (401, 403, 503), (name, status)


async def test_e10_inbox_elsewhere(scene: Scene) -> None:
    """An actor whose inbox is the node's own, or on the canary, is none."""
    async with scene.unharmed():
        for name, inbox in (
            ("inbox-at-c", f"{scene.canary.base}/inbox"),
            ("inbox-at-t", scene.inboxes[0]),
            ("inbox-odd", "file:///inbox"),
        ):
            actor = scene.evil.actor(name, 1, inbox=inbox)
            follow = actor.activity("Follow", f"{scene.node.base_url}/cluster")
            assert await actor.post(scene.inboxes[0], follow) == 401


async def test_e10_shared_inbox_elsewhere(scene: Scene) -> None:
    """A shared inbox on another server is passed over: what is sent goes to the actor's own."""
    endpoints = {"sharedInbox": f"{scene.canary.base}/inbox"}
    follower = scene.honest.actor("follower", 6, endpoints=endpoints)
    follow = follower.activity("Follow", f"{scene.node.base_url}/cluster")
    assert await follower.post(scene.inboxes[0], follow) == 202
    accept = await follower.receives("Accept", follow["id"])
    assert accept["actor"] == f"{scene.node.base_url}/cluster"
    kept = scene.node.rows(f"SELECT inbox, shared_inbox FROM actors WHERE iri = '{follower.iri}'")  # noqa: S608  # a test's own words
    assert kept == [(f"{follower.iri}/inbox", None)]
    assert scene.canary.received == []
    # Delivered and written down as such, so that the next test counts nothing of this one.
    await scene.eventually("SELECT count(*) FROM deliveries WHERE state = 'waiting'", 0)


async def test_e10_actor_at_the_canary(scene: Scene) -> None:
    """An actor on a server that the node may not talk to is not asked for."""
    stranger = scene.canary.actor("stranger", 1)
    async with scene.unharmed():
        follow = stranger.activity("Follow", f"{scene.node.base_url}/cluster")
        assert await stranger.post(scene.inboxes[0], follow) == 401


async def test_h1_delete_storm(scene: Scene) -> None:
    """Fifteen hundred Deletes of actors never heard of cost no fetch and leave nothing."""
    fetched = scene.evil.fetched.total()
    at_once = asyncio.Semaphore(50)

    async def delete(number: int) -> int:
        iri = f"{scene.evil.base}/actors/gone-{number}"
        activity = scene.mallory.activity("Delete", iri, actor=iri)
        async with at_once:
            return await scene.mallory.post(
                scene.inboxes[number % 2], activity, key_id=f"{iri}#main-key"
            )

    async with scene.unharmed():
        statuses = await asyncio.gather(*(delete(number) for number in range(1500)))
        assert set(statuses) == {202}
    assert scene.evil.fetched.total() == fetched
