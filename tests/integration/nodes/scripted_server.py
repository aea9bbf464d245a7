"""A server that says what a test has it say, with actors whose keys the test holds."""

import asyncio
import io
import itertools
import json
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import aiohttp
from aiohttp import web

from federation.draft_cavage import sign_request
from federation.keys import KeyPair, generate_rsa, load_private
from tests.integration.nodes.drafts import INTENT

Wire = dict[str, Any]
ACTIVITY = "application/activity+json"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
AS = "https://www.w3.org/ns/activitystreams"
ONE = {"resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"}}
_numbers = itertools.count(1)


@cache
def key_pair(number: int) -> KeyPair:
    """Return one of a few RSA keys, made once: making them is what takes time."""
    return generate_rsa()


@dataclass
class ScriptedServer:
    """Documents by path, what was fetched, what was posted; answers to posts as told."""

    listener: socket.socket
    #: By path and query; a number is the status of an error, a text where a redirect leads.
    documents: dict[str, Wire | int | str] = field(default_factory=dict)
    fetched: Counter[str] = field(default_factory=Counter)
    received: list[Wire] = field(default_factory=list)
    #: Every request, with its headers.
    requests: list[web.BaseRequest] = field(default_factory=list)
    #: A document of that path is given only when its gate is open.
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    #: What WebFinger answers beside the actor.
    links: list[Wire] = field(default_factory=list)
    #: Status of the answer to a POST, its headers, and of what is about one thing, by its id.
    answer: int = 202
    answer_headers: dict[str, str] = field(default_factory=dict)
    answers_about: dict[str, int] = field(default_factory=dict)
    #: A POST is answered only when this is open.
    post_gate: asyncio.Event | None = None
    #: Says 401 to a signed request for which this is false.
    takes: Callable[[web.BaseRequest], bool] = lambda request: True
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    async def start(self) -> None:
        runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, self.listener).start()
        self.session = await self._stack.enter_async_context(aiohttp.ClientSession())

    async def stop(self) -> None:
        await self._stack.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        if "Signature" in request.headers and not self.takes(request):
            return web.Response(status=401)
        if request.method == "POST":
            return await self._take(json.loads(await request.read()))
        self.fetched[request.path_qs] += 1
        if request.path_qs in self.gates:
            await self.gates[request.path_qs].wait()
        if request.path == "/.well-known/webfinger":
            return self._webfinger(request.query["resource"])
        found = self.documents.get(request.path_qs, 404)
        if isinstance(found, int):
            return web.Response(status=found)
        if isinstance(found, str):
            return web.Response(status=302, headers={"Location": found})
        plain = "nodeinfo" in request.path
        kind = "application/json" if plain else ACTIVITY
        return web.Response(text=json.dumps(found), content_type=kind)

    async def _take(self, activity: Wire) -> web.Response:
        about = activity.get("object")
        about = about.get("id") if isinstance(about, dict) else about
        status = self.answers_about.get(str(about), self.answer)
        if status < 300:
            self.received.append(activity)
        if self.post_gate is not None:
            await self.post_gate.wait()
        return web.Response(status=status, headers=self.answer_headers)

    def _webfinger(self, resource: str) -> web.Response:
        name = resource.removeprefix("acct:").split("@")[0]
        link = {"rel": "self", "type": ACTIVITY, "href": f"{self.base}/actors/{name}"}
        found = {"subject": f"acct:{name}@{self.host}", "links": [link, *self.links]}
        return web.json_response(found, content_type="application/jrd+json")

    def actor(self, name: str, key: int = 0, **changes: Any) -> "ScriptedActor":
        """Let an actor of that name live here."""
        iri = f"{self.base}/actors/{name}"
        pair = key_pair(key)
        self.documents[f"/actors/{name}"] = {
            "@context": [AS, "https://w3id.org/security/v1"],
            "id": iri,
            "type": "Organization",
            "name": name.title(),
            "preferredUsername": name,
            "inbox": f"{iri}/inbox",
            "outbox": f"{iri}/outbox",
            "followers": f"{iri}/followers",
            "publicKey": {"id": f"{iri}#key", "owner": iri, "publicKeyPem": pair.public},
        } | changes
        return ScriptedActor(server=self, iri=iri, pair=pair)

    def cluster(self, name: str, key: int = 0) -> "ScriptedActor":
        """Let a cluster of that name live here, with the collections that nodes exchange."""
        iri = f"{self.base}/actors/{name}"
        own = {part: f"{iri}/{part}" for part in ("changes", "members", "concepts", "network")}
        self.changes(name, [])
        return self.actor(name, key, kind="Cluster", **own)

    def changes(self, name: str, items: list[Any]) -> None:
        """Let the changes of the cluster *name* be *items*."""
        iri = f"{self.base}/actors/{name}/changes"
        path = f"/actors/{name}/changes"
        collection = {"@context": AS, "id": iri, "type": "OrderedCollection"}
        page = {"@context": AS, "type": "OrderedCollectionPage", "partOf": iri}
        self.documents[path] = collection | {"first": f"{iri}?since=0", "totalItems": len(items)}
        more, end = f"{iri}?since=0", f"{iri}?since=1"
        self.documents[f"{path}?since=0"] = page | {"id": more, "orderedItems": items, "next": end}
        self.documents[f"{path}?since=1"] = page | {"id": end, "orderedItems": [], "next": end}


