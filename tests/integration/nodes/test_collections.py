"""Collections with pages both ways, and what of them is hidden."""

from typing import Any

import pytest

from node.node_folder import NodeFolder
from node.publishing.announce_resource import announce_resource, take_announce_back
from node.publishing.feature_resource import feature_no_more, feature_resource
from node.publishing.tell_author import like_no_more, like_resource, report_resource
from node.settings import FILE_NAME
from node.storage import messages
from tests.integration.nodes.conftest import Nodes, become_follower
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def walk(node: LiveNode, start: str, link: str) -> list[list[Any]]:
    """Return the pages from *start* on, by *link*; each names itself as it was asked for."""
    pages, url = [], start
    while url:
        page = await node.get_json(url)
        assert page["id"] == url
        assert page["type"] == "OrderedCollectionPage"
        items = page["orderedItems"]
        pages.append([item if isinstance(item, str) else item["id"] for item in items])
        url = page.get(link, "")
        assert len(pages) < 50
    return pages


async def check_both_ways(node: LiveNode, iri: str) -> list[Any]:
    """Check that both directions show the same; return the items, newest first."""
    whole = await node.get_json(iri)
    down = await walk(node, whole["first"], "next")
    up = await walk(node, whole["last"], "prev")
    items = [item for page in down for item in page]
    assert items == [item for page in up[::-1] for item in page]
    assert len(items) == len(set(items)) == whole["totalItems"]
    assert all(0 < len(page) <= 5 for page in [*down, *up])
    return items


async def test_the_outbox_is_read_both_ways_and_stays_put(fresh_nodes: Nodes) -> None:
    """Pages have 5; what is published while somebody reads moves nothing."""
    north = fresh_nodes.north
    for number in range(12):
        await north.publish(offer(f"Sak {number}"))
    before = await check_both_ways(north, f"{north.cluster}/outbox")
    first = await north.get_json("/cluster/outbox?page=1")
    await north.publish(offer("Ny"))
    second = await north.get_json(first["next"])
    assert [item["id"] for item in second["orderedItems"]] == before[5:10]
    back = await north.get_json(second["prev"])
    assert [item["id"] for item in back["orderedItems"]] == before[:5]
    assert len(await check_both_ways(north, f"{north.cluster}/outbox")) == len(before) + 1


async def test_changes_are_read_both_ways(fresh_nodes: Nodes) -> None:
    """In the order of change in either direction, members and concepts too."""
    north = fresh_nodes.north
    await north.publish_all(
        [member(f"Firma {n} AS", organisation_number(970 + n)) for n in range(210)]
    )
    whole = await north.get_json("/cluster/changes")
    forwards = [item["id"] for item in await north.changes()]
    backwards: list[str] = []
    url = whole["last"]
    while url:
        page = await north.get_json(url)
        backwards = [item["id"] for item in page["orderedItems"]] + backwards
        url = page.get("prev", "")
    assert backwards == forwards
    assert len(forwards) == whole["totalItems"]


async def test_followers_are_named_only_where_it_is_set(fresh_nodes: Nodes) -> None:
    """Hidden: only the total, and no page whatever is asked. Shown: pages both ways."""
    north = fresh_nodes.north
    fans = [fresh_nodes.honest.actor(f"fan{number}", 0) for number in range(7)]
    for fan in fans:
        await become_follower(fan, north)
    for path in ("/cluster/followers", "/cluster/followers?page=1", "/cluster/followers?after=0"):
        status, text = await north.get(path)
        assert (status, "fan" in text, "first" in text) == (200, False, False)
        assert '"totalItems": 7' in text
    await north.stop()
    toml = north.folder.path / FILE_NAME
    shown = "[federation]\nshow_followers = true\n"
    toml.write_text(toml.read_text().replace("[federation]\n", shown))
    north.folder = NodeFolder.read(north.folder.path)
    await north.start()
    found = await check_both_ways(north, f"{north.cluster}/followers")
    assert set(found) == {fan.iri for fan in fans}


