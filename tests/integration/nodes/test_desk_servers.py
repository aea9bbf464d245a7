"""All that the desk can see and decide about servers on its pages, between real nodes."""

from collections.abc import AsyncIterator
from typing import NoReturn

import pytest
import pytest_asyncio

from node.endpoints import guard_desk
from node.endpoints.form_post import LONGEST
from node.storage import follows, peer_decisions, peers
from node.storage.peer_policy import load_policy
from node.storage.peers import PeerRow
from tests.integration.nodes.conftest import Nodes, become_follower, let_follow
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHO = "Kari Nordmann"


@pytest_asyncio.fixture(loop_scope="module")
async def browser(nodes: Nodes) -> AsyncIterator[DeskBrowser]:
    """Give somebody who is at the desk of the northern node."""
    async with desk_browser(nodes.north) as made:
        await made.sign_in(WHO)
        yield made


async def _peer(node: LiveNode, host: str) -> PeerRow | None:
    async with node.database.reading() as connection:
        return await peers.get(connection, host)


async def _decide(browser: DeskBrowser, action: str, host: str, **fields: str) -> int:
    """Send the form of that action on the server's own page."""
    sent = {"host": host, "on": "page", **fields}
    answer = await browser.press(f"/desk/servers/{action}", sent, on="/desk/mode")
    return answer.status


async def test_who_asks_is_shown_before_the_decision(nodes: Nodes, browser: DeskBrowser) -> None:
    """Its actor, what it says about itself as text, its key, and what it asked."""
    knocking = nodes.honest.cluster("knocking", 1)
    nodes.honest.documents["/actors/knocking"]["summary"] = "<p>We build <b>boats</b></p>"  # type: ignore[index,call-overload]  # a document
    await become_follower(knocking, nodes.north)
    page = await browser.get("/desk/servers")

    assert knocking.iri in page.text
    assert "We build boats" in page.text
    assert "SHA-256" in page.text
    assert "asked to follow us" in page.text
    assert f'href="/desk/servers/{nodes.honest.host.replace(":", "%3A")}"' in page.page


async def test_every_decision_stands_in_the_history(nodes: Nodes, browser: DeskBrowser) -> None:
    """With who made it, when and why; each is what the server is from then on."""
    host = "decided.example"
    assert await _decide(browser, "approve", host, reason="Old friends") == 303
    assert await _decide(browser, "scope", host, direction="send", offer="on", need="on") == 303
    found = await _peer(nodes.north, host)
    assert found is not None
    assert (found.direction, found.classes) == ("send", "need,offer")
    assert await _decide(browser, "pause", host, until="2999-12-24", reason="Holiday") == 303
    assert "Paused until" in (await browser.get(f"/desk/servers/{host}")).text
    assert await _decide(browser, "resume", host) == 303
    assert await _decide(browser, "limit", host) == 303
    assert await _decide(browser, "block", host, reason="<b>Spam</b>") == 303
    page = await browser.get(f"/desk/servers/{host}")
    told = page.text

    for words in ("Old friends", "Holiday", "Pause ended", "<b>Spam</b>", "We only send to it"):
        assert words in told
    assert told.count(WHO) >= 6
    assert "Nothing passes between it and us." in told
    assert "<b>Spam" not in page.page
    assert await _decide(browser, "unblock", host) == 303
    assert await nodes.north.peer_state(host) == "pending"
    assert await _decide(browser, "forget", host) == 303
    assert await nodes.north.peer_state(host) is None


