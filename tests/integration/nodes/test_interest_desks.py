"""What the desk's pages list of interest and of what ends, and that nobody else reads it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from node.storage import interests, tables
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser
from tests.integration.nodes.desks import Desk, company, published, sent
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.interest_pages import BUTTON, NEW, arrived, press_step, reads, show
from tests.integration.nodes.live_node import settled
from tests.integration.nodes.test_audiences import surfaces
from vocab.clock import now, timestamp, wire_time

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Hemmelig ord mellom kontorene"


@pytest_asyncio.fixture(loop_scope="module")
async def north(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give Kari, who is at the desk of the northern node."""
    async with desk_browser(nodes.north) as made:
        await made.sign_in("Kari Nordmann")
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def south(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give Mette, who is at the desk of the southern node."""
    async with desk_browser(nodes.south) as made:
        await made.sign_in("Mette Jensen")
        yield made


async def test_an_offer_that_ends_soon_is_renewed(nodes: Nodes, north: DeskBrowser) -> None:
    """It waits on the overview, and one button gives it a new end."""
    soon = wire_time(now() + timedelta(days=9))
    made = await nodes.north.publish(offer("Går ut", endTime=soon))
    await nodes.north.publish(offer("Går ikke ut"))
    assert "offer or need of yours ends soon" in (await north.get("/desk")).text
    page = await north.get("/desk/offers")
    assert "Går ut" in page.text
    assert "Går ikke ut" not in page.text
    until_day = re.search(r'name="until" value="([^"]+)"', page.page)
    assert until_day is not None
    for wrong, words in (("2020-01-01", "2020-01-01 is past."), ("i morgen", "Choose a day.")):
        form = {"offer": made.iri, "until": wrong}
        refused = await north.press("/desk/offers/renew", form, on="/desk/offers")
        assert (refused.status, words in refused.text) == (422, True)
    form = {"offer": made.iri, "until": until_day[1]}
    done = await north.press("/desk/offers/renew", form, on="/desk/offers")
    assert done.location == "/desk/offers?done=renewed"
    assert "Går ut" not in (await north.get("/desk/offers")).text
    row = await nodes.north.resource(made.iri)
    assert row is not None
    assert row["ends_at"][:10] >= until_day[1]


async def test_what_has_waited_too_long_stands_first(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """The oldest of what waits for this desk is marked, and counted on the overview."""
    for title in ("Gammel sak", "Fersk sak"):
        made = await published(nodes.north, nodes.south, title)
        await show(south, made.iri, await company(nodes.south, f"{title} ApS"))
        page = await arrived(nodes.north, title)
        if title == "Gammel sak":
            old = page
    async with nodes.north.database.transaction() as connection:
        iri = await interests.by_number(connection, int(old.rpartition("/")[2]))
        row = await interests.get(connection, iri or "")
        assert row is not None
        long_ago = timestamp(now() - timedelta(days=20))
        await interests.save(connection, replace(row, moved_at=long_ago))
    assert "1 interest has waited too long for you" in (await north.get("/desk")).text
    listed = (await north.get("/desk/interests")).text
    assert listed.index("Gammel sak") < listed.index("Fersk sak")
    marked = listed[listed.index("Gammel sak") :]
    assert marked.index("should have been answered by") < marked.index("new")
    assert "It should have been answered by" in (await north.get(old)).text
    await press_step(north, old, "take_over")
    assert "has waited too long" not in (await north.get("/desk")).text


async def test_newer_interest_hides_none_that_waits(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much comes in, what has waited longest is on the page."""
    for title in ("Lang kø først", "Lang kø sist"):
        made = await published(nodes.north, nodes.south, title)
        await show(south, made.iri, await company(nodes.south, f"{title} ApS"))
        await arrived(nodes.north, title)
    known = len(await Desk(nodes.north).list())
    monkeypatch.setattr("node.desk.list_interests.MOST", known - 1)
    listed = (await north.get("/desk/interests")).text
    assert "Lang kø først" in listed
    assert "Lang kø sist" not in listed


async def test_each_group_has_pages(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From one to the next all of a group is shown, each once, and back; no page is an error."""
    titles = [f"Bladvis {number}" for number in range(3)]
    for title in titles:
        made = await published(nodes.north, nodes.south, title)
        await show(south, made.iri, await company(nodes.south, f"{title} ApS"))
        await arrived(nodes.north, title)
    monkeypatch.setattr("node.endpoints.desk_interests.MOST", 1)
    page = await north.get("/desk/interests")
    assert "Wait for you" in page.text
    seen, before = [], ""
    while following := re.search(r'rel="next" href="([^"]+group=ours[^"]+)"', page.page):
        before = page.page
        page = await north.get(unescape(following[1]))
        assert "Wait for the other office" not in page.text
        (item,) = re.findall(r'<a class="title" href="([^"]+)">([^<]+)', page.page)
        seen.append(item)
    assert len(set(seen)) == len(seen)
    assert [title.removesuffix(" (offer)") for _, title in seen[-2:]] == titles[-2:]
    back = re.search(r'rel="prev" href="([^"]+)"', page.page)
    assert back is not None
    assert seen[-2][0] in before
    assert seen[-2][0] in (await north.get(unescape(back[1]))).page
    beyond = await north.get("/desk/interests?group=ours&page=9999")
    assert (beyond.status, "To the first page" in beyond.text) == (200, True)
    for strange in ("group=ours&page=-1", "group=ours&page=x", "group=boats&page=2", "page=٣"):
        assert (await north.get(f"/desk/interests?{strange}")).status == 200


async def test_what_has_expired_waits_for_nobody(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """It is over on both pages, takes no place among what waits, and a renewal brings it back."""
    made = await published(nodes.north, nodes.south, "Utløpt sak")
    there = await show(south, made.iri, await company(nodes.south, "Utløpt ApS"))
    here = await arrived(nodes.north, "Utløpt sak")
    for node in (nodes.north, nodes.south):
        async with node.database.transaction() as connection:
            ended = {"ends_at": timestamp(now() - timedelta(days=1))}
            here_too = tables.resources.c.iri == made.iri
            await connection.execute(tables.resources.update().where(here_too), ended)
    for browser, page in ((north, here), (south, there)):
        assert (
            "The offer or need ended before anybody took this over."
            in (await browser.get(page)).text
        )
        listed = (await browser.get("/desk/interests")).text
        assert listed.index("Over ") < listed.index("Utløpt sak")
        assert made.iri not in [view.proposal for view in await Desk(browser.node).list()]
    assert {path.rpartition("/")[2] for path in BUTTON.findall((await north.get(here)).page)} == {
        "decline",
        "assign",
    }
    await Desk(nodes.north).renew(made.iri, "2099-01-01")
    assert "Nobody here has taken it over yet." in (await north.get(here)).text


async def test_what_others_write_is_text(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """G1: markup in a message or a note stands as it was written."""
    markup = "<script>alert(1)</script>"
    made = await published(nodes.north, nodes.south, "Merking")
    buyer = await company(nodes.south, "Merke ApS")
    there = await show(south, made.iri, buyer, message=f"Hei {markup}", note=markup, name="yes")
    here = await arrived(nodes.north, "Merking")
    for browser, page in ((north, here), (south, there)):
        answer = await browser.get(page)
        assert "<script" not in answer.page, page
        assert markup in unescape(answer.page), page


async def test_nothing_of_the_pages_is_anybody_elses(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """Who is not signed in reads nothing, and no public page, list, feed or graph has a word."""
    hidden = await company(nodes.north, "Skygge Verft AS", audience="private")
    made = await published(nodes.north, nodes.south, "Skyggevare", provider=hidden, anonymous=True)
    buyer = await company(nodes.south, "Skygge Kunde ApS", audience="private")
    there = await show(south, made.iri, buyer, message=SECRET, note="skyggenotat", name="yes")
    here = await arrived(nodes.north, "Skyggevare")
    await press_step(north, here, "name", note="skyggesamtykke")
    await press_step(north, here, "take_over", message=SECRET, note="skyggenotat")
    await reads(south, there, "Skygge Verft AS")
    await settled(nodes.north, nodes.south)
    for browser, page in ((north, here), (south, there)):
        answer = await browser.get(page)
        assert answer.headers["Cache-Control"] == "no-store"
        node = browser.node
        async with desk_browser(node) as stranger:
            for path in (page, "/desk/interests", "/desk/offers", NEW):
                led = await stranger.get(path, Accept="application/activity+json")
                assert (led.status, urlsplit(led.location).path) == (303, "/login")
            assert (await stranger.post(f"{page}/accept", {})).status == 403
            seen = await surfaces(node) + (await stranger.get(f"/resource?iri={made.iri}")).page
        seen += await node.whole_graph()
        for secret in (SECRET, "Skygge Verft", "Skygge Kunde", "skyggenotat", "skyggesamtykke"):
            assert secret not in seen, secret
        assert "/desk/interests/" + page.rpartition("/")[2] not in seen
    assert "skyggenotat" not in str([*await sent(nodes.north), *await sent(nodes.south)])
    async with nodes.north.database.reading() as connection:
        assert await interests.by_number(connection, 999_999_999) is None
