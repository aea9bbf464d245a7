"""How others find a node, and how they page through what it has."""

import pytest

from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_webfinger_names_the_cluster(nodes: Nodes) -> None:
    """By address and by IRI; of others' hosts and of nobody it knows nothing."""
    north = nodes.north
    for resource in (f"acct:north@{north.host}", north.cluster):
        found = await north.get_json(f"/.well-known/webfinger?resource={resource}")
        assert found["subject"] == f"acct:north@{north.host}"
        selves = [link for link in found["links"] if link["rel"] == "self"]
        assert [link["href"] for link in selves] == [north.cluster]
    for resource in (
        f"acct:nobody@{north.host}",
        "acct:north@elsewhere.example",
        "https://x.example/",
    ):
        assert await north.status(f"/.well-known/webfinger?resource={resource}") == 404
    for query in ("", "?resource=", "?resource=nonsense", "?resource=acct:@"):
        assert await north.status(f"/.well-known/webfinger{query}") == 400


async def test_a_member_is_found_by_its_handle(nodes: Nodes) -> None:
    """Once its keys are there."""
    north = nodes.north
    (company,) = await north.publish_all([member("Svart Skog AS", organisation_number(77))])
    path = f"/.well-known/webfinger?resource=acct:svartskog@{north.host}"

    async def found() -> bool:
        return await north.status(path) == 200

    await until(found, "the member has its keys")
    links = (await north.get_json(path))["links"]
    assert company.iri in [link["href"] for link in links]


async def test_nodeinfo_and_host_meta(nodes: Nodes) -> None:
    """The links lead to a document that names the program; host-meta has the template."""
    north = nodes.north
    links = await north.get_json("/.well-known/nodeinfo", "application/json")
    found = await north.get_json(links["links"][0]["href"], "application/json")
    assert found["version"] == "2.1"
    assert found["software"]["name"] == "skagerrak"
    assert "activitypub" in found["protocols"]
    status, text = await north.get("/.well-known/host-meta", "application/xrd+xml")
    assert status == 200
    assert f"{north.base}/.well-known/webfinger?resource={{uri}}" in text


async def test_the_instance_actor_can_be_read_unsigned(nodes: Nodes) -> None:
    """Two servers that demand signatures would wait for each other for ever."""
    actor = await nodes.north.get_json("/instance")
    assert actor["publicKey"]["owner"] == actor["id"] == f"{nodes.north.base}/instance"


async def _all_pages(node: LiveNode, first: str) -> list[list[str]]:
    pages, url = [], first
    while url:
        page = await node.get_json(url.removeprefix(node.base))
        assert page["type"] == "OrderedCollectionPage"
        pages.append(
            [item if isinstance(item, str) else item["id"] for item in page["orderedItems"]]
        )
        assert len(pages) < 50
        url = page.get("next", "")
    return pages


@pytest.mark.parametrize("path", ["/offers", "/cluster/outbox"])
async def test_collections_are_paged_without_gaps(nodes: Nodes, path: str) -> None:
    """Every entry once, at most a page's length at a time, though some come while one reads."""
    north = nodes.north
    for n in range(12):
        await north.publish(offer(f"Side {n}"))
    collection = await north.get_json(path)
    assert collection["type"] == "OrderedCollection"
    total = collection["totalItems"]
    first = await north.get_json(collection["first"])
    await north.publish(offer("Kommet til underveis"))
    pages = [first["orderedItems"], *await _all_pages(north, first["next"])]
    read = [item if isinstance(item, str) else item["id"] for page in pages for item in page]
    assert len(read) == len(set(read)) == total
    assert max(map(len, pages)) <= 5


async def test_the_changes_hold_the_current_state_once(nodes: Nodes) -> None:
    """In order of change: an updated thing moves to the end, a withdrawn one is a Tombstone."""
    north = nodes.north
    one, two = [await north.publish(offer(f"Endring {n}")) for n in range(2)]
    await north.publish(offer("Endring igjen", id=one.iri))
    await north.withdraw(two.iri)
    items = await north.changes()
    ids = [item["id"] for item in items]
    assert len(ids) == len(set(ids))
    assert ids[-2:] == [one.iri, two.iri]
    assert items[-1]["type"] == "Tombstone"
    page = await north.get_json("/cluster/changes?since=0")
    assert page["attributedTo"] == north.cluster
    end = await north.get_json("/cluster/changes?since=999999")
    assert end["orderedItems"] == []
    assert end["next"]
