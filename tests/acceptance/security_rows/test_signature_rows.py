"""SECURITY.md B1, B4, B7, B8, B11, B13–B20 for draft-cavage, against a served node."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import md5

import pytest

from tests.acceptance.security_rows.raw_http import answer_to
from tests.acceptance.security_rows.scene import Scene
from tests.acceptance.security_rows.signing import HandMade, http_date
from tests.integration.nodes.scripted_server import key_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_b1_no_signature(scene: Scene) -> None:
    """What is not signed is not believed."""
    async with scene.unharmed():
        for inbox in scene.inboxes:
            activity = scene.alice.activity("Create", scene.alice.offer())
            assert await scene.alice.post(inbox, activity, signed=False) == 401


async def test_b4_digest_games(scene: Scene) -> None:
    """Only one good SHA-256 digest counts: no MD5, no second value, none empty or absent."""
    made = HandMade.create(scene)
    good, wrong = HandMade.digest_of(made.body), HandMade.digest_of(b"{}")
    weak = f"MD5={b64encode(md5(made.body, usedforsecurity=False).digest()).decode()}"
    async with scene.unharmed():
        for digest in (weak, f"{wrong},{good}", f"{good},{wrong}", "", "SHA-256=", wrong):
            assert await made.but(digest=digest).send(scene) == 401, digest
        headers = made.headers()
        del headers["Digest"]
        assert await scene.post(made.url, headers, made.body) == 401


@pytest.mark.parametrize(
    "date",
    [
        http_date(datetime.now(UTC) - timedelta(hours=2)),
        http_date(datetime.now(UTC) + timedelta(hours=2)),
        "yesterday",
        "0",
    ],
    ids=["past", "future", "garbage", "number"],
)
async def test_b7_time(scene: Scene, date: str) -> None:
    """A signature two hours away from now, or of no time, is refused."""
    async with scene.unharmed():
        assert await HandMade.create(scene).but(date=date).send(scene) == 401


async def test_b7_no_date(scene: Scene) -> None:
    """Without Date there is nothing to know the age by."""
    made = HandMade.create(scene)
    headers = made.headers()
    del headers["Date"]
    async with scene.unharmed():
        assert await scene.post(made.url, headers, made.body) == 401


async def test_b8_replay(scene: Scene) -> None:
    """The same POST a hundred times has one effect, through both inboxes."""
    offer = scene.alice.offer()
    create = scene.alice.activity("Create", offer)
    async with scene.unharmed(but={"inbox": 1, "resources": 1, "change_log": 1}):
        statuses = await asyncio.gather(
            *(scene.alice.post(scene.inboxes[number % 2], create) for number in range(100))
        )
        assert set(statuses) == {202}
        await scene.settled()
    assert scene.stands(offer["id"])[0][2] == 1


@pytest.mark.parametrize("name", ["Date", "Digest", "Host", "Signature"])
async def test_b13_headers_twice(scene: Scene, name: str) -> None:
    """Who could add a second one would make two readers see two requests."""
    made = HandMade.create(scene)
    headers = list(made.headers().items())
    second = {
        "Date": http_date(datetime.now(UTC) - timedelta(minutes=1)),
        "Digest": HandMade.digest_of(b"{}"),
        "Host": scene.honest.host,
        "Signature": dict(headers)["Signature"],
    }[name]
    async with scene.unharmed():
        for doubled in ([*headers, (name, second)], [(name, second), *headers]):
            assert await answer_to(scene, "/inbox", doubled, made.body) in (400, 401)


async def test_b13_folded_header(scene: Scene) -> None:
    """A header over two lines is refused."""
    made = HandMade.create(scene)
    headers = made.headers()
    headers["Date"] = headers["Date"].replace(", ", ",\r\n ")
    async with scene.unharmed():
        assert await answer_to(scene, "/inbox", list(headers.items()), made.body) in (400, 401)


async def test_b15_rotation(scene: Scene) -> None:
    """After a rotation one refetch finds the new key; the old one is dead, and fetches nothing."""
    old = scene.honest.cluster("rotating", 3)
    await scene.befriend(old)
    path = old.iri.removeprefix(scene.honest.base)
    fetched = scene.honest.fetched[path]
    new = scene.honest.cluster("rotating", 4)
    async with scene.unharmed(but={"inbox": 1}):
        assert await new.post(scene.inboxes[0], new.activity("Like", scene.alice.iri)) == 202
        assert scene.honest.fetched[path] == fetched + 1
        for _ in range(10):
            assert await old.post(scene.inboxes[0], old.activity("Like", scene.alice.iri)) == 401
        assert scene.honest.fetched[path] == fetched + 1
    kept = scene.node.rows(f"SELECT public FROM keys WHERE actor = '{old.iri}'")  # noqa: S608  # a test's own words
    assert kept == [(key_pair(4).public,)]


async def test_b16_flood_of_bogus_keys(scene: Scene) -> None:
    """A thousand key ids that lead nowhere cost their server a handful of fetches."""
    before = scene.evil.fetched.total()
    mallory = scene.mallory
    at_once = asyncio.Semaphore(50)

    async def attempt(number: int) -> int:
        key_id = f"{scene.evil.base}/nobody/{number}#key"
        activity = mallory.activity("Create", mallory.offer(), actor=key_id[:-4])
        async with at_once:
            return await mallory.post(scene.inboxes[number % 2], activity, key_id=key_id)

    async with scene.unharmed():
        statuses = await asyncio.gather(*(attempt(number) for number in range(1000)))
        assert set(statuses) <= {401, 503}
    assert scene.evil.fetched.total() - before <= 20


async def test_b16_others_are_still_heard(scene: Scene) -> None:
    """The flood from one server keeps out no key of another."""
    newcomer = scene.honest.cluster("newcomer", 5)
    activity = newcomer.activity("Like", scene.alice.iri)
    assert await newcomer.post(scene.inboxes[0], activity) == 202


async def test_b19_key_id_schemes(scene: Scene) -> None:
    """Keys are looked for at http and https addresses of others, nowhere else."""
    made = HandMade.create(scene)
    cluster = f"{scene.node.base_url}/cluster"
    strange = [
        "file:///etc/passwd",
        "data:application/activity+json,{}",
        f"acct:alice@{scene.honest.host}",
        f"{cluster}#main-key",
        f"ftp://{scene.honest.host}/key",
        f"{scene.canary.base}/actors/alice#key",
        "",
        "//",
    ]
    async with scene.unharmed():
        for key_id in strange:
            assert await made.but(key_id=key_id or " ").send(scene) == 401, key_id


async def test_b19_the_node_does_not_speak_to_itself(scene: Scene) -> None:
    """Nobody posts in the name of the node's own cluster."""
    cluster = f"{scene.node.base_url}/cluster"
    activity = scene.alice.activity("Create", scene.alice.offer(), actor=cluster)
    async with scene.unharmed():
        for key_id in (f"{cluster}#main-key", scene.alice.key_id):
            assert await scene.alice.post(scene.inboxes[0], activity, key_id=key_id) == 401


async def test_b20_a_wrong_signature_is_told_at_once(scene: Scene) -> None:
    """401 comes with the request itself, so that the sender can knock again otherwise."""
    made = HandMade.create(scene)
    forged = [b64encode(bytes(256)).decode(), "AAAA", "not base64!", ""]
    async with scene.unharmed():
        for signature in forged:
            assert await made.but(signature=signature or " ").send(scene) == 401, signature
        made = made.but(actor=scene.mallory, key_id=scene.alice.key_id)
        assert await made.send(scene) == 401


@pytest.mark.parametrize(
    "algorithm", ["rsa-sha1", "hmac-sha256", "rsa-sha512", "ed25519", "none", ""]
)
async def test_b11_algorithms(scene: Scene, algorithm: str) -> None:
    """What is weak, symmetric or unknown is refused; hs2019 means that the key decides."""
    made = HandMade.create(scene)
    headers = made.headers()
    stated = headers["Signature"]
    headers["Signature"] = stated.replace("rsa-sha256", algorithm)
    async with scene.unharmed():
        assert await scene.post(made.url, headers, made.body) == 401
    headers["Signature"] = stated.replace("rsa-sha256", "hs2019")
    assert await scene.post(made.url, headers, made.body) == 202
