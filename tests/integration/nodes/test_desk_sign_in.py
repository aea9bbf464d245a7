"""The way in to the desk and out again (SECURITY G7, G8, G9, G10, G15)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from node.desk.sign_in import hash_of, sign_out_person
from node.endpoints import guard_desk
from node.endpoints.login import TRIES
from node.storage import tables
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desk_browser import DeskBrowser, desk_browser, new_link, next_of
from tests.integration.nodes.live_node import LiveNode
from vocab.clock import now, timestamp

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG_AGO = "2000-01-01T00:00:00.000000Z"


@pytest.fixture
def node(nodes: Nodes) -> LiveNode:
    """Give a node whose tries are not counted yet."""
    assert nodes.north.running is not None
    nodes.north.running.public[TRIES]._failed.clear()
    return nodes.north


@pytest_asyncio.fixture(loop_scope="module")
async def browser(node: LiveNode) -> AsyncIterator[DeskBrowser]:
    """Give a browser without cookies."""
    async with desk_browser(node) as made:
        yield made


async def test_a_link_signs_in_once(browser: DeskBrowser, node: LiveNode) -> None:
    """Opening a link shows a button and uses nothing up; the button does, and once only."""
    link = await new_link(node)
    path = link.address(node.folder.identity).removeprefix(node.base)
    for _ in range(2):
        opened = await browser.get(path)
        assert opened.status == 200
        assert f'value="{link.token}"' in opened.page
        assert browser.cookies == {}
    entered = await browser.post("/login", {"link": link.token})
    assert (entered.status, entered.location) == (303, "/desk")
    assert "Kari Nordmann" in (await browser.get("/desk")).text
    again = await browser.post("/login", {"link": link.token})

    assert again.status == 403
    assert "of no use" in again.text


async def test_links_that_do_not_hold_are_answered_alike(
    browser: DeskBrowser, node: LiveNode
) -> None:
    """Used, expired, replaced, made up, cut or empty: one answer, and no session."""
    replaced, late = await new_link(node), await new_link(node, "Ola")
    await new_link(node)
    links = tables.sign_in_links
    async with node.database.transaction() as connection:
        statement = update(links).where(links.c.token_hash == hash_of(late.token))
        await connection.execute(statement.values(expires_at=LONG_AGO))
    answers = [
        await browser.post("/login", {"link": token})
        for token in (replaced.token, late.token, "made-up", late.token[:-1], "")
    ]

    assert {answer.status for answer in answers} == {403}
    assert len({answer.page for answer in answers}) == 1
    assert browser.cookies == {}


async def test_a_pasted_link_leads_on(browser: DeskBrowser, node: LiveNode) -> None:
    """Whoever wanted a page of the desk comes there after pasting the whole link."""
    asked = await browser.get("/desk/follow?uri=https%3A%2F%2Fa.example%2Fcluster")
    assert (asked.status, asked.location.partition("?")[0]) == (303, "/login")
    link = await new_link(node)
    fields = {"link": f" {link.address(node.folder.identity)} ", "next": next_of(asked)}
    entered = await browser.post("/login", fields)

    assert entered.location == "/desk/follow?uri=https://a.example/cluster"
    assert 'value="https://a.example/cluster"' in (await browser.get(entered.location)).page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/desk",
        "/desk//evil.example",
        "/desk/\\evil.example",
        "/desk\r\nLocation: //evil.example",
        "/deskevil",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/%5cevil.example",
        " //evil.example",
    ],
)
async def test_signing_in_leads_nowhere_else(
    browser: DeskBrowser, node: LiveNode, elsewhere: str
) -> None:
    """G7: whatever ``next`` says, one comes to the desk."""
    link = await new_link(node)
    shown = await browser.get(f"/login?link={link.token}&next={elsewhere.replace('%', '%25')}")
    assert "evil" not in shown.page.partition("<main")[2]
    entered = await browser.post("/login", {"link": link.token, "next": elsewhere})

    assert (entered.status, entered.location) == (303, "/desk")


async def test_pages_are_for_those_who_are_signed_in(browser: DeskBrowser) -> None:
    """Strangers are led to ``/login``, also from addresses that do not exist; forms are refused."""
    for path in ("/desk", "/desk/servers", "/desk/nothing", "/%64esk/servers", "/desk/"):
        answer = await browser.get(path)
        assert answer.status == 303, path
        assert answer.location.startswith("/login?next="), path
        assert answer.headers["Cache-Control"] == "no-store"
    for path in ("/desk/servers/block", "/desk/follow", "/desk/sign-out", "/desk/nothing"):
        assert (await browser.post(path, {"host": "a.example"})).status == 403, path


async def test_pages_are_kept_and_framed_by_nobody(browser: DeskBrowser) -> None:
    """Every answer of the desk, errors too, says no-store, no frames, no scripts."""
    await browser.sign_in()
    for path in ("/desk", "/desk/servers", "/desk/follow", "/desk/nothing", "/login"):
        answer = await browser.get(path)
        assert answer.status == (404 if "nothing" in path else 200), path
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "noindex" in answer.page


async def test_a_form_needs_its_token_and_its_page(browser: DeskBrowser, node: LiveNode) -> None:
    """G8: without the session's token, from elsewhere, or not as a form: 403, nothing done."""
    await browser.sign_in()
    page = (await browser.get("/desk/servers")).page
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": token, "host": "csrf.example"}
    path = "/desk/servers/block"
    async with desk_browser(node) as other:
        await other.sign_in("Ola")
        stranger = (await other.get("/desk")).page
    others = stranger.partition('name="csrf" value="')[2].partition('"')[0]
    refused = [
        await browser.post(path, {"host": "csrf.example"}),
        await browser.post(path, {**fields, "csrf": ""}),
        await browser.post(path, {**fields, "csrf": others}),
        await browser.post(path, fields, Origin="https://evil.example"),
        await browser.post(path, fields, Origin="null"),
        await browser.post(path, fields, Origin=node.base + ".evil.example"),
        await browser.post(
            path, f"csrf={token}&host=csrf.example".encode(), **{"Content-Type": "text/plain"}
        ),
        await browser.post(path, b"{}", **{"Content-Type": "application/json"}),
        await browser._send("POST", path, {}, fields),
        await browser._send("POST", path, {"Sec-Fetch-Site": "cross-site"}, fields),
        await browser._send("POST", path, {"Sec-Fetch-Site": "same-site"}, fields),
        await browser._send("PUT", path, {}, fields),
    ]

    assert {answer.status for answer in refused} == {403}
    assert await node.peer_state("csrf.example") is None
    assert (await browser.post(path, fields)).status == 303
    assert await node.peer_state("csrf.example") == "blocked"
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert (await browser._send("POST", path, same_origin, fields)).status == 303


