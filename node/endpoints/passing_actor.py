"""An actor that lives as long as its process: it takes every message and shows it, for debugging.

Its inbox checks signatures as a node's does. Follows are accepted. Nothing is kept on disk.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from federation import activities, capabilities, collections, webfinger
from federation.actors import RemoteActor, read_actor
from federation.errors import FederationError
from federation.fetch_policy import FetchPolicy
from federation.key_resolver import KeyResolver
from federation.keys import KeyPair, generate_ed25519, generate_rsa, load_private
from federation.origins import host_of
from federation.ports import KnownKey
from federation.safe_fetch import SafeClient
from federation.signature_formats import SignatureWish
from federation.signed_request import SignedRequest
from federation.signing_keys import SigningKey, SigningKeys
from federation.verify_activity import ActivityVerifier
from node.endpoints.negotiation import ACTIVITY
from node.publishing.actor_keys import local_key, with_keys
from node.publishing.names import random_name
from node.storage.keys import KeyRow
from vocab.clock import timestamp
from vocab.inline_context import with_inline_context
from vocab.wire_object import wire_text

NAME: Final = "inbox"
#: Bodies are read up to here, and so many activities of ours and keys of others are remembered.
MOST_BYTES: Final = 1 << 20
MOST_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that came in, and what its signature is worth."""

    at: str
    #: HttpSignature, IntegrityProof or Fetch; None where nothing vouches for it.
    authenticated_by: str | None
    key_id: str | None
    #: Why it was refused, None where it was not.
    problem: str | None
    headers: tuple[tuple[str, str], ...]
    #: As it came; text where it is no JSON.
    body: Any


class PassingKeys:
    """The ``KeyDirectory`` of a passing actor: what it has fetched lately, in memory."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self._actors: OrderedDict[str, RemoteActor] = OrderedDict()

    async def find_key(self, key_id: str) -> KnownKey | None:
        """Return None: the resolver's own memory is enough."""
        return None

    async def knows_actor(self, iri: str) -> bool:
        """Say whether that actor was fetched."""
        return iri in self._actors

    async def store_actor(self, actor: RemoteActor) -> None:
        """Remember *actor*, and forget the one that was fetched first where they are many."""
        self._actors[actor.iri] = actor
        if len(self._actors) > MOST_KEPT:
            self._actors.popitem(last=False)