async def test_a_cursor_that_is_none_is_told(nodes: Nodes) -> None:
    """400, whatever stands there."""
    for path in (
        "/cluster/outbox?before=x",
        "/cluster/outbox?before=1&after=2",
        "/cluster/outbox?after=9999999999999999999",
        "/cluster/following?after=x",
        "/cluster/following?before=" + "x" * 3000,
        "/cluster/changes?since=-1",
        "/cluster/changes?until=%C2%B2",
    ):
        assert await nodes.north.status(path) == 400, path


async def test_what_the_desk_features_stands_on_the_profile(nodes: Nodes) -> None:
    """Followers are told; what is withdrawn is featured no more; ten are the most."""
    north, fan = nodes.north, nodes.honest.actor("mastodon-like")
    await become_follower(fan, north)
    actor = await north.get_json("/cluster")
    assert actor["featured"] == f"{north.cluster}/featured"
    made = [await north.publish(offer(f"Utvalgt {number}")) for number in range(11)]
    identity = north.folder.identity
    async with north.database.transaction() as connection:
        assert await feature_resource(connection, identity, made[0].iri)
        assert not await feature_resource(connection, identity, made[0].iri)
    await north.wake()
    add = await fan.receives("Add", made[0].iri)
    assert add["target"] == actor["featured"]
    found = await north.get_json("/cluster/featured")
    assert (found["totalItems"], found["orderedItems"]) == (1, [made[0].iri])
    async with north.database.transaction() as connection:
        for one in made[1:10]:
            await feature_resource(connection, identity, one.iri)
        with pytest.raises(Exception, match="10 things are featured"):
            await feature_resource(connection, identity, made[10].iri)
    await north.withdraw(made[9].iri)
    assert (await north.get_json("/cluster/featured"))["totalItems"] == 9
    async with north.database.transaction() as connection:
        assert await feature_resource(connection, identity, made[10].iri)
        assert await feature_no_more(connection, identity, made[0].iri)
        with pytest.raises(Exception, match="no offer, need"):
            await feature_resource(connection, identity, north.cluster)
    await north.wake()
    assert (await fan.receives("Remove", made[0].iri))["target"] == actor["featured"]


async def test_what_one_cluster_likes_passes_on_and_reports_reaches_the_other(
    nodes: Nodes,
) -> None:
    """Counted there, taken back there; the collections count and name nobody."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Til deling"))
    await until(lambda: south.knows(made.iri), "the other has it")
    wire = await north.get_json(made.iri)

    async def counted(likes: int, shares: int) -> None:
        async def as_said() -> bool:
            liked = await north.get_json(f"{made.iri}/likes")
            shared = await north.get_json(f"{made.iri}/shares")
            assert "first" not in liked
            return (liked["totalItems"], shared["totalItems"]) == (likes, shares)

        await until(as_said, f"{likes} likes, {shares} shares")

    identity = south.folder.identity
    async with south.database.transaction() as connection:
        assert await like_resource(connection, identity, made.iri)
        assert not await like_resource(connection, identity, made.iri)
        await announce_resource(connection, identity, made.iri)
        await report_resource(connection, identity, made.iri, "Feil pris")
    await south.wake()
    await counted(1, 1)
    async with south.database.transaction() as connection:
        assert await like_no_more(connection, identity, made.iri)
        assert not await like_no_more(connection, identity, made.iri)
        assert await take_announce_back(connection, identity, made.iri)
        assert await take_announce_back(connection, identity, made.iri) is None
    await south.wake()
    await counted(0, 0)
    await settled(north, south)
    async with north.database.reading() as connection:
        (told,) = await messages.page(connection, limit=9, kind="report")
    assert (told.actor, told.about) == (south.cluster, north.cluster)
    assert told.text == f"Feil pris\n{north.cluster}\n{made.iri}"
    assert await north.get_json(made.iri) == wire
    async with north.session.get(made.iri.removeprefix(north.base)) as response:
        assert (
            f'<{made.iri}/likes>; rel="https://www.w3.org/ns/activitystreams#likes"'
            in (response.headers["Link"])
        )