@dataclass
class ScriptedActor:
    """One actor of a scripted server; speaks for itself, honestly or not."""

    server: ScriptedServer
    iri: str
    pair: KeyPair

    @property
    def address(self) -> str:
        return f"@{self.iri.rsplit('/', 1)[1]}@{self.server.host}"

    @property
    def key_id(self) -> str:
        return f"{self.iri}#key"

    def new_iri(self, kind: str = "things") -> str:
        return f"{self.server.base}/{kind}/{next(_numbers)}"

    def offer(self, title: str = "A course", **changes: Any) -> Wire:
        """Return an offer of this actor, as the wire has it."""
        iri = changes.pop("id", None) or self.new_iri()
        offer: Wire = {
            "type": "Note",
            "kind": "Proposal",
            "id": iri,
            "attributedTo": self.iri,
            "to": [PUBLIC],
            "published": "2026-11-23T10:00:00Z",
            "name": title,
            "nameMap": {"en": title},
            "content": f"<p>{title}</p>",
            "contentMap": {"en": f"<p>{title}</p>"},
            "purpose": "offer",
            "endTime": "2099-12-31T23:59:59Z",
            "publishes": {"type": "Intent", "id": f"{iri}#primary", **INTENT, **ONE},
        }
        return offer | changes

    def activity(self, type: str, object: Any, **changes: Any) -> Wire:
        """Return an activity of this actor, with the contexts that nodes use."""
        activity: Wire = {
            "@context": [AS, "https://w3id.org/skagerrak/v1"],
            "id": self.new_iri("activities"),
            "type": type,
            "actor": self.iri,
            "to": [PUBLIC],
            "object": object,
        }
        return activity | changes

    async def post(
        self,
        inbox: str,
        activity: Wire | bytes,
        *,
        key_id: str | None = None,
        signed: bool = True,
        extra: dict[str, str] | None = None,
        date: datetime | None = None,
    ) -> int:
        """POST *activity* to *inbox*, signed with this actor's key at *date*; return the status."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        headers = {"Content-Type": ACTIVITY}
        if signed:
            headers |= sign_request(
                method="POST",
                url=inbox,
                body=body,
                key_id=key_id or self.key_id,
                private_key=load_private(self.pair.private),
                extra=extra,
                date=date,
            )
        async with self.server.session.post(
            inbox, data=io.BytesIO(body), headers=headers
        ) as response:
            self.last_text = await response.text()
            return response.status

    async def read(self, url: str, accept: str = ACTIVITY) -> tuple[int, str]:
        """GET *url*, signed; return status and body."""
        headers = {"Accept": accept}
        headers |= sign_request(
            method="GET",
            url=url,
            body=None,
            key_id=self.key_id,
            private_key=load_private(self.pair.private),
        )
        async with self.server.session.get(url, headers=headers) as response:
            self.last_headers = dict(response.headers)
            return response.status, await response.text()

    async def receives(self, type: str, object: str | None = None, of: str = "") -> Wire:
        """Return the last activity of *type* that came to this server, once it did.

        *object* is the id of what it is about, *of* the actor it comes from.
        """
        for _ in range(2000):
            for activity in reversed(self.server.received):
                about = activity.get("object")
                about = about.get("id") if isinstance(about, dict) else about
                wanted = object is None or about == object
                if activity["type"] == type and wanted and of in ("", activity["actor"]):
                    return activity
            await asyncio.sleep(0.02)
        raise AssertionError(f"No {type} came to {self.server.base}")
