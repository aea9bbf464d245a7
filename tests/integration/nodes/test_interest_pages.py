"""Interest in offers and needs on the pages of two desks, between real nodes."""

import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import quote, unquote, urlsplit

import pytest
import pytest_asyncio

from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser, next_of
from tests.integration.nodes.desks import company, published
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.interest_pages import BUTTON, NEW, arrived, press_step, reads, show
from tests.integration.nodes.live_node import settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_both_desks_go_the_whole_way_by_pages(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """From the form to “completed”: each step by a button, and both pages say the same."""
    provider = await company(nodes.north, "Knappverft AS")
    made = await published(nodes.north, nodes.south, "Dokking", provider=provider)
    buyer = await company(nodes.south, "Knap Rederi ApS")
    there = await show(south, made.iri, buyer, note="Ringte mandag")
    here = await arrived(nodes.north, "Dokking")
    listed = (await north.get("/desk/interests")).text
    assert listed.index("Wait for you") < listed.index("Dokking")
    assert re.search("interests? waits? for you", (await north.get("/desk")).text)
    assert "Wait for the other office" in (await south.get("/desk/interests")).text
    page = (await north.get(here)).text
    assert "Nobody here has taken it over yet." in page
    assert "From Cluster south, about an offer" in page
    assert "Vi vil høre mer." in page
    assert "Knap Rederi" not in page
    assert "Ringte mandag" not in page
    assert "Ringte mandag" in (await south.get(there)).text

    said = await press_step(south, there, "name", note="Direktøren, i dag")
    assert "named to the other office by its consent, recorded by Mette Jensen" in said
    await reads(north, here, "Knap Rederi ApS")
    for action, seen in (
        ("take_over", "The other office works on it."),
        ("pass_on", "The other office has told its company."),
        ("answer", "The company has answered the other office"),
        ("accept", "Introduction made, not binding."),
        ("complete", "The contact is completed."),
    ):
        said = await press_step(north, here, action, message=f"Om {action}", note="bare her")
        assert "Done. The other office is told." in said
        other = await reads(south, there, seen)
        assert f"Om {action}" in other
        assert "bare her" not in other
    page = (await north.get(here)).text
    assert "The contact is completed." in page
    assert "Kari Nordmann" in page
    assert "Mette Jensen" not in page
    assert BUTTON.findall((await north.get(here)).page) == [f"{here}/assign"]
    assert "Over" in (await south.get("/desk/interests")).text
    assert "contract" not in page.replace("Nothing here is a contract.", "")


async def test_declined_with_a_reason_and_countered(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """Without a reason nothing is declined and nothing typed is lost; a counter-offer follows."""
    amounts = {"resourceQuantity": {"hasUnit": "hour", "hasNumericalValue": 10}}
    publishes = offer("x")["publishes"] | amounts
    made = await published(nodes.north, nodes.south, "Timevis", publishes=publishes, unitBased=True)
    buyer = await company(nodes.south, "Timekøber ApS")
    form = {"about": made.iri, "member": buyer, "message": "Gjerne", "quantity": "15"}
    refused = await south.press(NEW, form, on=NEW)
    assert refused.status == 422
    assert "The quantity must be a multiple of 10 (hour)." in refused.text
    assert 'value="15"' in refused.page
    assert ">Gjerne</textarea>" in refused.page
    there = await show(south, made.iri, buyer, quantity="20")
    here = await arrived(nodes.north, "Timevis")
    assert "20 hours" in (await north.get(here)).text

    refused = await north.press(f"{here}/decline", {"note": "Ringte dem", "message": " "}, on=here)
    assert refused.status == 422
    assert "Write the reason" in refused.text
    assert 'value="Ringte dem"' in refused.page
    await press_step(north, here, "decline", message="Ikke i år")
    assert "Ikke i år" in await reads(south, there, "Declined.")
    answer = await south.press(
        f"{there}/counter", {"message": "Så ti timer", "quantity": "10"}, on=there
    )
    newer = urlsplit(answer.location).path
    assert newer != there
    assert "10 hours" in (await south.get(newer)).text
    assert "See the counter-offer" in (await south.get(there)).text
    here = await arrived(nodes.north, "Timevis")
    assert "It takes the place of an earlier one" in (await north.get(here)).text
    await press_step(south, newer, "withdraw", message="Vi fant en annen")
    assert "Vi fant en annen" in await reads(north, here, "Withdrawn by the office that asked.")


async def test_only_what_is_possible_now_has_a_button(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """Each desk sees its own steps; one that comes too late is refused, with what was typed."""
    made = await published(nodes.north, nodes.south, "Knapper")
    buyer = await company(nodes.south, "Knapper ApS")
    there = await show(south, made.iri, buyer)
    here = await arrived(nodes.north, "Knapper")
    shown = {path.rpartition("/")[2] for path in BUTTON.findall((await south.get(there)).page)}
    assert shown == {"counter", "name", "withdraw", "assign"}
    shown = {path.rpartition("/")[2] for path in BUTTON.findall((await north.get(here)).page)}
    assert shown == {"take_over", "pass_on", "answer", "accept", "counter", "decline", "assign"}
    foreign = await south.press(f"{there}/accept", {"message": "Ja!"}, on=there)
    assert (foreign.status, "Ja!" in foreign.text) == (409, True)
    assert "This step is not possible now: see the history." in foreign.text
    assert "skagerrak interest" not in foreign.text
    for path, status in (
        (f"{there}/nothing", 404),
        (f"{there}/send", 404),
        ("/desk/interests/999999999999999/accept", 404),
        ("/desk/interests/99999999999999999999/accept", 404),
    ):
        assert (await south.press(path, {}, on=there)).status == status, path
    assert (await south.get("/desk/interests/999999")).status == 404


async def test_who_is_responsible_stays_at_the_desk(
    nodes: Nodes, north: DeskBrowser, south: DeskBrowser
) -> None:
    """Responsible person and substitute are written down, and nobody else is told."""
    made = await published(nodes.north, nodes.south, "Ansvar")
    there = await show(south, made.iri, await company(nodes.south, "Ansvar ApS"))
    here = await arrived(nodes.north, "Ansvar")
    said = await press_step(
        north, here, "assign", responsible="Ola Vikar", substitute="Liv Vikar", note="ferie"
    )
    assert "Written down." in said
    assert "substitute: Liv Vikar" in said
    await settled(nodes.north, nodes.south)
    assert "Vikar" not in (await south.get(there)).text
    assert "Ola Vikar is responsible" in (await north.get("/desk/interests")).text


async def test_between_two_members_one_desk_takes_every_step(
    nodes: Nodes, north: DeskBrowser
) -> None:
    """Interest in an offer of our own: nobody else is told, and no name is asked for."""
    provider, buyer = [await company(nodes.north, name) for name in ("Her AS", "Der AS")]
    made = await nodes.north.publish(offer("Naboskap", provider=provider))
    about = f"{NEW}?about={quote(made.iri, safe='')}"
    form = (await north.get(about)).text
    assert "agreed to be named" not in form
    assert "other office" not in form
    own = await north.press(NEW, {"about": made.iri, "member": provider, "message": "x"}, on=about)
    assert own.status == 422
    assert "own offer or need" in own.text
    page = await show(north, made.iri, buyer)
    assert "Between two of our own members" in (await north.get(page)).text
    for action in ("take_over", "accept", "complete"):
        assert "Written down." in await press_step(north, page, action)
    text = (await north.get(page)).text
    assert "Her AS" in text
    assert "Der AS" in text
    assert "other office" not in text.lower()


async def test_what_is_not_held_here_is_read_and_sent_meanwhile(fresh_nodes: Nodes) -> None:
    """The request does not wait for the other server; the page says what became of it."""
    made = await fresh_nodes.north.publish(offer("Langt borte"))
    buyer = await company(fresh_nodes.south, "Fjern ApS")
    async with desk_browser(fresh_nodes.south) as browser:
        await browser.sign_in()
        for about, words in ((made.iri, "Langt borte"), (f"{made.iri}x", "Choose a member")):
            form = {"about": about, "member": buyer, "message": "Hei der"}
            sent_form = await browser.press(NEW, form, on=NEW)
            assert sent_form.location.startswith(f"{NEW}?sent="), sent_form.text
            answer = sent_form

            async def over(started: str = sent_form.location) -> bool:
                nonlocal answer
                answer = await browser.get(started)
                return 'http-equiv="refresh"' not in answer.page

            await until(over, "it was sent or not")
            if answer.status == 303:
                answer = await browser.get(answer.location)
            assert words in answer.text
        assert 'role="alert"' in answer.page
        assert ">Hei der</textarea>" in answer.page
    assert await arrived(fresh_nodes.north, "Langt borte")


async def test_a_page_of_an_offer_leads_to_the_form(nodes: Nodes, south: DeskBrowser) -> None:
    """For the desk's people at once, for everyone else by way of signing in."""
    made = await published(nodes.north, nodes.south, "Lenke")
    here = f"/resource?iri={quote(made.iri, safe='')}"
    page = await south.get(here)
    link = re.search(r'href="(/desk/interests/new[^"]*)"', page.page)
    assert link is not None
    form = await south.get(unescape(link[1]))
    assert form.status == 200
    assert "Lenke" in form.text
    async with desk_browser(nodes.south) as stranger:
        assert (await stranger.get(here)).page == page.page
        led = await stranger.get(unescape(link[1]))
        assert (led.status, unquote(next_of(led))) == (303, unquote(unescape(link[1])))
        assert (await stranger.get(led.location)).status == 200
