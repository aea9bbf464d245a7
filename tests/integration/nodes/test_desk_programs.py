"""The desk gives programs access, and ends it, without a command line."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from node.storage import access_tokens
from tests.integration.nodes.client import Client
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser
from tests.integration.nodes.drafts import member, organisation_number

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/desk/programs"
SECRET = re.compile(r"skg_[\w-]{43}")
FORM = {"name": "Kurssystem", "read": "yes", "notify": "yes", "days": "30"}


@pytest_asyncio.fixture(loop_scope="module")
async def browser(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give somebody who is at the desk of the northern node."""
    async with desk_browser(nodes.north) as made:
        await made.sign_in()
        yield made


async def test_a_token_is_made_shown_once_used_and_ended(
    nodes: Nodes, browser: DeskBrowser
) -> None:
    """The secret stands in one answer; the list says what it allows, by whom, and its use."""
    north = nodes.north
    made = await browser.press(PATH, FORM, on=PATH)
    (secret,) = set(SECRET.findall(made.page))
    assert made.status == 200
    assert made.headers["Cache-Control"] == "no-store"
    listed = await browser.get(PATH)
    assert secret not in listed.page
    for said in ("Kurssystem", "Read what others send", "for Cluster north", "by Kari Nordmann"):
        assert said in listed.text
    assert "never used" in listed.text

    async with north.database.reading() as connection:
        (token,) = await access_tokens.list_tokens(connection)
    assert (token.scopes, token.created_by) == ("read notify", "Kari Nordmann")
    program = Client(north, north.cluster, secret, token)
    assert (await program.get("/cluster/inbox")).status == 200
    assert "last used" in (await browser.get(PATH)).text

    ended = await browser.press(f"{PATH}/revoke", {"token": token.id}, on=PATH)
    assert ended.location == "/desk/programs?done=revoke"
    page = (await browser.get(ended.location)).text
    assert "Its access has ended." in page
    assert "ended by the desk" in page
    assert (await program.get("/cluster/inbox")).status == 401


async def test_a_token_may_be_for_a_member(nodes: Nodes, browser: DeskBrowser) -> None:
    """Members that are shown stand in the form; the token is for the one chosen."""
    (firm,) = await nodes.north.publish_all([member("Havbruk AS", organisation_number(3))])
    assert f'<option value="{firm.iri}">Havbruk AS' in (await browser.get(PATH)).page
    made = await browser.press(PATH, FORM | {"actor": firm.iri}, on=PATH)
    assert "It acts for Havbruk AS until" in made.text
    async with nodes.north.database.reading() as connection:
        assert firm.iri in {row.actor for row in await access_tokens.list_tokens(connection)}


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"name": " "}, 400, "A token needs a name"),
        ({"name": "x" * 101}, 400, "A token needs a name"),
        ({"days": "0"}, 400, "A token lasts 1 to 366 days."),
        ({"days": "9999"}, 400, "A token lasts 1 to 366 days."),
        ({"days": "²"}, 400, "A token lasts 1 to 366 days."),
        ({"actor": "https://other.example/cluster"}, 404, "neither the cluster nor a member"),
    ],
)
async def test_a_form_that_is_wrong_is_shown_again(
    nodes: Nodes, browser: DeskBrowser, changes: dict[str, str], status: int, said: str
) -> None:
    """With what is wrong and what was filled in; nothing is made."""
    async with nodes.north.database.reading() as connection:
        before = len(await access_tokens.list_tokens(connection))
    answer = await browser.press(PATH, FORM | changes, on=PATH)
    assert answer.status == status
    assert said in answer.text
    assert f'value="{(FORM | changes)["name"].strip()}"' in answer.page
    assert not SECRET.search(answer.page)
    async with nodes.north.database.reading() as connection:
        assert len(await access_tokens.list_tokens(connection)) == before


async def test_without_a_scope_nothing_is_made(browser: DeskBrowser) -> None:
    """In the visitor's own language."""
    answer = await browser.press(PATH, {"name": "Tom", "days": "30"}, on=PATH)
    assert (answer.status, "A token must allow something." in answer.text) == (400, True)
    assert "checked" not in answer.page


async def test_programs_are_given_access_by_the_desk_alone(nodes: Nodes) -> None:
    """Nobody else sees the list or makes a token, and no token opens the desk."""
    async with desk_browser(nodes.north) as stranger:
        assert (await stranger.get(PATH)).status == 303
        assert (await stranger.post(PATH, FORM)).status == 403
        assert (await stranger.get(PATH, Authorization="Bearer skg_x")).status == 303


async def test_what_is_no_token_is_not_found(browser: DeskBrowser) -> None:
    """Ending it says so."""
    answer = await browser.press(f"{PATH}/revoke", {"token": "none"}, on=PATH)
    assert answer.status == 404
