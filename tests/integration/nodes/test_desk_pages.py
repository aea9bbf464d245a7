"""What the desk sees and decides on its pages, between real nodes."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import urljoin

import pytest
import pytest_asyncio

from node.endpoints.follow_lookups import MOST_RUNNING
from node.storage import actors, follows, peers
from node.storage.actors import ActorRow
from tests.integration.nodes.conftest import Nodes, become_follower
from tests.integration.nodes.desk_browser import Answer, DeskBrowser, desk_browser
from tests.integration.nodes.live_node import LiveNode, until
from vocab.clock import timestamp

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def browser(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give somebody who is at the desk of the northern node."""
    async with desk_browser(nodes.north) as made:
        await made.sign_in()
        yield made


async def _follow(browser: DeskBrowser, address: str) -> Answer:
    """Follow *address* by the form; return the page once it says what became of it."""
    sent = await browser.press("/desk/follow", {"address": address}, on="/desk/follow")
    assert sent.status == 303
    page = sent

    async def over() -> bool:
        nonlocal page
        page = await browser.get(sent.location)
        return 'http-equiv="refresh"' not in page.page

    await until(over, f"{address} is looked up")
    return page


async def _know(node: LiveNode, host: str, *, is_node: bool = True) -> None:
    async with node.database.transaction() as connection:
        await peers.upsert_seen(connection, host, now=timestamp(), is_node=is_node)


async def test_a_cluster_that_asks_is_let_in(nodes: Nodes, browser: DeskBrowser) -> None:
    """A node that follows us waits on the overview, and one button approves it."""
    asker = nodes.honest.cluster("asker", 1)
    await become_follower(asker, nodes.north)
    host = nodes.honest.host
    assert await nodes.north.peer_state(host) == "pending"
    assert "1 server asks to be let in" in (await browser.get("/desk")).text
    page = (await browser.get("/desk/servers")).text
    assert page.index("Wait for your decision") < page.index("Asker") < page.index("1 follower")

    decided = await browser.press("/desk/servers/approve", {"host": host}, on="/desk/servers")
    assert (decided.status, decided.location) == (303, "/desk/servers?done=approve")
    after = (await browser.get(decided.location)).text

    assert "Approved. What waits for it is on its way." in after
    assert await nodes.north.peer_state(host) == "approved"
    assert "asks to be let in" not in (await browser.get("/desk")).text


async def test_who_wants_to_follow_by_allow_list_waits(nodes: Nodes, browser: DeskBrowser) -> None:
    """Also a server that is no node, while somebody there was not let in."""
    fan, host = "https://social.example/users/fan", "social.example"
    await _know(nodes.north, host, is_node=False)
    seen = (await browser.get("/desk/servers")).text
    assert seen.index("Others that have been") < seen.index(host)
    at = timestamp()
    async with nodes.north.database.transaction() as connection:
        actor = ActorRow(
            iri=fan,
            kind="other",
            local=False,
            host=host,
            handle="fan",
            name="Fan",
            inbox=f"{fan}/inbox",
            document="{}",
            fetched_at=at,
        )
        await actors.save_remote(connection, actor, [])
        await follows.upsert(
            connection,
            follower=fan,
            followed=nodes.north.cluster,
            activity=f"{fan}/follow",
            state="pending",
            follower_local=False,
            at=at,
        )
    page = (await browser.get("/desk/servers")).text

    assert page.index("Wait for your decision") < page.index(host) < page.index("Approved ")
    assert "1 there wants to follow us" in page


async def test_a_blocked_server_is_blocked_at_once(nodes: Nodes, browser: DeskBrowser) -> None:
    """The running node fetches nothing from it any more, and Approve lets it in again."""
    actor = nodes.evil.actor("blocked", 2)
    fields = {"host": nodes.evil.host}
    await browser.press("/desk/servers/block", fields, on="/desk/servers")
    refused = await _follow(browser, actor.address)
    assert f"The server {nodes.evil.host} is blocked here." in refused.text
    assert nodes.evil.fetched.total() == 0
    await browser.press("/desk/servers/approve", fields, on="/desk/servers")
    followed = await _follow(browser, actor.address)

    assert "Blocked was asked." in followed.text
    assert await nodes.north.peer_state(nodes.evil.host) == "approved"


async def test_what_was_given_up_is_tried_again(nodes: Nodes, browser: DeskBrowser) -> None:
    """Trouble is told with since when, and the button ends the pause."""
    await _know(nodes.north, "down.example")
    at = timestamp()
    async with nodes.north.database.transaction() as connection:
        await peers.set_state(connection, "down.example", "approved")
        await peers.record_failure(
            connection, "down.example", error="The server does not answer.", at=at
        )
        await peers.pause(connection, "down.example", "2099-01-01T00:00:00.000000Z")
    page = await browser.get("/desk/servers")
    assert "The server does not answer." in page.text
    assert "cannot be reached" in (await browser.get("/desk")).text
    fields = {"host": "down.example"}
    again = await browser.press("/desk/servers/retry", fields, on="/desk/servers")

    assert again.location == "/desk/servers?done=retry"
    async with nodes.north.database.reading() as connection:
        found = await peers.get(connection, "down.example")
    assert (found.paused_until, found.failures) == (None, 0)


@pytest.mark.parametrize(
    ("action", "host", "status"),
    [
        ("approve", "a b", 400),
        ("approve", "", 400),
        ("block", "itself", 400),
        ("retry", "nobody.example", 404),
    ],
)
async def test_what_is_no_other_server_is_refused(
    nodes: Nodes, browser: DeskBrowser, action: str, host: str, status: int
) -> None:
    """A page says why, and nothing new is known."""
    host = nodes.north.host if host == "itself" else host
    answer = await browser.press(f"/desk/servers/{action}", {"host": host}, on="/desk/servers")

    assert answer.status == status
    assert await nodes.north.peer_state(host) is None


