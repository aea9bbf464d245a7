"""How people come from their own server, and how a new cluster finds the network."""

from urllib.parse import quote

import pytest

from federation.intents import FOLLOW, OSTATUS
from node.desk.suggest_peers import Suggestion, suggest_peers
from node.outbound import open_client
from node.storage import peers
from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.drafts import member, organisation_number

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_visitor_is_led_to_the_own_server(nodes: Nodes) -> None:
    """By a link on a page, for the cluster and for a member; nothing is followed by looking."""
    north, server = nodes.north, nodes.honest
    number = organisation_number(601)
    (firm,) = await north.publish_all([member("Fulgt AS", number)])
    server.links = [{"rel": FOLLOW, "template": f"{server.base}/intents/follow?id={{object}}"}]
    asked = f"/remote-follow?address={quote(f'@kari@{server.host}')}"
    for followed, path in ((north.cluster, asked), (firm.iri, f"{asked}&actor={firm.iri}")):
        status, page = await north.get(path, "text/html")
        assert status == 200
        assert f'href="{server.base}/intents/follow?id={quote(followed, safe="")}"' in page
    assert 'action="/remote-follow"' in (await north.get("/", "text/html"))[1]
    sheet = (await north.get(firm.iri, "text/html"))[1]
    assert f'name="actor" value="{firm.iri}"' in sheet


async def test_a_visitor_whose_server_says_nothing_is_told_the_address(nodes: Nodes) -> None:
    """A template that leads elsewhere counts as none (SECURITY G7); what is no address is said."""
    north, server = nodes.north, nodes.honest
    server.links = [{"rel": OSTATUS, "template": "https://evil.example/{uri}"}]
    status, page = await north.get(f"/remote-follow?address=kari@{server.host}", "text/html")
    assert status == 200
    assert "evil.example" not in page
    assert f"@north@{north.host}" in page

    status, page = await north.get("/remote-follow?address=%3Cscript%3Ealert", "text/html")
    assert status == 400
    assert "<script" not in page
    for nobody in ("https://elsewhere.example/cluster", f"{north.base}/members/none"):
        path = f"/remote-follow?address=kari@{server.host}&actor={nobody}"
        assert await north.status(path, "text/html") == 404


async def test_a_visitor_may_look_up_so_many_addresses(nodes: Nodes) -> None:
    """Beyond that it is 429, and nobody is asked."""
    south, server = nodes.south, nodes.evil
    path = f"/remote-follow?address=kari@{server.host}"
    statuses = [await south.status(path, "text/html") for _ in range(14)]

    assert statuses[0] == 200
    assert statuses[-1] == 429
    asked = [path for path in server.fetched if path.startswith("/.well-known/webfinger")]
    assert sum(server.fetched[path] for path in asked) <= 11


async def test_intents_are_published_where_the_desk_can_follow(nodes: Nodes) -> None:
    """Only together with the desk's page; the way in stays on this node (SECURITY G7)."""
    north = nodes.north
    jrd = await north.get_json(f"/.well-known/webfinger?resource=acct:north@{north.host}")
    rels = {link["rel"] for link in jrd["links"]}
    desk = any(
        entry.canonical == "/desk/follow"
        for entry in (north.running.public.router.resources() if north.running else ())
    )
    assert {FOLLOW, OSTATUS}.issubset(rels) is desk
    asked = "/authorize_interaction?uri=//evil.example/%5C"
    async with north.session.get(asked, allow_redirects=False) as response:
        assert response.status == (303 if desk else 404)
        assert not response.headers.get("Location", "/").startswith(("//", "/\\", "http"))


async def test_a_node_introduces_whom_it_follows(nodes: Nodes) -> None:
    """In its actor, its collection and its catalogue; not those whom the desk has not approved."""
    north, south = nodes.north, nodes.south
    actor = await north.get_json("/cluster")
    listed = await north.get_json(actor["peers"])
    catalogue = (await north.get("/catalog", "text/turtle"))[1]

    assert south.cluster in listed["orderedItems"]
    assert listed["totalItems"] == len(listed["orderedItems"])
    assert f"foaf:knows <{south.cluster}>" in catalogue
    assert f"dcat:catalog <{south.base}/catalog>" in catalogue


async def test_whom_others_introduce_is_suggested(nodes: Nodes) -> None:
    """Those not known here, by whom; nothing is followed, and a stranger's list is bounded."""
    north = nodes.north
    guide = nodes.honest.cluster("guide")
    guide.server.documents["/actors/guide"]["peers"] = f"{guide.iri}/peers"  # type: ignore[index,call-overload]  # a document
    await let_follow(north, guide)
    new = f"{nodes.evil.base}/actors/new"
    nodes.honest.documents["/actors/guide/peers"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{guide.iri}/peers",
        "type": "OrderedCollection",
        "orderedItems": [new, north.cluster, nodes.south.cluster, "javascript:alert(1)", 7, ""]
        + [f"https://198.51.100.{number}/cluster" for number in range(600)],
    }
    async with open_client(north.database, north.folder.identity, north.folder.settings) as client:
        result = await suggest_peers(north.database, north.folder.identity, client)

    assert Suggestion(actor=new, host=nodes.evil.host, named_by=("Guide",)) in result.found
    assert not {north.cluster, nodes.south.cluster} & {one.actor for one in result.found}
    assert len(result.found) <= 500
    async with north.database.reading() as connection:
        assert await peers.get(connection, nodes.evil.host) is None
    assert result.problems == {}
