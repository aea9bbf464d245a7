"""Which form of signature a node uses to whom, on each database."""

import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

from federation.capabilities import RFC_9421, RFC_9421_ED25519, generator
from node.endpoints.app_keys import CLIENT
from node.storage import peers, tables
from node.storage.peers import PeerRow
from tests.integration.nodes.conftest import Nodes, become_follower, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until
from tests.integration.nodes.scripted_server import ScriptedServer
from vocab.clock import now, timestamp

pytestmark = pytest.mark.asyncio(loop_scope="module")


def form_of(request: web.BaseRequest) -> str:
    """Return which form of signature a request has, by which kind of key."""
    stated = request.headers.get("Signature-Input")
    if stated is None:
        return "cavage" if "Signature" in request.headers else "none"
    return "ed25519" if "#ed25519-key" in stated else "rfc9421"


def forms(server: ScriptedServer, method: str, part: str = "") -> list[str]:
    """Return the forms of the requests by *method* whose address has *part* in it."""
    found = [request for request in server.requests if request.method == method]
    return [form_of(request) for request in found if part in request.path]


async def peer(node: LiveNode, host: str) -> PeerRow:
    async with node.database.reading() as connection:
        found = await peers.get(connection, host)
    assert found is not None
    return found


async def keys_that_signed(node: LiveNode, actor: str) -> set[str]:
    """Return the ids of the keys by which *node* knows what it took of *actor*."""
    inbox = tables.inbox
    query = select(inbox.c.verification_method).where(inbox.c.actor == actor)
    async with node.database.reading() as connection:
        return set((await connection.execute(query)).scalars())


async def restart(node: LiveNode) -> None:
    await node.stop()
    await node.start()


def takes_rfc_9421_only(request: web.BaseRequest) -> bool:
    return "Signature-Input" in request.headers


async def test_our_nodes_sign_by_ed25519_from_the_first_message(nodes: Nodes) -> None:
    """Follow, Accept and all that came after between two nodes were signed after RFC 9421."""
    await nodes.south.publish(offer("Fra sør"))
    await settled(nodes.north)
    for node, other in ((nodes.north, nodes.south), (nodes.south, nodes.north)):
        assert await keys_that_signed(node, other.cluster) == {f"{other.cluster}#ed25519-key"}
        assert (await peer(node, other.host)).signature_format == "rfc9421-ed25519"


async def test_actors_say_what_the_node_takes(nodes: Nodes) -> None:
    """The instance implements RFC 9421 and Ed25519; the cluster names it as its generator."""
    node = nodes.north
    instance = await node.get_json("/instance")
    cluster = await node.get_json("/cluster")

    hrefs = [entry["href"] for entry in instance["implements"]]
    assert hrefs == [RFC_9421, RFC_9421_ED25519]
    assert cluster["generator"] == generator(f"{node.base}/instance")
    for document in (instance, cluster):
        terms: dict[str, Any] = {}
        for entry in document["@context"]:
            terms |= entry if isinstance(entry, dict) else {}
        assert terms["implements"]["@id"] == "https://w3id.org/fep/844e#implements"
    stored = await node.resource(node.cluster)
    assert stored is not None
    assert "generator" not in json.loads(stored["wire"])


async def test_a_server_that_says_so_gets_it_at_once(nodes: Nodes) -> None:
    """Also its fetches: after its actor was read, everything goes out by Ed25519."""
    node, server = nodes.north, nodes.honest
    actor = server.cluster("able", 1)
    document = server.documents["/actors/able"]
    assert isinstance(document, dict)
    document["generator"] = generator(f"{server.base}/instance")
    await let_follow(node, actor)
    server.requests.clear()
    await become_follower(actor, node)
    await settled(node)

    assert set(forms(server, "POST")) == {"ed25519"}
    assert (await peer(node, server.host)).signature_format == "rfc9421-ed25519"
    announce = actor.activity("Announce", f"{server.base}/notes/unknown")
    assert await actor.post(f"{node.base}/inbox", announce) == 202
    await settled(node)
    assert forms(server, "GET", "/notes/unknown") == ["ed25519"]


async def test_double_knock_is_remembered_and_forgotten(fresh_nodes: Nodes) -> None:
    """What the second knock showed comes first, also after a restart, for seven days."""
    node, server = fresh_nodes.north, fresh_nodes.honest
    actor = server.actor("picky")
    await become_follower(actor, node)
    assert forms(server, "POST") == ["cavage"]
    server.takes = takes_rfc_9421_only
    server.requests.clear()

    await node.publish(offer("Den første"))
    await actor.receives("Create", of=node.cluster)
    assert forms(server, "POST") == ["cavage", "rfc9421"]

    async def written() -> bool:
        return (await peer(node, server.host)).signature_format == "rfc9421"

    await until(written, "what the second knock showed is in the table")
    await restart(node)
    server.requests.clear()
    made = await node.publish(offer("Den andre"))
    await actor.receives("Create", made.iri)
    assert forms(server, "POST") == ["rfc9421"]

    async with node.database.transaction() as connection:
        earlier = timestamp(now() - timedelta(days=7, minutes=1))
        statement = update(tables.peers).where(tables.peers.c.host == server.host)
        await connection.execute(statement.values(signature_learnt_at=earlier))
    await restart(node)
    server.takes = lambda request: True
    server.requests.clear()
    made = await node.publish(offer("Den tredje"))
    await actor.receives("Create", made.iri)
    assert forms(server, "POST") == ["cavage"]


async def test_signed_reading_after_rfc_9421(nodes: Nodes) -> None:
    """An approved node reads what is for the network, signed by its instance's Ed25519 key."""
    for_some = await nodes.north.publish(offer("For nettverket", audienceLevel="network"))
    assert nodes.south.running is not None
    client = nodes.south.running.public[CLIENT]
    found = await client.fetch_document(for_some.iri)

    assert found.document["id"] == for_some.iri
    assert (await client.formats.first_knock(nodes.north.host)).format == "rfc9421-ed25519"
