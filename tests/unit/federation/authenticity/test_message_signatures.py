"""SECURITY B1 to B13, B19, B20 for RFC 9421: a signature covers all it must, for us, in time."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import md5, sha512

import pytest

from federation.errors import UnauthenticatedRequest
from federation.keys import KeyPair, generate_ed25519, load_private
from federation.message_signatures import sign_request
from federation.signed_request import SignedRequest
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.message_signing import COVERED, NOW, post, signed_anew
from tests.unit.federation.authenticity.scripted_peers import OUR_HOST, Peer
from tests.unit.federation.authenticity.signed_requests import (
    STRANGE_KEY_IDS,
    changed,
    header,
    status,
)


async def test_what_we_sign_we_take(node: Node, honest: Peer) -> None:
    """A request signed by this module is verified by it; B1: without signature it is 401."""
    request = post(honest)

    assert await status(node, request) == 202
    assert await status(node, changed(request, signature=None, signature_input=None)) == 401
    assert await status(node, changed(request, signature=None)) == 401


@pytest.mark.parametrize("left_out", COVERED)
async def test_b2_b5_b10_weak_coverage(node: Node, honest: Peer, left_out: str) -> None:
    """Method, target and digest must all be covered, however right the signature is."""
    covered = [item for item in COVERED if item != left_out]

    assert await status(node, signed_anew(post(honest), honest, covered)) == 401


async def test_b10_only_the_method(node: Node, honest: Peer) -> None:
    """Nor is a part of a digest, or a digest that a parameter changes, the digest."""
    for covered in (
        ['"@method"'],
        [],
        ['"@method"', '"@target-uri"', '"content-digest";key="sha-256"'],
        ['"@method"', '"@path"', '"@authority"', '"content-digest"'],
    ):
        request = post(honest)
        forged = changed(
            request,
            signature_input=f'sig1=({" ".join(covered)});created={NOW};keyid="{honest.key_id}"',
        )
        assert await status(node, forged) == 401, covered


async def test_more_covered(node: Node, honest: Peer) -> None:
    """Any order, and components beyond the needed ones, are as good."""
    more = ('"date"', '"@authority"', '"host"', '"@scheme"', '"@path"', '"@query"')
    request = signed_anew(post(honest), honest, (*more, '"@request-target"', *reversed(COVERED)))

    assert await status(node, request) == 202


@pytest.mark.parametrize(
    "item",
    ['"x-absent"', '"@status"', '"@unknown"', '"@method"', '"Date"', '"date";sf', '"@method";req'],
)
async def test_components_that_no_request_has(node: Node, honest: Peer, item: str) -> None:
    """What is not there, stands twice, or belongs to responses, is 401."""
    request = post(honest)
    covered = " ".join((*COVERED, item))
    stated = f'sig1=({covered});created={NOW};keyid="{honest.key_id}"'

    assert await status(node, changed(request, signature_input=stated)) == 401
    assert node.web.fetched == []


async def test_b3_body_swapped(node: Node, honest: Peer) -> None:
    """Another body under the same headers is 401, with its own digest and without."""
    request = post(honest)
    body = json.dumps(honest.activity(summary="Never said.")).encode()
    own = dict(
        sign_request(
            method="POST",
            url=f"https://{OUR_HOST}/inbox",
            body=body,
            key_id=honest.key_id,
            private_key=load_private(honest.pair.private),
        )
    )["Content-Digest"]

    assert await status(node, replace(request, body=body)) == 401
    assert await status(node, replace(changed(request, content_digest=own), body=body)) == 401


async def test_b4_digest_games(node: Node, honest: Peer) -> None:
    """One good digest must be there, none wrong; SHA-512 is as good; others are passed over."""
    request = post(honest)
    right = header(request, "content-digest")
    wrong = f"sha-256=:{b64encode(bytes(32)).decode()}:"
    weak = f"md5=:{b64encode(md5(request.body, usedforsecurity=False).digest()).decode()}:"
    long = f"sha-512=:{b64encode(sha512(request.body).digest()).decode()}:"
    refused = [weak, f"{right}, {wrong}", f"{right}, {right}", wrong, "sha-256=::", "sha-256", "x"]
    refused += [right.replace("sha-256=", "sha-512="), f"{long}, {wrong}", right.strip(":"), ""]
    for digest in refused:
        forged = signed_anew(changed(request, content_digest=digest or "="), honest)
        assert await status(node, forged) == 401, digest
    assert await status(node, changed(request, content_digest=None)) == 401
    for digest in (long, f"{weak}, {right}", f"{right} , {long}"):
        accepted = signed_anew(changed(request, content_digest=digest), honest)
        assert await status(node, accepted) == 202, digest


async def test_b5_other_target(node: Node, honest: Peer) -> None:
    """A signature for one inbox, scheme or query is none for another."""
    request = post(honest)

    assert await status(node, replace(request, path_and_query="/cluster/inbox")) == 401
    assert await status(node, replace(request, path_and_query="/inbox?a=b")) == 401
    assert await status(node, replace(request, scheme="http")) == 401
    assert await status(node, replace(request, method="PUT")) == 401


@pytest.mark.parametrize("host", ["v.example", "t.example.e.example", "t.example:8443", ""])
async def test_b6_host_mismatch(node: Node, honest: Peer, host: str) -> None:
    """A POST that was signed for another host is 401 here, under its Host and under ours."""
    request = post(honest, host=host or "v.example")

    assert await status(node, changed(request, host=host or None)) == 401
    assert await status(node, changed(request, host=OUR_HOST)) == 401


async def test_b6_absolute_form(node: Node, honest: Peer) -> None:
    """A target that names a host itself is refused, even under a right signature."""
    absolute = replace(post(honest), path_and_query=f"https://{OUR_HOST}/inbox")

    assert await status(node, signed_anew(absolute, honest)) == 401


async def test_b7_b9_time(node: Node, honest: Peer) -> None:
    """An hour back and five minutes ahead are accepted, more is not; Date does not count."""
    key = f';keyid="{honest.key_id}"'
    for minutes, expected in [(-59, 202), (-120, 401), (4, 202), (6, 401), (120, 401)]:
        request = signed_anew(
            post(honest), honest, parameters=f";created={NOW + minutes * 60}{key}"
        )
        assert await status(node, request) == expected, minutes
    for stated in (
        "",
        ";created",
        ';created="soon"',
        f";created={NOW}.5",
        f";created=@{NOW}",
        ";created=-999999999999999",
        f";created={NOW};expires={NOW - 1}",
        f";created={NOW};expires",
        f';created={NOW};expires="never"',
    ):
        request = signed_anew(post(honest), honest, parameters=stated + key)
        assert await status(node, request) == 401, stated
    lasting = signed_anew(
        post(honest), honest, parameters=f';created={NOW};expires={NOW + 60};nonce="n";tag="t"{key}'
    )
    assert await status(node, changed(lasting, date=None)) == 202


async def test_b8_replay_is_the_same_activity(node: Node, honest: Peer) -> None:
    """A replay verifies to an equal activity, and costs no second fetch."""
    request = post(honest)
    first = await node.verifier.verify(request)
    for _ in range(9):
        assert await node.verifier.verify(request) == first
    assert node.web.fetched == [honest.iri]


@pytest.mark.parametrize(
    "algorithm",
    ["hmac-sha256", "rsa-v1_5-sha1", "rsa-pss-sha512", "ecdsa-p256-sha256", "hs2019", "none", ""],
)
async def test_b11_algorithms_refused(node: Node, honest: Peer, algorithm: str) -> None:
    """An algorithm that is symmetric, weak or of no key of ours is 401 before any fetch."""
    stated = f';created={NOW};keyid="{honest.key_id}";alg="{algorithm}"'

    assert await status(node, signed_anew(post(honest), honest, parameters=stated)) == 401
    assert node.web.fetched == []


def with_ed25519(node: Node, honest: Peer) -> tuple[str, KeyPair]:
    """Let the honest peer list an Ed25519 Multikey (FEP-521a); return its id and the pair."""
    pair, key_id = generate_ed25519(), f"{honest.iri}#ed25519-key"
    node.web.pages[honest.iri] = honest.actor(
        assertionMethod=[
            {
                "id": key_id,
                "type": "Multikey",
                "controller": honest.iri,
                "publicKeyMultibase": pair.public,
            }
        ]
    )
    return key_id, pair


async def test_b11_the_key_decides(node: Node, honest: Peer) -> None:
    """A Multikey is found by its id; without ``alg`` the key decides, with it both must agree."""
    key_id, pair = with_ed25519(node, honest)
    for algorithm, ours, theirs in [
        ("", 202, 202),
        (';alg="ed25519"', 202, 401),
        (';alg="rsa-v1_5-sha256"', 401, 202),
    ]:
        stated = f';created={NOW};keyid="{key_id}"{algorithm}'
        by_ed25519 = signed_anew(post(honest), honest, parameters=stated, pair=pair)
        assert await status(node, by_ed25519) == ours, algorithm
        stated = f';created={NOW};keyid="{honest.key_id}"{algorithm}'
        by_rsa = signed_anew(post(honest), honest, parameters=stated)
        assert await status(node, by_rsa) == theirs, algorithm


async def test_b11_a_key_under_the_id_of_another(node: Node, honest: Peer) -> None:
    """An RSA signature under the id of the Ed25519 key is wrong, and the other way round."""
    key_id, pair = with_ed25519(node, honest)
    stated = f";created={NOW};keyid="

    for named, used in ((key_id, honest.pair), (honest.key_id, pair)):
        crossed = signed_anew(post(honest), honest, parameters=f'{stated}"{named}"', pair=used)
        assert await status(node, crossed) == 401


async def test_b12_rfc_9421_decides_where_both_forms_are(
    node: Node, honest: Peer, evil: Peer
) -> None:
    """Where Signature-Input is, a draft-cavage signature counts for nothing, however right."""
    good = honest.post(honest.activity())
    stated = header(post(honest), "signature-input")
    both = f"{header(good, 'signature')},{header(post(honest), 'signature')}"

    assert await status(node, good) == 202
    assert await status(node, changed(good, signature_input=stated)) == 401
    assert await status(node, changed(good, signature_input=stated, signature=both)) == 401
    assert await status(node, changed(good, signature_input="")) == 401


async def test_b12_of_two_signatures_the_first_decides(
    node: Node, honest: Peer, evil: Peer
) -> None:
    """Two labels are never added up: the first must be the actor's, whatever the second is."""
    mine = post(honest)
    other = signed_anew(
        mine, evil, parameters=f';created={NOW};keyid="{evil.key_id}"', label="sig2"
    )

    def joined(first: SignedRequest, second: SignedRequest) -> SignedRequest:
        return changed(
            mine,
            signature_input=", ".join(header(one, "signature-input") for one in (first, second)),
            signature=", ".join(header(one, "signature") for one in (second, first)),
        )

    assert await status(node, joined(mine, other)) == 202
    assert await status(node, joined(other, mine)) == 401
    wrong = changed(mine, signature=header(mine, "signature").replace("=:", "=:AAAA", 1))
    also = signed_anew(mine, honest, label="sig2")
    assert await status(node, joined(wrong, also)) == 401


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest", "Host"])
@pytest.mark.parametrize("first", [True, False])
async def test_b13_duplicate_headers(node: Node, honest: Peer, name: str, first: bool) -> None:
    """A second header of those that decide is refused, before and after the genuine one."""
    request = post(honest)
    extra = [(name.upper(), header(request, name.lower()))]
    headers = [*extra, *request.headers] if first else [*request.headers, *extra]

    assert await status(node, replace(request, headers=headers)) == 401