@pytest.mark.parametrize(
    ("action", "host", "fields", "status"),
    [
        ("unblock", "never.example", {}, 404),
        ("unblock", "south", {}, 409),
        ("forget", "never.example", {}, 404),
        ("resume", "south", {}, 409),
        ("scope", "never.example", {"direction": "both", "offer": "on"}, 409),
        ("scope", "south", {"direction": "both"}, 400),
        ("scope", "south", {"direction": "sideways", "offer": "on"}, 400),
        ("pause", "south", {"until": "2020-01-01"}, 400),
        ("pause", "south", {"until": "some day"}, 400),
        ("block", "localhost", {}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(
    nodes: Nodes,
    browser: DeskBrowser,
    action: str,
    host: str,
    fields: dict[str, str],
    status: int,
) -> None:
    """With the reason, in the visitor's language; nothing is changed by it."""
    host = nodes.south.host if host == "south" else host
    before = await _peer(nodes.north, host)

    assert await _decide(browser, action, host, **fields) == status
    assert await _peer(nodes.north, host) == before


@pytest.mark.parametrize("written", ["https://BÜCHER.example./x", "@kari@bücher.example"])
async def test_a_block_is_not_evaded_by_another_spelling(
    nodes: Nodes, browser: DeskBrowser, written: str
) -> None:
    """SECURITY H11: subdomains, ports and IDN are blocked with the domain, from the page too."""
    assert await _decide(browser, "block", written) == 303
    async with nodes.north.database.reading() as connection:
        policy = await load_policy(connection)
    names = ("xn--bcher-kva.example", "a.b.xn--bcher-kva.example", "xn--bcher-kva.example:8443")

    assert all(policy.blocks(name) for name in names)
    page = (await browser.get("/desk/servers/sub.bücher.example")).text
    assert "Nothing passes between it and us." in page
    assert await _decide(browser, "unblock", "xn--bcher-kva.example") == 303


async def test_a_redirect_does_not_evade_a_block_of_the_page(
    nodes: Nodes, browser: DeskBrowser
) -> None:
    """SECURITY H11: an honest server that sends on to a blocked one gets nothing fetched there."""
    friend = nodes.honest.cluster("bent", 2)
    await let_follow(nodes.north, friend)
    assert await _decide(browser, "block", f"{nodes.evil.base}/anything") == 303
    nodes.honest.documents["/bent-on"] = nodes.evil.base + "/trap"
    create = friend.activity("Create", f"{nodes.honest.base}/bent-on")
    assert await friend.post(f"{nodes.north.base}/inbox", create) == 202

    assert (await nodes.north.outcome(create["id"]))[0] == "refused"
    assert nodes.evil.fetched["/trap"] == 0
    assert await _decide(browser, "forget", nodes.evil.host) == 303


async def test_a_server_nobody_knows_can_be_decided_about(
    nodes: Nodes, browser: DeskBrowser
) -> None:
    """It is found by its name, and its page offers what can be done."""
    found = await browser.get("/desk/servers?find=%40x%40early.example")
    assert 'href="/desk/servers/early.example"' in found.page
    assert "Not known here yet" in (await browser.get("/desk/servers/early.example")).text
    assert await _decide(browser, "approve", "early.example") == 303

    assert await nodes.north.peer_state("early.example") == "approved"
    listed = (await browser.get("/desk/servers?find=early")).text
    assert "early.example" in listed
    assert nodes.south.host not in listed
    assert (await browser.get("/desk/servers/a%20b")).status == 400


async def test_the_mode_is_chosen_at_the_desk(fresh_nodes: Nodes) -> None:
    """It holds at once in the running node, and the settings' own comes back."""
    north = fresh_nodes.north
    async with desk_browser(north) as browser:
        await browser.sign_in(WHO)
        open_to_all = await north.status("/cluster/outbox?page=1")
        chosen = await browser.press("/desk/mode", {"mode": "allowlist"}, on="/desk/mode")
        assert chosen.location == "/desk/mode?done=mode"
        closed = await north.status("/cluster/outbox?page=1")
        page = (await browser.get("/desk/mode")).text
        assert f"By list only – {WHO}" in page
        back = await browser.press("/desk/mode", {"mode": "settings"}, on="/desk/mode")
        refused = await browser.press("/desk/mode", {"mode": "closed"}, on="/desk/mode")
        after = await north.status("/cluster/outbox?page=1")

    assert (open_to_all, closed, after) == (200, 401, 200)
    assert (back.status, refused.status) == (303, 400)


async def test_a_list_is_shown_before_it_is_applied(nodes: Nodes, browser: DeskBrowser) -> None:
    """It touches nobody who is approved; what the node then blocks is a list again."""
    path = "/desk/domain-lists"
    text = (
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        "listed.example,suspend,TRUE,TRUE,Spam,FALSE\n"
        f"{nodes.south.host},suspend,TRUE,TRUE,,FALSE\nhid***.example,suspend,TRUE,TRUE,,FALSE\n"
    )
    form = {"list": text, "kind": "block"}
    preview = await browser.press(path, form, on=path)
    assert preview.status == 200
    assert "1 server would change, 1 stays as it is, 1 line cannot be read." in preview.text
    assert await nodes.north.peer_state("listed.example") is None
    applied = await browser.press(f"{path}/apply", form, on=path)
    assert applied.location == f"{path}?done=import"

    found = await _peer(nodes.north, "listed.example")
    assert found is not None
    assert (found.state, found.reason, found.decided_by) == ("blocked", "Spam", WHO)
    assert await nodes.north.peer_state(nodes.south.host) == "approved"
    exported = await browser.get(f"{path}/blocked.csv")
    assert "listed.example,suspend,TRUE,TRUE,Spam,FALSE" in exported.page
    assert exported.headers["Content-Disposition"] == 'attachment; filename="blocked.csv"'
    assert nodes.south.host in (await browser.get(f"{path}/approved.csv")).page


@pytest.mark.parametrize("kind", ["block", "allow"])
async def test_names_alone_are_a_list(nodes: Nodes, browser: DeskBrowser, kind: str) -> None:
    """One on each line, as people write them down."""
    path, names = "/desk/domain-lists", f"one-{kind}.example\n\ntwo-{kind}.example\n"
    await browser.press(f"{path}/apply", {"list": names, "kind": kind}, on=path)

    wanted = "approved" if kind == "allow" else "blocked"
    assert await nodes.north.peer_state(f"one-{kind}.example") == wanted
    assert await nodes.north.peer_state(f"two-{kind}.example") == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_a_file_is_a_list(nodes: Nodes, browser: DeskBrowser, encoding: str) -> None:
    """As spreadsheet programs save it; the preview leads to the same form, and changes nothing."""
    path, host = "/desk/domain-lists", f"{encoding}.fil.example"
    text = f"#domain,#severity,#public_comment\n{host},suspend,Søppel på æ\n"
    file = ("file", text.encode(encoding))
    preview = await browser.upload(path, {"kind": "block", "list": "a,b"}, file, on=path)
    assert "1 server would change." in preview.text
    assert text in preview.page
    assert await nodes.north.peer_state(host) is None
    fields = {"kind": "block", "list": text}
    applied = await browser.upload(f"{path}/apply", fields, ("none", b""), on=path)
    assert applied.location == f"{path}?done=import"
    found = await _peer(nodes.north, host)
    assert found is not None
    assert (found.state, found.reason) == ("blocked", "Søppel på æ")


async def test_a_file_that_is_no_list_is_refused(
    browser: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook, nothing at all, a file that is too long, a file for a page that takes none."""
    path, fields = "/desk/domain-lists", {"kind": "block", "list": ""}
    workbook = ("file", b"PK\x03\x04\x00\x00\x81\x8d")
    refused = await browser.upload(path, fields, workbook, on=path)
    assert "The file is no list: it is no text." in refused.text
    nothing = await browser.upload(path, fields, ("file", b""), on=path)
    assert "Paste a list, or choose a file." in nothing.text
    other = await browser.upload("/desk/mode", {"mode": "open"}, ("file", b"x"), on="/desk/mode")
    assert other.status == 403
    forged = await browser.post(path, b"--x--", **{"Content-Type": "multipart/form-data"})
    assert forged.status == 400
    monkeypatch.setattr(guard_desk, "LONGEST_AT_THE_DESK", 5_000)
    long = await browser.upload(path, fields, ("file", b"x" * 5_000), on=path)
    assert long.status == 413


async def test_what_is_no_list_is_told_and_kept_in_the_form(
    browser: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that was pasted is lost; a list may be longer than other forms, up to a limit."""
    path = "/desk/domain-lists"
    wrong = await browser.press(path, {"list": "a,b\n</textarea><b>x", "kind": "block"}, on=path)
    assert wrong.status == 200
    assert "The list has no column #domain." in wrong.text
    assert "&lt;/textarea&gt;&lt;b&gt;x" in wrong.page
    long = "\n".join(f"{number}.long.example" for number in range(LONGEST // 10))
    assert (await browser.press(path, {"list": long, "kind": "block"}, on=path)).status == 200
    monkeypatch.setattr(guard_desk, "LONGEST_AT_THE_DESK", len(long))
    too_long = {"list": long, "kind": "block"}
    assert (await browser.press(path, too_long, on=path)).status == 413


async def test_reach_is_told_with_who_waits(nodes: Nodes, browser: DeskBrowser) -> None:
    """Of what was published lately, and of one thing; in the end all have it."""
    late = nodes.honest.cluster("late", 3)
    await let_follow(nodes.north, late)
    await become_follower(late, nodes.north)
    assert await _decide(browser, "pause", nodes.honest.host) == 303
    made = await nodes.north.publish(offer("Når alle til slutt"))
    about = f"/desk/reach?iri={made.iri}"

    async def told(words: str) -> bool:
        return words in (await browser.get(about)).text

    await until(lambda: told(f"{nodes.honest.host} you paused it"), "it waits")
    recent = await browser.get("/desk/reach")
    assert "Når alle til slutt" in recent.text
    assert await _decide(browser, "resume", nodes.honest.host) == 303
    await late.receives("Create", made.iri)

    async def arrived() -> bool:
        page = (await browser.get(about)).text
        return "Reached" in page and "wait" not in page

    await until(arrived, "all have it")
    empty = await browser.get(f"/desk/reach?iri={nodes.north.base}/offers/none")
    assert "Nothing was sent about it" in empty.text


async def test_suggestions_are_asked_for_beside_the_request(
    nodes: Nodes, browser: DeskBrowser
) -> None:
    """Whom the followed name is listed with a way to follow, and nobody is followed by it."""
    guide = nodes.honest.cluster("pilot", 4)
    nodes.honest.documents["/actors/pilot"]["peers"] = f"{guide.iri}/peers"  # type: ignore[index,call-overload]  # a document
    await let_follow(nodes.north, guide)
    new = f"{nodes.evil.base}/actors/new"
    nodes.honest.documents["/actors/pilot/peers"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{guide.iri}/peers",
        "type": "OrderedCollection",
        "orderedItems": [new, nodes.north.cluster],
    }
    assert "named by Pilot" not in (await browser.get("/desk/suggestions")).text
    sent = await browser.press("/desk/suggestions", {}, on="/desk/suggestions")
    assert sent.location == "/desk/suggestions"
    page = sent

    async def over() -> bool:
        nonlocal page
        page = await browser.get("/desk/suggestions")
        return 'http-equiv="refresh"' not in page.page

    await until(over, "all were asked")

    assert "named by Pilot" in page.text
    assert "once a day" in page.text
    assert "Ask again now" in page.text
    assert "/desk/follow?address=http" in page.page
    assert await nodes.north.peer_state(nodes.evil.host) is None


async def test_who_follows_and_unfollows_is_written_down(fresh_nodes: Nodes) -> None:
    """The name of the person, with the approval that a Follow is."""
    north, south = fresh_nodes.north, fresh_nodes.south
    async with desk_browser(north) as browser:
        await browser.sign_in(WHO)
        await browser.press("/desk/follow", {"address": south.address}, on="/desk/follow")

        async def asked() -> bool:
            async with north.database.reading() as connection:
                return await follows.get(connection, north.cluster, south.cluster) is not None

        await until(asked, "it is followed")
        await browser.press("/desk/follow/undo", {"actor": south.cluster}, on="/desk/follow")
    async with north.database.reading() as connection:
        made = await peer_decisions.history(connection, south.host)

    assert [(one.decision, one.who) for one in made] == [
        ("unfollowed", WHO),
        ("followed", WHO),
        ("approved", WHO),
    ]


async def test_the_overview_counts_without_reading_every_server(
    browser: DeskBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of known servers cost the first page nothing."""

    async def never(*_arguments: object) -> NoReturn:
        raise AssertionError("every server is read")

    for name in ("list_peers", "states"):
        monkeypatch.setattr(peers, name, never)

    assert (await browser.get("/desk")).status == 200