@dataclass
class PassingActor:
    """The actor at *base_url*; *show* is told of everything that comes in."""

    base_url: str
    policy: FetchPolicy
    show: Callable[[Received], None]
    rsa: KeyPair = field(default_factory=generate_rsa)
    ed25519: KeyPair = field(default_factory=generate_ed25519)
    _sent: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _answers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def iri(self) -> str:
        """Its address."""
        return f"{self.base_url}/actor"

    @property
    def address(self) -> str:
        """The name that people follow it by."""
        return f"@{NAME}@{host_of(self.base_url)}"

    def application(self) -> web.Application:
        """Return the web application that is the actor."""
        application = web.Application(client_max_size=MOST_BYTES)
        application.cleanup_ctx.append(self._run)
        application.router.add_get("/actor", self._get_actor)
        application.router.add_get("/.well-known/webfinger", self._get_webfinger)
        application.router.add_get("/activities/{name}", self._get_activity)
        for name in ("outbox", "followers", "following"):
            application.router.add_get(f"/{name}", self._get_empty)
        application.router.add_post("/inbox", self._post)
        return application

    async def _run(self, application: web.Application) -> Any:
        self._keys = self._signing_keys()
        async with SafeClient(self.policy, base_url=self.base_url, sign=self._keys.sign) as client:
            self._client = client
            resolver = KeyResolver(PassingKeys(), client)
            self._verifier = ActivityVerifier(resolver)
            yield
            await resolver.close()
            for task in self._answers:
                task.cancel()
            await asyncio.gather(*self._answers, return_exceptions=True)

    def _signing_keys(self) -> SigningKeys:
        rsa, ed25519 = (
            SigningKey(key_id=row.key_id, private=load_private(row.private or ""))
            for row in self._key_rows()
        )
        return SigningKeys(rsa=rsa, ed25519=ed25519)

    def document(self) -> dict[str, Any]:
        """Return the actor as it is served."""
        plain = {
            "type": "Service",
            "id": self.iri,
            "preferredUsername": NAME,
            "name": "A passing inbox",
            "summary": "Prints what it receives, and is gone with its process.",
            **{name: f"{self.base_url}/{name}" for name in ("inbox", "outbox")},
            **{name: f"{self.base_url}/{name}" for name in ("followers", "following")},
            "manuallyApprovesFollowers": False,
            "implements": capabilities.implements(),
            "@context": [capabilities.TERMS],
        }
        return with_inline_context(with_keys(plain, self._key_rows()))

    def _key_rows(self) -> list[KeyRow]:
        return [local_key(self.iri, pair) for pair in (self.rsa, self.ed25519)]

    async def _get_actor(self, request: web.Request) -> web.Response:
        return _activity(self.document())

    async def _get_webfinger(self, request: web.Request) -> web.Response:
        asked = request.query.get("resource", "")
        host = host_of(self.base_url)
        if asked not in (self.iri, f"acct:{NAME}@{host}"):
            raise web.HTTPNotFound
        return web.json_response(
            webfinger.answer(NAME, host, self.iri), content_type="application/jrd+json"
        )

    async def _get_activity(self, request: web.Request) -> web.Response:
        body = self._sent.get(f"{self.base_url}{request.path}")
        if body is None:
            raise web.HTTPNotFound
        return web.Response(text=body, content_type=ACTIVITY)

    async def _get_empty(self, request: web.Request) -> web.Response:
        return _activity(collections.collection(f"{self.base_url}{request.path}", 0, None))

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.read()
        signed = SignedRequest(
            method=request.method,
            path_and_query=request.raw_path,
            headers=list(request.headers.items()),
            body=body,
            host=host_of(self.base_url),
            scheme=self.base_url.partition(":")[0],
        )
        try:
            verified = await self._verifier.verify(signed)
        except FederationError as error:
            self.show(_received(signed, problem=f"{error.safe} ({error.log})"))
            return web.json_response({"detail": error.safe}, status=error.status)
        self.show(_received(signed, by=verified.authenticated_by, key=verified.verification_method))
        if verified.type == "Follow":
            task = asyncio.create_task(self._accept(verified.actor, verified.document))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        return web.Response(status=202)

    async def _accept(self, follower: str, follow: dict[str, Any]) -> None:
        """Accept a Follow; a follower that cannot be told is told of on the terminal."""
        iri = f"{self.base_url}/activities/{random_name(16)}"
        accept = with_inline_context(activities.accept(id=iri, actor=self.iri, object=follow))
        body = wire_text(accept)
        self._sent[iri] = body
        if len(self._sent) > MOST_KEPT:
            self._sent.popitem(last=False)
        try:
            found = await self._client.fetch_document(follower)
            inbox = read_actor(found.document, found.url).inbox
            outcome = await self._client.post_signed(inbox, body.encode(), self._signer(body))
            problem = outcome.error
        except FederationError as error:
            problem = error.safe
        if problem:
            self.show(_note(f"The Accept for {follower} did not arrive: {problem}"))

    def _signer(self, body: str) -> Any:
        async def sign(url: str, wish: SignatureWish) -> Any:
            return self._keys.sign("POST", url, body.encode(), wish)

        return sign


def _received(
    signed: SignedRequest,
    *,
    by: str | None = None,
    key: str | None = None,
    problem: str | None = None,
) -> Received:
    try:
        body = json.loads(signed.body)
    except (ValueError, RecursionError):
        body = signed.body.decode(errors="replace")
    return Received(
        at=timestamp(),
        authenticated_by=by,
        key_id=key,
        problem=problem,
        headers=tuple(signed.headers),
        body=body,
    )


def _note(text: str) -> Received:
    return Received(
        at=timestamp(), authenticated_by=None, key_id=None, problem=text, headers=(), body=None
    )


def _activity(document: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(document, ensure_ascii=False), content_type=ACTIVITY)