async def test_signing_in_needs_a_page_of_the_node(browser: DeskBrowser, node: LiveNode) -> None:
    """Nobody can be signed in by a form of another site; the link holds still."""
    link = await new_link(node)
    foreign = await browser.post("/login", {"link": link.token}, Origin="https://evil.example")
    plain = await browser.post(
        "/login", f"link={link.token}".encode(), **{"Content-Type": "text/plain"}
    )

    assert (foreign.status, plain.status) == (403, 403)
    assert browser.cookies == {}
    assert (await browser.post("/login", {"link": link.token})).status == 303


async def test_a_session_cannot_be_planted(browser: DeskBrowser, node: LiveNode) -> None:
    """G9: signing in makes a new token whatever cookie was there, and ends the session it had."""
    entered = await browser.sign_in()
    cookie = entered.headers["Set-Cookie"]
    name = next(iter(browser.cookies))
    first = browser.cookies[name]
    for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"):
        assert word in cookie
    async with desk_browser(node) as victim:
        victim.session.cookie_jar.update_cookies({name: first})
        victim.session.cookie_jar.update_cookies({name: "planted"})
        await victim.sign_in("Ola")
        assert victim.cookies[name] not in ("planted", first)
    await browser.sign_in()
    second = browser.cookies[name]
    async with desk_browser(node) as thief:
        thief.session.cookie_jar.update_cookies({name: first})
        assert (await thief.get("/desk")).status == 303

    assert first != second
    async with node.database.reading() as connection:
        kept = (await connection.execute(select(tables.sessions.c.token_hash))).scalars().all()
    assert hash_of(second) in kept
    assert second not in kept


