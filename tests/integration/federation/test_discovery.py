from typing import Any

import pytest
from aiohttp import web

from federation import nodeinfo
from federation.errors import FederationError, FetchFailed, FetchRefused, ForbiddenOrigin
from federation.safe_fetch import SafeClient
from federation.webfinger import answer, resolve_address

from .conftest import MakeClient, Peer, StartPeer


class Site:
    """A server of documents by path; WebFinger answers by resource."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.fingers: dict[str, dict[str, Any]] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/.well-known/webfinger":
            found = self.fingers.get(request.query["resource"])
            kind = "application/jrd+json"
        else:
            found = self.documents.get(request.path)
            kind = "application/json" if "nodeinfo" in request.path else "application/activity+json"
        return web.json_response(found, content_type=kind) if found else web.Response(status=404)


class Neighbourhood:
    """Two servers, V and E, and a client that may talk to both."""

    def __init__(self, v: Peer, e: Peer, v_site: Site, e_site: Site, client: SafeClient) -> None:
        self.v, self.e, self.v_site, self.e_site, self.client = v, e, v_site, e_site, client

    def actor(self, site: Site, peer: Peer, name: str, *, finger: bool = True) -> str:
        iri = peer.url(f"/{name}")
        site.documents[f"/{name}"] = {"id": iri, "type": "Person", "preferredUsername": name}
        if finger:
            site.fingers[f"acct:{name}@{peer.address}"] = answer(name, peer.address, iri)
        return iri


@pytest.fixture
async def town(start_peer: StartPeer, make_client: MakeClient) -> Neighbourhood:
    v_site, e_site = Site(), Site()
    v, e = await start_peer(v_site.answer), await start_peer(e_site.answer)
    return Neighbourhood(v, e, v_site, e_site, make_client(v, e))


@pytest.mark.parametrize("spelling", ["@alice@{}", "alice@{}", "acct:alice@{}", "http://{}/alice"])
async def test_actor_is_found(town: Neighbourhood, spelling: str) -> None:
    """An actor is found by its address and by its IRI."""
    iri = town.actor(town.v_site, town.v, "alice")

    assert await resolve_address(town.client, spelling.format(town.v.address)) == iri


async def test_address_of_another_host_is_found(town: Neighbourhood) -> None:
    """An address may stand on another host than its actor, if both hosts say so."""
    iri = town.actor(town.v_site, town.v, "alice", finger=False)
    both = answer("alice", town.e.address, iri)
    town.e_site.fingers[f"acct:alice@{town.e.address}"] = both
    town.v_site.fingers[f"acct:alice@{town.v.address}"] = both

    for text in (f"@alice@{town.e.address}", f"@alice@{town.v.address}", iri):
        assert await resolve_address(town.client, text) == iri


async def test_subject_of_another_server_is_refused(town: Neighbourhood) -> None:
    """A server cannot give its own actor the address of another server's (A16)."""
    town.actor(town.v_site, town.v, "alice")
    evil = town.actor(town.e_site, town.e, "alice")
    town.e_site.fingers[f"acct:alice@{town.e.address}"] = answer("alice", town.v.address, evil)

    for text in (f"@alice@{town.e.address}", evil):
        with pytest.raises(ForbiddenOrigin):
            await resolve_address(town.client, text)


async def test_actor_of_another_server_is_refused(town: Neighbourhood) -> None:
    """A server cannot hand out an address of its own for another server's actor (A16)."""
    alice = town.actor(town.v_site, town.v, "alice")
    town.e_site.fingers[f"acct:alice@{town.e.address}"] = answer("alice", town.e.address, alice)

    with pytest.raises(ForbiddenOrigin):
        await resolve_address(town.client, f"@alice@{town.e.address}")


async def test_other_name_is_refused(town: Neighbourhood) -> None:
    """An address leads to an actor of the same name only."""
    alice = town.actor(town.v_site, town.v, "alice")
    town.v_site.fingers[f"acct:bob@{town.v.address}"] = answer("bob", town.v.address, alice)

    with pytest.raises(ForbiddenOrigin):
        await resolve_address(town.client, f"@bob@{town.v.address}")


async def test_actor_elsewhere_than_its_id_is_refused(town: Neighbourhood) -> None:
    """An actor counts only where it is found at its own id (A11)."""
    alice = town.actor(town.v_site, town.v, "alice")
    town.e_site.documents["/alice"] = town.v_site.documents["/alice"]
    town.e_site.fingers[f"acct:alice@{town.e.address}"] = answer(
        "alice", town.e.address, town.e.url("/alice")
    )

    with pytest.raises(ForbiddenOrigin):
        await resolve_address(town.client, f"@alice@{town.e.address}")
    assert alice.startswith("http://127.0.0.1")


@pytest.mark.parametrize(
    "jrd",
    [
        {},
        {"subject": "acct:alice@{}"},
        {"subject": "acct:alice@{}", "links": 5},
        {"subject": "acct:alice@{}", "links": [{"rel": "self", "href": "http://{}/alice"}]},
        {"subject": 5, "links": []},
    ],
)
async def test_answer_without_an_actor_is_refused(town: Neighbourhood, jrd: dict[str, Any]) -> None:
    """A WebFinger answer that names no subject or no actor finds nobody."""
    town.actor(town.v_site, town.v, "alice")
    if isinstance(jrd.get("subject"), str):
        jrd = jrd | {"subject": f"acct:alice@{town.v.address}"}
    town.v_site.fingers[f"acct:alice@{town.v.address}"] = jrd or {"links": []}

    with pytest.raises(FederationError):
        await resolve_address(town.client, f"@alice@{town.v.address}")


async def test_link_inward_is_refused(town: Neighbourhood, canary: Peer) -> None:
    """The second hop is judged like the first (E9)."""
    town.v_site.fingers[f"acct:alice@{town.v.address}"] = answer(
        "alice", town.v.address, canary.url("/alice")
    )

    with pytest.raises(FetchRefused):
        await resolve_address(town.client, f"@alice@{town.v.address}")
    assert not canary.requests


async def test_software_is_read(town: Neighbourhood) -> None:
    """A server's software is read from its NodeInfo."""
    base = town.v.url("")
    town.v_site.documents["/.well-known/nodeinfo"] = nodeinfo.links(base)
    town.v_site.documents["/nodeinfo/2.1"] = nodeinfo.document(users=1, local_posts=2)

    assert (await nodeinfo.read_software(town.client, base)).name == "skagerrak"


async def test_software_elsewhere_is_not_read(town: Neighbourhood, canary: Peer) -> None:
    """A link from NodeInfo to another origin is not followed (E9)."""
    town.v_site.documents["/.well-known/nodeinfo"] = nodeinfo.links(canary.url(""))

    with pytest.raises(FetchFailed):
        await nodeinfo.read_software(town.client, town.v.url(""))
    assert not canary.requests
