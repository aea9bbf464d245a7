"""SECURITY.md B1, B4, B5, B7–B20 against a served node, for signatures after RFC 9421."""

import asyncio
import json
from base64 import b64encode
from functools import cache
from hashlib import md5

import pytest

from federation.keys import KeyPair, generate_ed25519
from tests.acceptance.security_rows.message_signing import HandMadeMessage, by
from tests.acceptance.security_rows.raw_http import answer_to
from tests.acceptance.security_rows.scene import Scene
from tests.acceptance.security_rows.signing import HandMade
from tests.integration.nodes.scripted_server import ScriptedActor, key_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = 'sig1=("@method" "@target-uri" "content-digest");created'


@cache
def ed25519_pair(number: int) -> KeyPair:
    return generate_ed25519()


def with_multikey(scene: Scene, name: str, key: int, pair: KeyPair) -> tuple[ScriptedActor, str]:
    """Let a cluster at V list *pair* as FEP-521a says; return it and the key's id."""
    actor = scene.honest.cluster(name, key)
    key_id = f"{actor.iri}#ed25519-key"
    document = scene.honest.documents[f"/actors/{name}"]
    assert isinstance(document, dict)
    document["assertionMethod"] = [
        {
            "id": key_id,
            "type": "Multikey",
            "controller": actor.iri,
            "publicKeyMultibase": pair.public,
        }
    ]
    return actor, key_id


async def test_b1_b20_what_is_not_signed_is_told_what_would_do(scene: Scene) -> None:
    """401 comes at once, and its Accept-Signature says what this node takes."""
    made = HandMadeMessage.create(scene)
    wrong = made.headers() | {"Signature": "sig1=:AAAA:"}
    unsigned = {name: value for name, value in made.headers().items() if "Sign" not in name}
    async with scene.unharmed():
        for headers in (wrong, unsigned):
            async with scene.session.post(made.url, headers=headers, data=made.body) as response:
                assert response.status == 401
                assert response.headers["Accept-Signature"] == ASKED


async def test_b10_weak_coverage(scene: Scene) -> None:
    """Nor does the method alone do, nothing at all, or a part of the address."""
    made = HandMadeMessage.create(scene)
    async with scene.unharmed():
        for covered in (["@method"], [], ["@method", "@path", "host", "content-digest"]):
            assert await made.but(covered=covered).send(scene) == 401, covered


async def test_b4_digest_games(scene: Scene) -> None:
    """No MD5 alone, no second value, none empty, wrong, absent, or of the older header."""
    made = HandMadeMessage.create(scene)
    good, wrong = HandMadeMessage.digest_of(made.body), HandMadeMessage.digest_of(b"{}")
    weak = f"md5=:{b64encode(md5(made.body, usedforsecurity=False).digest()).decode()}:"
    async with scene.unharmed():
        for digest in (weak, f"{wrong}, {good}", f"{good}, {wrong}", "x", "sha-256=::", wrong):
            assert await made.but(digest=digest).send(scene) == 401, digest
        headers = made.headers()
        headers["Digest"] = f"SHA-256={headers.pop('Content-Digest')[9:-1]}"
        assert await scene.post(made.url, headers, made.body) == 401


async def test_b5_other_method(scene: Scene) -> None:
    """A signature for a GET is none for a POST."""
    async with scene.unharmed():
        assert await HandMadeMessage.create(scene).but(method="GET").send(scene) == 401


async def test_b7_b9_time(scene: Scene) -> None:
    """Two hours from now, no time, garbage and an end in the past are refused."""
    made = HandMadeMessage.create(scene)
    key = f';keyid="{scene.alice.key_id}"'
    stated = [by(scene.alice.key_id, shift=shift) for shift in (-7200, 7200, 600)]
    stated += [key, f";created{key}", f';created="now"{key}', f";created=1.5{key}"]
    stated += [by(scene.alice.key_id, more=";expires=1780000000"), by(scene.alice.key_id)[:-1]]
    async with scene.unharmed():
        for parameters in stated:
            assert await made.but(parameters=parameters).send(scene) == 401, parameters


