"""What others write stands at the desk, and is dealt with there."""

from collections.abc import AsyncIterator
from html import unescape

import pytest
import pytest_asyncio

from node.storage import messages
from node.storage.messages import NewMessage
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode
from tests.integration.nodes.test_messages_to_desk import note, sent

pytestmark = pytest.mark.asyncio(loop_scope="module")
AT = "2026-11-24T10:00:00.000000Z"


@pytest_asyncio.fixture(loop_scope="module")
async def browser(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give somebody who is at the desk of the northern node."""
    async with desk_browser(nodes.north) as made:
        await made.sign_in()
        yield made


async def tell(node: LiveNode, name: str, **known: str) -> int:
    """Put a message on the desk; return its number."""
    actor = f"https://social.example/users/{name}"
    new = {"kind": "mention", "text": f"Words of {name}.", "actor_name": name} | known
    async with node.database.transaction() as connection:
        activity = f"{actor}/1"
        message = NewMessage(
            activity=activity, actor=actor, host="social.example", received_at=AT, **new
        )
        await messages.add(connection, message)
        number = await messages.number_of(connection, actor=actor, activity=activity)
    assert number is not None
    return number


async def test_a_reply_is_read_and_handled(nodes: Nodes, browser: DeskBrowser) -> None:
    """It waits on the overview, says who wrote what about what, is handled, and taken back."""
    north, kari = nodes.north, nodes.honest.actor("kari")
    made = await north.publish(offer("Kurs i sikring"))
    written = note(kari, "<p>Er det plass?</p>", inReplyTo=made.iri)
    assert (await sent(north, kari, kari.activity("Create", written)))[0] == "done"
    overview = (await browser.get("/desk")).text
    page = await browser.get("/desk/messages")
    assert "1 message to read" in overview
    for said in ("Reply", "Kari", kari.server.host, "Er det plass?", "Kurs i sikring"):
        assert said in page.text
    assert f'href="{made.iri.removeprefix(north.base)}"' in page.page

    async with north.database.reading() as connection:
        (row,) = await messages.page(connection, limit=9)
    fields = {"message": str(row.seq)}
    handled = await browser.press("/desk/messages/handle", fields, on="/desk/messages")
    assert (handled.status, handled.location) == (303, "/desk/messages?done=handled")
    assert "No message waits." in (await browser.get(handled.location)).text
    assert "to read" not in (await browser.get("/desk")).text
    shown = (await browser.get("/desk/messages?state=handled")).text
    assert "Er det plass?" in shown
    assert "handled by Kari Nordmann" in shown

    back = fields | {"state": "handled"}
    undone = await browser.press("/desk/messages/undo", back, on="/desk/messages?state=handled")
    assert undone.location == "/desk/messages?state=handled&done=waits"
    assert "Er det plass?" in (await browser.get("/desk/messages")).text


async def test_others_words_are_text(nodes: Nodes, browser: DeskBrowser) -> None:
    """G1: markup in a name, a title or a text stands there as it was written; links are links."""
    marked = "<script>alert(1)</script><img src=x>"
    texts = {"title": marked, "text": marked, "actor_name": marked}
    await tell(nodes.north, "marked", **texts, url="https://social.example/@marked/1")
    page = await browser.get("/desk/messages")

    assert "<script" not in page.page
    assert "<img" not in page.page
    assert unescape(page.page).count(marked) >= 3
    assert 'href="https://social.example/@marked/1" rel="noopener nofollow"' in page.page


async def test_long_texts_are_folded(nodes: Nodes, browser: DeskBrowser) -> None:
    """Ten kilobytes do not push the next message away, and all of it can be read."""
    text = "ord " * 600 + "siste"
    await tell(nodes.north, "long", text=text)
    page = await browser.get("/desk/messages")

    assert "Read on" in page.text
    assert page.text.count("ord") >= 600
    assert "siste" in page.page.partition("<summary>Read on")[2]


async def test_what_the_node_says_is_in_the_visitors_language(nodes: Nodes) -> None:
    """The rest of a message is in whatever language its author wrote."""
    text = "This actor has blocked ours. Neither follows the other."
    await tell(nodes.north, "blocker", kind="block", text=text)
    async with desk_browser(nodes.north) as browser:
        await browser.sign_in("Sigrid", "nn")
        page = (await browser.get("/desk/messages")).text

    assert "har blokkert" in page
    assert text not in page
    assert "Words of" in page or "ord ord" in page


async def test_pages_are_turned_both_ways(
    nodes: Nodes, browser: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page holds so many; a handled one leads back to the page where it stood."""
    running = nodes.south.running
    assert running is not None
    async with desk_browser(nodes.south) as south:
        await south.sign_in()
        length = nodes.south.folder.settings.pages.length
        numbers = [await tell(nodes.south, f"n{number:03}") for number in range(length + 2)]
        first = await south.get("/desk/messages")
        assert f"?before={numbers[2]}" in first.page
        assert 'rel="prev"' not in first.page
        second = await south.get(f"/desk/messages?before={numbers[2]}")
        assert second.text.count("Words of") == 2
        assert f"?after={numbers[1]}" in second.page
        assert (await south.get(f"/desk/messages?after={numbers[1]}")).text.count(
            "Words of"
        ) == length
        fields = {"message": str(numbers[0]), "before": str(numbers[2])}
        done = await south.press("/desk/messages/handle", fields)
        assert done.location == f"/desk/messages?before={numbers[2]}&done=handled"
        assert (await south.get(done.location)).text.count("Words of") == 1


@pytest.mark.parametrize("number", ["", "0", "99999", "x", "9" * 30])
async def test_what_is_no_message_is_not_found(browser: DeskBrowser, number: str) -> None:
    """A page says so, and nothing changes."""
    answer = await browser.press("/desk/messages/handle", {"message": number}, on="/desk/messages")
    assert answer.status == 404
    if number == "x":
        assert (await browser.get(f"/desk/messages?before={number}")).status == 404


async def test_messages_are_for_the_desk_alone(nodes: Nodes) -> None:
    """Who is not signed in is sent to the way in, and changes nothing."""
    async with desk_browser(nodes.north) as stranger:
        assert (await stranger.get("/desk/messages")).status == 303
        assert (await stranger.post("/desk/messages/handle", {"message": "1"})).status == 403