async def test_a_cluster_is_followed_and_not_any_more(fresh_nodes: Nodes) -> None:
    """The form asks the other node, the list shows its answer, and the button ends it."""
    north, south = fresh_nodes.north, fresh_nodes.south
    async with desk_browser(north) as browser:
        await browser.sign_in()
        assert "None yet." in (await browser.get("/desk/follow")).text
        asked = await _follow(browser, south.address)
        assert "Cluster south was asked." in asked.text

        async def accepted() -> bool:
            return "accepted" in (await browser.get("/desk/follow")).text

        await until(accepted, "the other node has said yes")
        assert "is followed already" in (await _follow(browser, f"{south.base}/")).text
        ended = await browser.press(
            "/desk/follow/undo", {"actor": south.cluster}, on="/desk/follow"
        )
        assert ended.location == "/desk/follow?done=undo"
        assert "None yet." in (await browser.get(ended.location)).text
    async with north.database.reading() as connection:
        row = await follows.get(connection, north.cluster, south.cluster)

    assert row.state == "undone"


@pytest.mark.parametrize("parameter", ["uri", "address"])
async def test_links_for_remote_following_fill_the_form(
    browser: DeskBrowser, parameter: str
) -> None:
    """The address stands in the form, as text and nothing else; nothing is asked yet."""
    page = await browser.get(f'/desk/follow?{parameter}="><script>acct:x@a.example')

    assert 'value="&#34;&gt;&lt;script&gt;acct:x@a.example"' in page.page
    assert "<script" not in page.page


async def test_nobody_waits_for_another_server(nodes: Nodes, browser: DeskBrowser) -> None:
    """The form is answered while the other server says nothing; a few are asked at once."""
    slow = nodes.honest.actor("slow", 3)
    gate = nodes.honest.gates["/actors/slow"] = asyncio.Event()
    form = {"address": slow.iri}
    sent = [
        await browser.press("/desk/follow", form, on="/desk/follow") for _ in range(MOST_RUNNING)
    ]
    one_more = await browser.press("/desk/follow", form, on="/desk/follow")
    shown = await browser.get(sent[0].location)
    gate.set()

    assert f"Looking up {slow.iri}" in shown.text
    assert "Too many addresses" in (await browser.get(one_more.location)).text

    async def over() -> bool:
        return 'http-equiv="refresh"' not in (await browser.get(sent[-1].location)).page

    await until(over, "the slow server has answered")


async def test_what_servers_are_called_is_text(nodes: Nodes, browser: DeskBrowser) -> None:
    """G1: a name with markup in it stands on the pages as it was written."""
    name = "<script>alert(1)</script>"
    actor = nodes.honest.actor("markup", 0)
    nodes.honest.documents["/actors/markup"] |= {"name": name}  # type: ignore[operator]  # a dict
    page = await _follow(browser, actor.iri)

    assert "<script" not in page.page
    assert unescape(page.page).count(name) >= 2


@pytest.mark.parametrize(
    ("language", "heading"),
    [("nb", "Dette venter"), ("nn", "Dette ventar"), ("da", "Det venter"), ("en", "What waits")],
)
async def test_no_link_of_the_desk_is_dead(nodes: Nodes, language: str, heading: str) -> None:
    """In the language of the person: every link of every page of the desk is answered."""
    async with desk_browser(nodes.north) as browser:
        await browser.sign_in("Sami", language)
        first = await browser.get("/desk", **{"Accept-Language": "de"})
        assert heading in first.text
        waiting, seen = deque(["/desk"]), {"/desk"}
        while waiting:
            path = waiting.popleft()
            answer = await browser.get(path)
            assert answer.status in (200, 303), path
            if not path.startswith("/desk") or path.endswith(".csv"):
                continue
            assert f'<html lang="{language}">' in answer.page
            for link in re.findall(r'<a\b[^>]*?\bhref="([^"]+)"', answer.page):
                found = urljoin(path, unescape(link)).partition("#")[0]
                if found.startswith("/") and "lang=" not in found and found not in seen:
                    seen.add(found)
                    waiting.append(found)

    assert {"/desk", "/desk/servers", "/desk/follow", "/desk/mode", "/desk/reach", "/"} <= seen


async def test_a_language_chosen_stays(browser: DeskBrowser) -> None:
    """The switch of languages works at the desk, and is remembered by the browser."""
    assert "Det venter" in (await browser.get("/desk?lang=da")).text
    assert "Servere" in (await browser.get("/desk/servers")).text


async def test_links_of_others_say_nothing_was_done(browser: DeskBrowser) -> None:
    """Only what a form of the desk led to says what was done."""
    path, said = "/desk/servers?done=block", "Blocked. It can be let in again"
    assert said in (await browser.get(path, **{"Sec-Fetch-Site": "same-origin"})).text
    assert said not in (await browser.get(path, **{"Sec-Fetch-Site": "cross-site"})).text
    assert said not in (await browser.get("/desk/servers?done=nothing")).text


async def test_long_lists_are_cut(
    nodes: Nodes, browser: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand strangers do not make the page endless; it says how many are left out."""
    monkeypatch.setattr("node.endpoints.desk_servers.MOST", 2)
    for number in range(4):
        await _know(nodes.north, f"stranger-{number}.example", is_node=False)
    page = await browser.get("/desk/servers")

    assert "stranger-0.example" in page.text
    assert "stranger-3.example" not in page.text
    assert "more are not shown" in page.text