async def test_b8_replay(scene: Scene) -> None:
    """The same POST a hundred times has one effect, through both forms of signature."""
    made = HandMadeMessage.create(scene)
    headers = made.headers()
    older = HandMade(actor=scene.alice, url=made.url, body=made.body).headers()
    async with scene.unharmed(but={"inbox": 1, "resources": 1, "change_log": 1}):
        statuses = await asyncio.gather(
            *(scene.post(made.url, (headers, older)[n % 2], made.body) for n in range(100))
        )
        assert set(statuses) == {202}
        await scene.settled()
    offer = json.loads(made.body)["object"]
    assert scene.stands(offer["id"])[0][2] == 1


async def test_b11_the_key_decides(scene: Scene) -> None:
    """An Ed25519 key is found by its id; what states another algorithm than its key's is 401."""
    pair = ed25519_pair(0)
    actor, key_id = with_multikey(scene, "both-keys", 6, pair)

    def made(keyid: str, algorithm: str, used: KeyPair) -> HandMadeMessage:
        like = json.dumps(actor.activity("Like", scene.alice.iri)).encode()
        more = f';alg="{algorithm}"' if algorithm else ""
        return HandMadeMessage.create(scene).but(
            actor=actor, body=like, pair=used, parameters=by(keyid, more=more)
        )

    for algorithm in ("", "ed25519"):
        assert await made(key_id, algorithm, pair).send(scene) == 202
    for algorithm in ("", "rsa-v1_5-sha256"):
        assert await made(actor.key_id, algorithm, actor.pair).send(scene) == 202
    async with scene.unharmed():
        for algorithm in ("hmac-sha256", "rsa-pss-sha512", "rsa-sha1", "hs2019"):
            assert await made(key_id, algorithm, pair).send(scene) == 401, algorithm
            assert await made(actor.key_id, algorithm, actor.pair).send(scene) == 401, algorithm
        assert await made(key_id, "rsa-v1_5-sha256", pair).send(scene) == 401
        assert await made(actor.key_id, "ed25519", actor.pair).send(scene) == 401
        assert await made(key_id, "", actor.pair).send(scene) == 401


async def test_b12_two_forms(scene: Scene) -> None:
    """Where Signature-Input is, RFC 9421 decides: a good signature of the other form is nothing."""
    made = HandMadeMessage.create(scene)
    older = HandMade(actor=scene.alice, url=made.url, body=made.body).headers()
    newer = made.headers()
    both = f"{older['Signature']}, {newer['Signature']}"
    wrong = newer | older | {"Signature": f"{older['Signature']}, sig1=:AAAA:"}
    async with scene.unharmed():
        for headers in (newer | older, older | newer | {"Signature": both}, wrong):
            assert await scene.post(made.url, headers, made.body) == 401


