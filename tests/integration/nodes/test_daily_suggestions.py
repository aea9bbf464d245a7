"""Once a day a node asks those it follows whom they follow, and keeps the answer."""

import asyncio
from datetime import timedelta

import pytest

from node.desk.keep_suggestions import KeptSuggestions, last_suggestions
from node.node_folder import NodeFolder
from node.outbound import open_client
from node.storage import peers, suggestions, tables
from node.workers import look_for_peers
from node.workers.look_for_peers import SuggestionWorker
from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.desk_browser import desk_browser
from tests.integration.nodes.live_node import LiveNode
from tests.integration.nodes.scripted_server import ScriptedActor
from vocab import clock

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def guide(nodes: Nodes, name: str, number: int, named: str) -> ScriptedActor:
    """Return a cluster that the northern node follows, and that names somebody."""
    made = nodes.honest.cluster(name, number)
    nodes.honest.documents[f"/actors/{name}"]["peers"] = f"{made.iri}/peers"  # type: ignore[index,call-overload]  # a document
    await let_follow(nodes.north, made)
    say(nodes, made, named)
    return made


def say(nodes: Nodes, actor: ScriptedActor, named: str) -> None:
    """Let *actor* name one node from now on."""
    path = actor.iri.removeprefix(nodes.honest.base)
    nodes.honest.documents[f"{path}/peers"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{actor.iri}/peers",
        "type": "OrderedCollection",
        "orderedItems": [named],
    }


async def kept(node: LiveNode) -> KeptSuggestions:
    async with node.database.reading() as connection:
        found = await last_suggestions(connection)
    assert found is not None
    return found


async def look(node: LiveNode) -> None:
    """Let a worker of *node* that has just begun take its first step."""
    folder = node.folder
    async with open_client(node.database, folder.identity, folder.settings) as client:
        worker = SuggestionWorker(node.database, folder.identity, client)
        assert not await worker.step()
        assert not await worker.step()


async def test_the_answer_is_kept_for_a_day(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for again when it is a day old, not before; one row is kept of all answers."""
    north = nodes.north
    first, second = (f"{nodes.evil.base}/actors/{name}" for name in ("first", "second"))
    named_by = await guide(nodes, "daily", 5, first)
    await look(north)
    before = await kept(north)
    assert first in [one.actor for one in before.suggestions.found]

    say(nodes, named_by, second)
    await look(north)
    assert await kept(north) == before
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    await look(north)
    after = await kept(north)
    assert second in [one.actor for one in after.suggestions.found]
    assert first not in [one.actor for one in after.suggestions.found]
    async with north.database.reading() as connection:
        rows = (await connection.execute(tables.suggestions.select())).all()
    assert len(rows) == 1
    assert await north.peer_state(nodes.evil.host) is None


async def test_where_nobody_can_be_asked_it_looks_again_soon(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new node follows its first one minutes after it began; that is not a day's answer."""
    north, folder = fresh_nodes.north, fresh_nodes.north.folder
    async with open_client(north.database, folder.identity, folder.settings) as client:
        monkeypatch.setattr(look_for_peers, "SOON", 0.0)
        worker = SuggestionWorker(north.database, folder.identity, client)
        await worker.step()
        assert (await kept(north)).suggestions.asked == 0
        await guide(fresh_nodes, "soon", 6, f"{fresh_nodes.evil.base}/actors/first")
        await worker.step()
        assert (await kept(north)).suggestions.asked == 1


async def test_the_page_shows_it_at_once_without_those_who_are_known(nodes: Nodes) -> None:
    """What an earlier process asked is there, with its time; nobody is asked for a page."""
    south = nodes.south
    found = [
        {"actor": f"https://{host}/cluster", "host": host, "named_by": ["Ada"]}
        for host in ("ny.example", "kjent.example")
    ]
    at = clock.timestamp(clock.now() - timedelta(hours=3))
    async with south.database.transaction() as connection:
        await suggestions.keep(connection, {"found": found, "asked": 2, "problems": {}}, at=at)
        await peers.upsert_seen(connection, "kjent.example", now=at)
    async with desk_browser(south) as browser:
        await browser.sign_in()
        page = await browser.get("/desk/suggestions")
    assert "2 clusters were asked 3 hours ago." in page.text
    assert "ny.example" in page.text
    assert "kjent.example" not in page.text
    assert 'http-equiv="refresh"' not in page.page
    assert (await kept(south)).asked_at == at


def at_work(name: str) -> int:
    """Return how many workers of that name run in this process."""
    return sum(task.get_name() == name for task in asyncio.all_tasks())


async def test_a_setting_switches_it_off(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node works as before, without that worker."""
    north, inboxes, asking = fresh_nodes.north, at_work("inbox"), at_work("suggestion")
    assert asking == inboxes
    await north.stop()
    monkeypatch.setenv("SKAGERRAK_FEDERATION_SUGGESTIONS_DAILY", "false")
    north.folder = NodeFolder.read(north.folder.path)
    await north.start()

    assert at_work("inbox") == inboxes
    assert at_work("suggestion") == asking - 1
