"""SECURITY B1 to B8, B11, B13, B19, B20: a signature covers all it must, for us, in time."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from federation.draft_cavage import SignatureParameters, sign_request, signing_text
from federation.errors import PayloadTooLarge, UnauthenticatedRequest
from federation.keys import generate_ed25519, load_private
from federation.signed_request import SignedRequest
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import NOON, OUR_HOST, Peer
from tests.unit.federation.authenticity.signed_requests import (
    STRANGE_KEY_IDS,
    changed,
    header,
    status,
)

Change = Callable[[SignedRequest], SignedRequest]


def resigned(
    request: SignedRequest, peer: Peer, covered: str, **parameters: object
) -> SignedRequest:
    """Return *request* signed anew over the headers named in *covered*."""
    created = parameters.get("created")
    texts = {name.lower(): [value] for name, value in request.headers}
    shown = SignatureParameters(
        key_id=peer.key_id,
        algorithm=None,
        headers=tuple(covered.split(" ")),
        signature=b"",
        created=int(str(created)) if created is not None else None,
        expires=None,
    )
    text = signing_text(shown, request.method, request.path_and_query, texts)
    key = load_private(peer.pair.private)
    assert isinstance(key, RSAPrivateKey)
    signature = b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()
    more = "".join(f",{name}={value}" for name, value in parameters.items())
    return changed(
        request,
        signature=f'keyId="{peer.key_id}",headers="{covered}",signature="{signature}"{more}',
    )


async def test_b1_no_signature(node: Node, honest: Peer) -> None:
    """A plain POST is 401."""
    request = changed(honest.post(honest.activity()), signature=None)

    assert await status(node, request) == 401
    assert node.web.fetched == []


@pytest.mark.parametrize(
    "covered",
    [
        "(request-target) host date",
        "(request-target) date digest",
        "host date digest",
        "(request-target) host digest",
        "date",
    ],
    ids=["b2-digest", "host", "b5-target", "date", "date-alone"],
)
async def test_b2_b5_too_little_covered(node: Node, honest: Peer, covered: str) -> None:
    """Target, host, date and digest must all be covered, however right the signature is."""
    request = resigned(honest.post(honest.activity()), honest, covered)

    assert await status(node, request) == 401


async def test_more_covered(node: Node, honest: Peer) -> None:
    """Any order, and headers beyond the needed ones, are as good."""
    request = resigned(
        honest.post(honest.activity()), honest, "digest content-type date host (request-target)"
    )

    assert await status(node, request) == 202


async def test_created_stands_for_the_date(node: Node, honest: Peer) -> None:
    """A covered (created) does without Date, and obeys the same window."""
    request = changed(honest.post(honest.activity()), date=None)
    covered = "(request-target) host (created) digest"
    now = int(NOON.timestamp())

    assert await status(node, resigned(request, honest, covered, created=now)) == 202
    assert await status(node, resigned(request, honest, covered, created=now - 7200)) == 401
    assert await status(node, resigned(request, honest, covered, created=now + 600)) == 401
    expired = resigned(request, honest, covered, created=now, expires=now - 1)
    assert await status(node, expired) == 401


async def test_only_get_does_without_a_digest(node: Node, honest: Peer) -> None:
    """Whatever the method is called, a body that nobody signed is refused."""
    for method in ("PUT", "post", "PATCH"):
        request = replace(honest.post(honest.activity()), method=method)
        signed = resigned(request, honest, "(request-target) host date")
        assert await status(node, signed) == 401


async def test_b3_body_swapped(node: Node, honest: Peer) -> None:
    """Another body under the same headers is 401."""
    request = honest.post(honest.activity())
    body = json.dumps(honest.activity(summary="Never said.")).encode()

    assert await status(node, replace(request, body=body)) == 401


async def test_b4_digest_games(node: Node, honest: Peer) -> None:
    """SHA-256 must be there exactly once and be right; other algorithms may stand beside it."""
    request = honest.post(honest.activity())
    right = header(request, "digest")
    wrong = right.replace("SHA-256=", "SHA-256=A")
    covered = "(request-target) host date digest"
    refused = ["MD5=1B2M2Y8AsgTpgAmY7PhCfg==", "", right + "," + wrong, right + "," + right, wrong]
    refused += [right.replace("SHA-256", "SHA-512"), right.removeprefix("SHA-256="), "SHA-256="]
    for digest in refused:
        forged = resigned(changed(request, digest=digest), honest, covered)
        assert await status(node, forged) == 401, digest
    absent = changed(resigned(request, honest, covered), digest=None)
    assert await status(node, absent) == 401
    for digest in ("MD5=1B2M2Y8AsgTpgAmY7PhCfg==, " + right, right.replace("SHA", "sha")):
        accepted = resigned(changed(request, digest=digest), honest, covered)
        assert await status(node, accepted) == 202, digest


async def test_b5_other_inbox(node: Node, honest: Peer) -> None:
    """A signature for one inbox is none for another."""
    request = honest.post(honest.activity())

    assert await status(node, replace(request, path_and_query="/cluster/inbox")) == 401


async def test_query_may_be_left_out_of_the_signature(node: Node, honest: Peer) -> None:
    """A target is verified with its query, and once more without it."""
    with_query = honest.post(honest.activity(), path="/inbox?a=b")
    without = replace(honest.post(honest.activity()), path_and_query="/inbox?a=b")

    assert await status(node, with_query) == 202
    assert await status(node, without) == 202
    assert await status(node, replace(with_query, path_and_query="/inbox")) == 401


@pytest.mark.parametrize("host", ["v.example", "t.example.e.example", "t.example:8443", ""])
async def test_b6_host_mismatch(node: Node, honest: Peer, host: str) -> None:
    """A POST that was signed for another host is 401 here, also when replayed."""
    request = honest.post(honest.activity(), host=host or "v.example")
    if not host:
        request = changed(request, host=None)

    assert await status(node, request) == 401


async def test_b6_absolute_form(node: Node, honest: Peer) -> None:
    """A target that names a host itself is refused, even under a right signature."""
    request = honest.post(honest.activity())
    absolute = replace(request, path_and_query=f"https://{OUR_HOST}/inbox")
    signed = resigned(absolute, honest, "(request-target) host date digest")

    assert await status(node, signed) == 401


async def test_b7_dates(node: Node, honest: Peer) -> None:
    """An hour back and five minutes ahead are accepted, more is not; nor is no date at all."""
    for shift, expected in [(-59, 202), (-120, 401), (4, 202), (6, 401), (120, 401)]:
        request = honest.post(honest.activity(), date=NOON + timedelta(minutes=shift))
        assert await status(node, request) == expected, shift
    covered = "(request-target) host date digest"
    request = honest.post(honest.activity())
    for date in ("yesterday", "", "Mon, 99 Nov 2026 12:00:00 GMT", "2026-11-23T12:00:00Z"):
        assert await status(node, resigned(changed(request, date=date), honest, covered)) == 401
    assert await status(node, changed(request, date=None)) == 401


async def test_b8_replay_is_the_same_activity(node: Node, honest: Peer) -> None:
    """A replay verifies to an equal activity, and costs no second fetch: the journal has one."""
    request = honest.post(honest.activity())
    first = await node.verifier.verify(request)
    for _ in range(99):
        assert await node.verifier.verify(request) == first
    assert node.web.fetched == [honest.iri]


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "hmac-sha256", "rsa-sha512", "none", ""])
async def test_b11_algorithms_refused(node: Node, honest: Peer, algorithm: str) -> None:
    """An algorithm that is weak, symmetric or unknown is 401 before anything is fetched."""
    request = honest.post(honest.activity())
    forged = header(request, "signature").replace("rsa-sha256", algorithm)

    assert await status(node, changed(request, signature=forged)) == 401
    assert node.web.fetched == []


async def test_b11_the_key_decides(node: Node, honest: Peer) -> None:
    """hs2019, rsa-sha256 and no algorithm at all mean what the key means."""
    pair = generate_ed25519()
    multikey = {
        "id": f"{honest.iri}#ed25519-key",
        "type": "Multikey",
        "controller": honest.iri,
        "publicKeyMultibase": pair.public,
    }
    node.web.pages[honest.iri] = honest.actor(assertionMethod=[multikey])
    body = json.dumps(honest.activity()).encode()
    headers = sign_request(
        method="POST",
        url=f"https://{OUR_HOST}/inbox",
        body=body,
        key_id=multikey["id"],
        private_key=load_private(pair.private),
        date=NOON,
    )
    by_ed25519 = replace(honest.post(honest.activity()), headers=list(headers.items()), body=body)
    for request in (by_ed25519, honest.post(honest.activity())):
        signature = header(request, "signature")
        for stated in ('algorithm="hs2019",', 'algorithm="rsa-sha256",', ""):
            for found in ('algorithm="hs2019",', 'algorithm="rsa-sha256",'):
                signature = signature.replace(found, "")
            shown = signature.replace("headers=", stated + "headers=")
            assert await status(node, changed(request, signature=shown)) == 202
    # An RSA signature under the id of the Ed25519 key.
    crossed = honest.post(honest.activity(), key_id=multikey["id"])
    assert await status(node, crossed) == 401


@pytest.mark.parametrize("name", ["Signature", "Date", "Digest", "Host"])
@pytest.mark.parametrize("first", [True, False])
async def test_b13_duplicate_headers(node: Node, honest: Peer, name: str, first: bool) -> None:
    """A second header of those that decide is refused, before and after the genuine one."""
    request = honest.post(honest.activity())
    extra = [(name.upper(), header(request, name.lower()))]
    headers = [*extra, *request.headers] if first else [*request.headers, *extra]

    assert await status(node, replace(request, headers=headers)) == 401


async def test_b13_folded_headers(node: Node, honest: Peer) -> None:
    """A header that runs over several lines signs nothing."""
    request = changed(honest.post(honest.activity()), x="one\n two")
    covered = "(request-target) host date digest x"

    assert await status(node, resigned(request, honest, covered)) == 401


@pytest.mark.parametrize("key_id", [*STRANGE_KEY_IDS, "https://v.example/alice#main-key\tx"])
async def test_b19_key_id_schemes(node: Node, honest: Peer, key_id: str) -> None:
    """A keyId that is no web address of another server is 401 and never fetched."""
    request = honest.post(honest.activity())
    forged = header(request, "signature").replace(honest.key_id, key_id)

    assert await status(node, changed(request, signature=forged)) == 401
    assert node.web.fetched == []


async def test_b19_actors_of_our_own(node: Node, evil: Peer) -> None:
    """Nobody posts to us as one of us, and we do not fetch from ourselves to find out."""
    ours = Peer(f"https://{OUR_HOST}/cluster", evil.pair)

    assert await status(node, ours.post(ours.activity())) == 401
    assert node.web.fetched == []


async def test_b20_wrong_signature_is_refused_at_once(node: Node, honest: Peer, evil: Peer) -> None:
    """A wrong signature is 401 in the answer itself, every time."""
    forged = evil.post(honest.activity(), key_id=honest.key_id)
    for _ in range(3):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify(forged)


async def test_too_large(node: Node, honest: Peer) -> None:
    """More than a mebibyte is 413 before anything is looked at."""
    request = replace(honest.post(honest.activity()), body=b" " * (1024 * 1024 + 1))
    with pytest.raises(PayloadTooLarge):
        await node.verifier.verify(request)
