"""What one node publishes, the other holds, shows and answers by SPARQL."""

import json

import pytest

from tests.integration.nodes.conftest import Nodes, befriend
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

KX = "https://w3id.org/skagerrak/ns#"


async def _shown(node: LiveNode, iri: str, text: str) -> None:
    """Wait until *node* shows *text* of the thing *iri* in every way it has."""

    async def holds() -> bool:
        status, page = await node.get(f"/resource?iri={iri}", "text/html")
        said = f'?s ?p ?o FILTER(CONTAINS(STR(?o), "{text}"))'
        found = await node.select(f"SELECT ?s WHERE {{ GRAPH <{iri}> {{ {said} }} }}")
        return status == 200 and text in page and bool(found)

    await until(holds, f"{node.base} shows {text!r}")


async def test_an_accepted_follow_is_followed_by_backfill(fresh_nodes: Nodes) -> None:
    """What stood before the follow is held afterwards, read from the changes by fetch."""
    north, south = fresh_nodes.north, fresh_nodes.south
    before = await north.publish(offer("Kurs i sikker koding"))
    await befriend(fresh_nodes)
    await until(lambda: south.knows(before.iri), "the offer is backfilled")
    row = await south.resource(before.iri)
    assert row is not None
    assert (row["authenticated_by"], row["owner"]) == ("Fetch", north.cluster)
    assert row["verification_method"].startswith(f"{north.cluster}/changes?since=")


async def test_a_published_offer_shows_on_the_other_node(nodes: Nodes) -> None:
    """HTML, JSON and SPARQL of the follower have it, with origin and how it was authenticated."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Førstehjelp for maskiner"))
    await _shown(south, made.iri, "Førstehjelp for maskiner")
    _, listed = await south.get("/offers", "text/html")
    assert "Førstehjelp for maskiner" in listed
    assert "Cluster north" in listed
    held = await south.get_json(f"/resource?iri={made.iri}")
    assert held == await north.get_json(made.iri)
    (origin,) = await south.select(
        f"SELECT ?how ?key ?who ?activity WHERE {{ GRAPH <{south.base}/provenance> {{ <{made.iri}> "
        f"<{KX}authenticatedBy> ?how ; <{KX}verificationMethod> ?key ; "
        "<http://www.w3.org/ns/prov#wasAttributedTo> ?who ; "
        "<http://www.w3.org/ns/prov#wasGeneratedBy> ?activity }}"
    )
    assert origin == {
        "how": f"{KX}HttpSignature",
        "key": f"{north.cluster}#ed25519-key",
        "who": north.cluster,
        "activity": made.activity,
    }


async def test_an_update_replaces_what_the_other_node_shows(nodes: Nodes) -> None:
    """The new text stands everywhere, the old one nowhere but among the versions at home."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Sveisekurs for alle"))
    await _shown(south, made.iri, "Sveisekurs for alle")
    changed = await north.publish(offer("Loddekurs", id=made.iri))
    assert (changed.change, changed.version) == ("updated", 2)
    await _shown(south, made.iri, "Loddekurs")
    await settled(south)
    assert "Sveisekurs" not in (await south.get(f"/resource?iri={made.iri}", "text/html"))[1]
    assert "Sveisekurs" not in await south.whole_graph()
    assert "Sveisekurs" in (await north.get(f"{made.iri}/versions/1", "text/turtle"))[1]


async def test_a_withdrawn_offer_is_gone_everywhere(nodes: Nodes) -> None:
    """Both nodes answer 410 with a Tombstone, list it no more and have no triple of it."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Kortvarig utleie"))
    await _shown(south, made.iri, "Kortvarig utleie")
    done = await north.withdraw(made.iri)
    assert done.change == "withdrawn"

    async def gone() -> bool:
        return await south.status(f"/resource?iri={made.iri}") == 410

    await until(gone, "the follower answers 410")
    await settled(north, south)
    for node, place in ((north, made.iri), (south, f"/resource?iri={made.iri}")):
        status, body = await node.get(place)
        assert status == 410
        stone = json.loads(body)
        assert (stone["id"], stone["type"]) == (made.iri, "Tombstone")
        assert stone["formerType"] == "Note"
        assert await node.status(place, "text/html") == 410
        assert "Kortvarig utleie" not in (await node.get("/offers", "text/html"))[1]
        assert made.iri not in await node.whole_graph()
        for suffix in (".jsonld", ".ttl", ".html"):
            assert await node.status(place.replace("/resource?", f"/resource{suffix}?")) == 410
    assert await north.status(f"{made.iri}/versions") == 410
    assert await north.status(f"{made.iri}/versions/1", "text/turtle") == 410


async def test_withdrawing_twice_tells_it_once(nodes: Nodes) -> None:
    """The second withdrawal changes nothing and sends nothing."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Engangsavtale"))
    await north.withdraw(made.iri)
    again = await north.withdraw(made.iri)
    assert (again.change, again.activity, again.deliveries) == ("unchanged", None, 0)
    await settled(north, south)
    assert (
        sum(row["type"] == "Delete" and made.iri in row["body"] for row in await south.inbox()) == 1
    )


async def test_publishing_the_same_again_sends_nothing(nodes: Nodes) -> None:
    """An unchanged document is no new version."""
    made = await nodes.north.publish(offer("Uendret"))
    again = await nodes.north.publish(offer("Uendret", id=made.iri))
    assert (again.change, again.version, again.deliveries) == ("unchanged", 1, 0)
