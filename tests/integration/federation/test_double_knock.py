"""Requests that are signed in one form, and once more in the other where that is refused."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from aiohttp import web

from federation import draft_cavage, message_signatures
from federation.delivery_policy import PostOutcome
from federation.errors import FetchFailed
from federation.keys import generate_ed25519, generate_rsa, load_private, load_public
from federation.message_signatures import accept_signature
from federation.safe_fetch import SafeClient
from federation.signature_formats import SignatureWish
from federation.signed_request import SignatureWindow, SignedRequest
from federation.signing_keys import SigningKey, SigningKeys
from tests.integration.federation.answers import answering
from tests.integration.federation.conftest import Handler, MakeClient, Peer, StartPeer
from vocab.clock import now

BODY = b'{"type":"Create"}'
ASKED_ED25519 = accept_signature("POST") + ';alg="ed25519";nonce="once"'
OWN = "https://own.example/cluster"


class Keys:
    """The key pairs of a sender."""

    def __init__(self) -> None:
        rsa, ed25519 = generate_rsa(), generate_ed25519()
        self.public = {f"{OWN}#rsa": rsa.public, f"{OWN}#ed25519": ed25519.public}
        self.signing = SigningKeys(
            rsa=SigningKey(key_id=f"{OWN}#rsa", private=load_private(rsa.private)),
            ed25519=SigningKey(key_id=f"{OWN}#ed25519", private=load_private(ed25519.private)),
        )


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys()


def form_of(request: web.BaseRequest) -> str:
    """Return which form of signature a request has, by which key."""
    stated = request.headers.get("Signature-Input")
    if stated is None:
        return "cavage" if "Signature" in request.headers else "none"
    return "rfc9421" if "#rsa" in stated else "ed25519"


def forms(peer: Peer) -> list[str]:
    return [form_of(request) for request in peer.requests]


async def holds(request: web.BaseRequest, keys: Keys, moment: datetime) -> bool:
    """Say whether the signature is right, whatever its form."""
    signed = SignedRequest(
        method=request.method,
        path_and_query=request.raw_path,
        headers=list(request.headers.items()),
        body=await request.read(),
        host=request.headers["Host"],
        scheme="http",
    )
    module = draft_cavage if form_of(request) == "cavage" else message_signatures
    claim = module.read_claim(signed, moment, SignatureWindow())
    return claim.holds_for(load_public(keys.public[claim.key_id]))


def taking(
    form: str, keys: Keys, *, refusal: int = 401, asked: str = "", answer: Handler | None = None
) -> Handler:
    """Return a server that takes only requests signed in *form*, verified."""

    async def handle(request: web.Request) -> web.StreamResponse:
        headers = {"Accept-Signature": asked} if asked else {}
        if form_of(request) != form or not await holds(request, keys, now()):
            return web.Response(status=refusal, headers=headers)
        return await answer(request) if answer else web.Response(status=202)

    return handle


async def post(client: SafeClient, url: str, keys: Keys) -> PostOutcome:
    async def sign(target: str, wish: SignatureWish) -> Mapping[str, str]:
        return keys.signing.sign("POST", target, BODY, wish)

    return await client.post_signed(url, BODY, sign)


@pytest.mark.parametrize("refusal", [400, 401, 403])
async def test_post_is_knocked_twice(
    start_peer: StartPeer, make_client: MakeClient, keys: Keys, refusal: int
) -> None:
    """Refused in one form it is sent in the other; the next message begins with what worked."""
    peer = await start_peer(taking("rfc9421", keys, refusal=refusal))
    client = make_client(peer)

    assert (await post(client, peer.url("/inbox?a=%2F"), keys)).status == 202
    assert (await post(client, peer.url("/blåbær"), keys)).status == 202
    assert forms(peer) == ["cavage", "rfc9421", "rfc9421"]


async def test_a_server_that_takes_the_older_form_is_asked_once(
    start_peer: StartPeer, make_client: MakeClient, keys: Keys
) -> None:
    """Most servers take draft-cavage: they get no second request."""
    peer = await start_peer(taking("cavage", keys))

    assert (await post(make_client(peer), peer.url("/inbox"), keys)).status == 202
    assert forms(peer) == ["cavage"]


async def test_refusal_of_both_is_the_first_one(
    start_peer: StartPeer, make_client: MakeClient, keys: Keys
) -> None:
    """Two knocks, no more; what is told is the answer to the form that the host should take."""

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=403 if form_of(request) == "cavage" else 401)

    peer = await start_peer(refuse)

    assert (await post(make_client(peer), peer.url("/inbox"), keys)).status == 403
    assert forms(peer) == ["cavage", "rfc9421"]


async def test_what_the_server_asks_for_is_sent(
    start_peer: StartPeer, make_client: MakeClient, keys: Keys
) -> None:
    """Accept-Signature names algorithm, components and nonce, and gets them."""
    peer = await start_peer(taking("ed25519", keys, asked=ASKED_ED25519))
    client = make_client(peer)

    assert (await post(client, peer.url("/inbox"), keys)).status == 202
    assert forms(peer) == ["cavage", "ed25519"]
    assert ';nonce="once"' in peer.requests[1].headers["Signature-Input"]
    assert (await post(client, peer.url("/inbox"), keys)).status == 202
    assert forms(peer)[2:] == ["ed25519"]


async def test_fetch_is_knocked_twice(
    start_peer: StartPeer, make_client: MakeClient, keys: Keys
) -> None:
    """A signed GET is treated like a POST, on every hop, with what was learnt before."""
    document = answering()
    peer = await start_peer(taking("rfc9421", keys, answer=document))
    client = make_client(peer, sign=keys.signing.sign)

    await client.fetch_document(peer.url("/1"))
    await client.fetch_document(peer.url("/2?x=y"))
    assert forms(peer) == ["cavage", "rfc9421", "rfc9421"]


async def test_unsigned_fetch_is_not_repeated(
    start_peer: StartPeer, make_client: MakeClient
) -> None:
    """Without a signature there is no other form to try."""
    peer = await start_peer(answering(status=401))
    with pytest.raises(FetchFailed):
        await make_client(peer).fetch_document(peer.url("/1"))
    assert forms(peer) == ["none"]


async def test_fetched_actor_tells_the_form(
    start_peer: StartPeer, make_client: MakeClient, keys: Keys
) -> None:
    """After an actor with capabilities was read, its host gets RFC 9421 at the first knock."""
    said = '{"id": "%s", "generator": {"implements": [{"href": "%s"}, {"href": "%s#%s"}]}}'
    rfc = "https://datatracker.ietf.org/doc/html/rfc9421"
    edwards = "name-eddsa-using-curve-edwards25"

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return await taking("ed25519", keys)(request)
        body = (said % (peer.url("/actor"), rfc, rfc, edwards)).encode()
        return await answering(body)(request)

    peer = await start_peer(answer)
    client = make_client(peer, sign=keys.signing.sign)
    await client.fetch_document(peer.url("/actor"))

    assert (await post(client, peer.url("/inbox"), keys)).status == 202
    assert forms(peer) == ["cavage", "ed25519"]


async def test_inbox_that_is_refused_costs_no_signature(
    start_peer: StartPeer, canary: Peer, make_client: MakeClient, keys: Keys
) -> None:
    """Where policy forbids the address nothing is signed or sent (E10)."""
    peer = await start_peer(taking("cavage", keys))

    async def sign(target: str, wish: SignatureWish) -> Mapping[str, str]:
        raise AssertionError("signed")

    outcome = await make_client(peer).post_signed(canary.url("/inbox"), BODY, sign)
    assert outcome.refused
    assert not canary.requests