@pytest.mark.parametrize("value", ["one\n two", "blåbær", "a\rb"])
async def test_b13_headers_that_cannot_be_signed(node: Node, honest: Peer, value: str) -> None:
    """A header over several lines, or beyond ASCII, signs nothing."""
    request = changed(post(honest), x=value)
    stated = f'sig1=({" ".join(COVERED)} "x");created={NOW};keyid="{honest.key_id}"'

    assert await status(node, changed(request, signature_input=stated)) == 401


@pytest.mark.parametrize("key_id", STRANGE_KEY_IDS)
async def test_b19_key_id_schemes(node: Node, honest: Peer, key_id: str) -> None:
    """A keyid that is no web address of another server is 401 and never fetched."""
    stated = f';created={NOW};keyid="{key_id}"'

    assert await status(node, signed_anew(post(honest), honest, parameters=stated)) == 401
    assert node.web.fetched == []


@pytest.mark.parametrize("stated", ["", ";keyid", ";keyid=token", ";keyid=12", ";keyid=:AAAA:"])
async def test_b19_no_key_id(node: Node, honest: Peer, stated: str) -> None:
    """A signature without a keyid, or with one that is no text, is 401."""
    request = signed_anew(post(honest), honest, parameters=f";created={NOW}{stated}")

    assert await status(node, request) == 401


async def test_b20_wrong_signature_is_refused_at_once(node: Node, honest: Peer, evil: Peer) -> None:
    """A wrong signature is 401 in the answer itself, every time."""
    forged = evil.post(honest.activity(), key_id=honest.key_id, sign=sign_request)
    for _ in range(3):
        with pytest.raises(UnauthenticatedRequest):
            await node.verifier.verify(forged)