async def test_b12_two_labels(scene: Scene) -> None:
    """The first signature decides alone; a second one, by whomever, adds nothing to it."""
    made = HandMadeMessage.create(scene)
    mine = made.headers()
    other = made.but(
        pair=scene.mallory.pair, parameters=by(scene.mallory.key_id), label="sig2"
    ).headers()

    def joined(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
        names = ("Signature-Input", "Signature")
        return mine | {name: f"{first[name]}, {second[name]}" for name in names}

    async with scene.unharmed():
        assert await scene.post(made.url, joined(other, mine), made.body) == 401
        wrong = mine | {"Signature": "sig1=:AAAA:"}
        again = made.but(label="sig3").headers()
        assert await scene.post(made.url, joined(wrong, again), made.body) == 401
    assert await scene.post(made.url, joined(mine, other), made.body) == 202


@pytest.mark.parametrize("name", ["Content-Digest", "Host", "Signature", "Signature-Input"])
async def test_b13_headers_twice(scene: Scene, name: str) -> None:
    """Who could add a second one would make two readers see two requests."""
    made = HandMadeMessage.create(scene)
    headers = list(made.headers().items())
    second = {"Content-Digest": HandMadeMessage.digest_of(b"{}"), "Host": scene.honest.host}
    value = second.get(name, dict(headers)[name])
    async with scene.unharmed():
        for doubled in ([*headers, (name, value)], [(name, value), *headers]):
            assert await answer_to(scene, "/inbox", doubled, made.body) in (400, 401)


async def test_b13_folded_header(scene: Scene) -> None:
    """A header over two lines is refused."""
    made = HandMadeMessage.create(scene)
    headers = made.headers()
    headers["Signature-Input"] = headers["Signature-Input"].replace(";", ";\r\n ", 1)
    async with scene.unharmed():
        assert await answer_to(scene, "/inbox", list(headers.items()), made.body) in (400, 401)


async def test_b15_rotation(scene: Scene) -> None:
    """After a rotation one refetch finds the new Ed25519 key; the old one is dead."""
    old, new = ed25519_pair(1), ed25519_pair(2)
    actor, key_id = with_multikey(scene, "rotating-multikey", 3, old)

    def made(pair: KeyPair) -> HandMadeMessage:
        like = json.dumps(actor.activity("Like", scene.alice.iri)).encode()
        return HandMadeMessage.create(scene).but(
            actor=actor, body=like, pair=pair, parameters=by(key_id)
        )

    await scene.befriend(actor)
    path = actor.iri.removeprefix(scene.honest.base)
    assert await made(old).send(scene) == 202
    fetched = scene.honest.fetched[path]
    with_multikey(scene, "rotating-multikey", 3, new)
    async with scene.unharmed(but={"inbox": 1}):
        assert await made(new).send(scene) == 202
        assert scene.honest.fetched[path] == fetched + 1
        for _ in range(10):
            assert await made(old).send(scene) == 401
        assert scene.honest.fetched[path] == fetched + 1
    kept = scene.node.rows(f"SELECT public FROM keys WHERE key_id = '{key_id}'")  # noqa: S608  # a test's own words
    assert kept == [(new.public,)]


async def test_b16_flood_of_bogus_keys(scene: Scene) -> None:
    """A thousand key ids that lead nowhere cost their server a handful of fetches."""
    before = scene.evil.fetched.total()
    at_once = asyncio.Semaphore(50)

    async def attempt(number: int) -> int:
        actor = f"{scene.evil.base}/nobody/{number}"
        body = json.dumps(scene.mallory.activity("Like", scene.alice.iri, actor=actor)).encode()
        made = HandMadeMessage.create(scene).but(
            body=body, pair=key_pair(1), parameters=by(f"{actor}#ed25519-key")
        )
        async with at_once:
            return await made.send(scene)

    async with scene.unharmed():
        statuses = await asyncio.gather(*(attempt(number) for number in range(1000)))
        assert set(statuses) <= {401, 503}
    assert scene.evil.fetched.total() - before <= 20


async def test_b19_key_id_schemes(scene: Scene) -> None:
    """Keys are looked for at http and https addresses of others, nowhere else."""
    made = HandMadeMessage.create(scene)
    cluster = f"{scene.node.base_url}/cluster"
    strange = [
        "file:///etc/passwd",
        "data:application/activity+json,{}",
        f"acct:alice@{scene.honest.host}",
        f"{cluster}#main-key",
        f"{cluster}#ed25519-key",
        f"ftp://{scene.honest.host}/key",
        f"{scene.canary.base}/actors/alice#key",
        "",
        "//",
    ]
    async with scene.unharmed():
        for key_id in strange:
            assert await made.but(parameters=by(key_id)).send(scene) == 401, key_id


async def test_b19_a_key_of_somebody_else(scene: Scene) -> None:
    """Mallory's signature under her own key says nothing for Alice (A1)."""
    made = HandMadeMessage.create(scene).but(
        pair=scene.mallory.pair, parameters=by(scene.mallory.key_id)
    )
    async with scene.unharmed():
        assert await made.send(scene) == 401


async def test_b20_a_wrong_signature_is_told_at_once(scene: Scene) -> None:
    """401 comes with the request itself, so that the sender can knock again otherwise."""
    made = HandMadeMessage.create(scene)
    forged = [b64encode(bytes(256)).decode(), "AAAA", "not base64!", "="]
    async with scene.unharmed():
        for signature in forged:
            assert await made.but(signature=signature).send(scene) == 401, signature
        assert await made.but(pair=scene.mallory.pair).send(scene) == 401
