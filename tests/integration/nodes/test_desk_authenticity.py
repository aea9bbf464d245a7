"""The desk looks up whose word something is."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.test_messages_to_desk import note, sent

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def browser(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give somebody who is at the desk of the southern node."""
    async with desk_browser(nodes.south) as made:
        await made.sign_in()
        yield made


def of(iri: str) -> str:
    return f"/desk/authenticity?iri={quote(iri, safe='')}"


async def test_a_thing_of_another_cluster(nodes: Nodes, browser: DeskBrowser) -> None:
    """Who signed it with which key, when, by which message, its versions; it holds now."""
    made = await nodes.north.publish(offer("Sett nøye på"))
    await nodes.south.outcome(made.activity or "")
    again = await nodes.north.publish(offer("Sett nøyere på", id=made.iri))
    await nodes.south.outcome(again.activity or "")
    page = await browser.get(of(made.iri))

    for said in (
        "Cluster north signed the message that it came in.",
        f"{nodes.north.cluster}#ed25519-key",
        "Ed25519, in use",
        "Yes. It holds: every character is as its owner proved it.",
        "Its versions 2",
    ):
        assert said in page.text, said
    assert of(again.activity or "") in page.page
    message = await browser.get(of(again.activity or ""))
    assert "Message from server to server (Update) , dealt with" in message.text


async def test_ours_and_an_actor(nodes: Nodes, browser: DeskBrowser) -> None:
    """What this node publishes is its own; an actor was read at its own address."""
    made = await nodes.south.publish(offer("Eget"))
    own = (await browser.get(of(made.iri))).text
    assert "Cluster south publishes it here, on this site." in own, own
    assert "for everyone" in own
    actor = (await browser.get(of(nodes.north.cluster))).text
    assert "It was read at its own address, at Cluster north." in actor
    assert "Last read at its own address" in actor
    assert "Does its own signature hold" not in actor


async def test_the_address_of_a_page_is_good_enough(nodes: Nodes, browser: DeskBrowser) -> None:
    """Of our own page with suffix and language, of our page about another's, and of our home."""
    north, south = nodes.north, nodes.south
    made, theirs = await south.publish(offer("Vist")), await north.publish(offer("Deres"))
    await south.outcome(theirs.activity or "")
    shown = f"{south.base}/resource?iri={quote(theirs.iri, safe='')}&lang=nb"
    for given, iri in (
        (f"{made.iri}.html?lang=nb#top", made.iri),
        (shown, theirs.iri),
        (f"{south.base}/", south.cluster),
    ):
        page = await browser.get(of(given))
        assert f"<code>{iri}</code>" in page.page, given


async def test_the_desks_messages_lead_here(nodes: Nodes, browser: DeskBrowser) -> None:
    """From a reply to how its sender was authenticated."""
    south, ola = nodes.south, nodes.honest.actor("ola")
    made = await south.publish(offer("Svart på"))
    create = ola.activity("Create", note(ola, "Hei", inReplyTo=made.iri))
    assert (await sent(south, ola, create))[0] == "done"
    path = of(create["id"])
    assert path in (await browser.get("/desk/messages")).page
    assert "Ola signed the message that it came in." in (await browser.get(path)).text


@pytest.mark.parametrize("iri", ["https://nobody.example/1", "<script>", "x" * 5_000, "%F0%9F"])
async def test_what_is_not_known_is_told(browser: DeskBrowser, iri: str) -> None:
    """With the address as it was given, as text."""
    page = await browser.get(of(iri))
    assert page.status == 200
    assert "Nothing is known here by that address." in page.text
    assert "<script" not in page.page


async def test_the_record_is_for_the_desk_alone(nodes: Nodes) -> None:
    """Others are sent to the way in; the empty page is the field."""
    async with desk_browser(nodes.south) as stranger:
        assert (await stranger.get(of(nodes.north.cluster))).status == 303
        await stranger.sign_in("Sami", "nn")
        page = await stranger.get("/desk/authenticity")
        assert 'name="iri"' in page.page
        assert 'role="alert"' not in page.page