async def test_signing_out_ends_the_session(browser: DeskBrowser) -> None:
    """G9: after the button the old cookie is worth nothing."""
    await browser.sign_in()
    kept = dict(browser.cookies)
    out = await browser.press("/desk/sign-out", {})
    assert (out.status, out.location) == (303, "/login")
    assert browser.cookies == {}
    browser.session.cookie_jar.update_cookies(kept)

    assert (await browser.get("/desk")).status == 303


async def test_a_person_is_signed_out_at_once(browser: DeskBrowser, node: LiveNode) -> None:
    """G9: whom the command signs out is out with the next request, by every browser and link."""
    await browser.sign_in("Sven")
    async with desk_browser(node) as second:
        await second.sign_in("Sven")
        link = await new_link(node, "Sven")
        async with node.database.transaction() as connection:
            assert await sign_out_person(connection, "Sven") == 2
            assert await sign_out_person(connection, "Nobody") is None
        assert (await second.get("/desk")).status == 303

    assert (await browser.get("/desk")).status == 303
    assert (await browser.post("/login", {"link": link.token})).status == 403


@pytest.mark.parametrize("column", ["created_at", "last_used_at"])
async def test_sessions_end_by_themselves(
    browser: DeskBrowser, node: LiveNode, column: str
) -> None:
    """One that is too old, or was not used for too long, lets nobody in."""
    await browser.sign_in("Old")
    table = tables.sessions
    token = next(iter(browser.cookies.values()))
    async with node.database.transaction() as connection:
        await connection.execute(
            update(table).where(table.c.token_hash == hash_of(token)).values({column: LONG_AGO})
        )

    assert (await browser.get("/desk")).status == 303


async def test_use_is_noted_now_and_then(browser: DeskBrowser, node: LiveNode) -> None:
    """A session that is used stays; its use is written at most once a minute."""
    await browser.sign_in("Used")
    token = next(iter(browser.cookies.values()))
    table, mine = tables.sessions, tables.sessions.c.token_hash == hash_of(token)

    async def used() -> str:
        async with node.database.reading() as connection:
            return str(await connection.scalar(select(table.c.last_used_at).where(mine)))

    before = await used()
    await browser.get("/desk")
    assert await used() == before
    earlier = timestamp(now() - timedelta(hours=2))
    async with node.database.transaction() as connection:
        await connection.execute(update(table).where(mine).values(last_used_at=earlier))
    assert (await browser.get("/desk")).status == 200

    assert await used() > before


async def test_who_fails_too_often_has_to_wait(browser: DeskBrowser, node: LiveNode) -> None:
    """G10, G15: after ten tries 429, whatever the client says it is; a link that holds works."""
    statuses = [
        (
            await browser.post("/login", {"link": f"{n}"}, **{"X-Forwarded-For": f"10.0.0.{n}"})
        ).status
        for n in range(12)
    ]

    assert statuses == [403] * 10 + [429] * 2
    assert (await browser.sign_in()).status == 303


async def test_a_person_has_few_sessions(node: LiveNode) -> None:
    """The eleventh browser ends the first one's session."""
    async with desk_browser(node) as first:
        await first.sign_in("Busy")
        for _ in range(10):
            async with desk_browser(node) as other:
                await other.sign_in("Busy")
        assert (await first.get("/desk")).status == 303


async def test_forms_are_bounded(browser: DeskBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that is too long is refused before it is read."""
    await browser.sign_in()
    monkeypatch.setattr(guard_desk, "LONGEST_AT_THE_DESK", 10_000)
    long = await browser.press("/desk/follow", {"address": "a" * 10_001})

    assert long.status == 413
