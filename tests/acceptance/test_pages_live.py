"""Pages as a browser meets them: languages, headers, nothing from elsewhere."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote

import aiohttp
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.demo_pair import DemoPair
from tests.acceptance.served_node import plain_environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BROWSER_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PATHS = ("/", "/offers", "/members", "/concepts", "/contact", "/sparql", "/nowhere")
#: What every page must do for those who cannot see it, as a script that returns the faults.
FAULTS = """() => [
  ...document.querySelectorAll('img:not([alt])'),
  ...[...document.querySelectorAll('a, button, summary')].filter(e => !e.textContent.trim()),
  ...[...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels.length),
  ...[...document.querySelectorAll('svg')].filter(e => !e.closest('[aria-hidden]')),
  ...[...document.querySelectorAll('[aria-labelledby]')].filter(
    e => !document.getElementById(e.getAttribute('aria-labelledby'))),
  ...[...document.querySelectorAll('[id]')].filter(
    e => document.querySelectorAll('#' + CSS.escape(e.id)).length > 1),
].map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client that asks as a browser does; it keeps no cookies."""
    headers = {"Accept": BROWSER_ACCEPT}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as it:
        yield it


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("nn-NO,nn;q=0.9,en;q=0.5", "nn"),
        ("no", "nb"),
        ("da", "da"),
        ("fr,en;q=0.3", "en"),
        ("", "nb"),
    ],
)
async def test_browser_language_decides(
    pair: DemoPair, session: aiohttp.ClientSession, accepted: str, language: str
) -> None:
    """Accept-Language chooses; without one that is there, the cluster's own language."""
    async with session.get(f"{pair.digin}/", headers={"Accept-Language": accepted}) as response:
        assert f'<html lang="{language}">' in await response.text()
        assert {"Accept", "Accept-Language", "Cookie"} <= set(
            response.headers["Vary"].replace(" ", "").split(",")
        )
        assert "Set-Cookie" not in response.headers


async def test_language_asked_for_is_remembered(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """``?lang=`` goes before everything and sets a cookie, which goes before the browser's."""
    url, danish = f"{pair.digin}/needs", {"Accept-Language": "da"}
    async with session.get(f"{url}?lang=nn", headers=danish) as response:
        assert '<html lang="nn">' in await response.text()
        morsel = next(iter(response.cookies.values()))
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    cookie = {"Cookie": f"{morsel.key}={morsel.value}"}
    async with session.get(url, headers=danish | cookie) as response:
        assert '<html lang="nn">' in await response.text()
    async with session.get(f"{url}?lang=xx", headers=danish) as response:
        assert '<html lang="da">' in await response.text()
        assert not response.cookies


@pytest.mark.parametrize("path", PATHS)
async def test_pages_may_load_nothing_from_elsewhere(
    pair: DemoPair, session: aiohttp.ClientSession, path: str
) -> None:
    """The policy allows no script and no other host; HEAD says the same as GET."""
    async with session.get(pair.digin + path) as got, session.head(pair.digin + path) as head:
        policy = got.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
        assert "script-src" not in policy
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert head.status == got.status == (404 if path == "/nowhere" else 200)
        for name in ("Content-Type", "Content-Length", "Vary"):
            assert head.headers[name] == got.headers[name]
        assert await head.read() == b""


async def test_styles_are_kept_for_ever(pair: DemoPair, session: aiohttp.ClientSession) -> None:
    """What pages load has a hash in its address, the cluster's colour too."""
    async with session.get(f"{pair.digin}/") as response:
        page = await response.text()
    addresses = [part.partition('"')[0] for part in page.split('href="') if part[:7] == "/static"]
    assert any("accent.css" in address for address in addresses)
    for address in addresses:
        async with session.get(pair.digin + address) as response:
            assert response.status == 200
            assert "immutable" in response.headers["Cache-Control"]
            etag = response.headers["ETag"]
        known = {"If-None-Match": etag}
        async with session.get(pair.digin + address, headers=known) as response:
            assert response.status == 304
    for path in ("/static/", "/static/../app.py", "/static/%2e%2e/words.py", "/static/none.css"):
        async with session.get(pair.digin + path) as response:
            assert response.status == 404


async def test_errors_speak_the_reader_language(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """What is not held is explained in Danish to a Dane, and as data to a program."""
    url = f"{pair.digin}/resource?iri={quote('https://elsewhere.example/1', safe='')}"
    async with session.get(url, headers={"Accept-Language": "da"}) as response:
        assert response.status == 404
        page = await response.text()
    assert "Dette websted har intet med den adresse." in page
    assert 'href="https://elsewhere.example/1" rel="nofollow noopener"' in page
    async with session.get(url, headers={"Accept": "application/ld+json"}) as response:
        assert response.content_type == "application/problem+json"
        assert response.headers["Vary"] == "Accept"


async def test_unknown_cluster_is_not_found(pair: DemoPair, session: aiohttp.ClientSession) -> None:
    """A list from a cluster that nobody knows is none, rather than an empty one."""
    for segment in ("offers", "concepts", "members"):
        url = f"{pair.digin}/{segment}?origin=xx"
        async with session.get(url, headers={"Accept-Language": "nb"}) as response:
            assert response.status == 404
            assert "Ingen klynge vi kjenner her, har den adressen." in await response.text()


async def test_page_names_itself_as_canonical(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """With its language where that was asked for and its place in a list, without the rest."""
    offer = f"{pair.digin}/offers/kurs-sikker-programmering"
    for asked, canonical in (
        (offer, offer),
        (f"{offer}?lang=nn", f"{offer}?lang=nn"),
        (f"{pair.digin}/members?after=A+b&utm_source=x", f"{pair.digin}/members?after=A+b"),
        (f"{pair.digin}/?lang=da", f"{pair.digin}/?lang=da"),
    ):
        async with session.get(asked) as response:
            assert f'<link rel="canonical" href="{canonical}">' in await response.text()


async def test_language_is_carried_until_a_cookie_holds_it(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """Without cookies a chosen language goes from page to page; with one it needs no help."""
    url = f"{pair.digin}/offers?lang=nn"
    async with session.get(url) as response:
        page = await response.text()
        morsel = next(iter(response.cookies.values()))
    assert 'href="/needs?lang=nn"' in page
    assert 'href="/offers?origin=' in page
    async with session.get(url, headers={"Cookie": f"{morsel.key}=nn"}) as response:
        assert 'href="/needs"' in await response.text()


async def test_what_is_asked_for_by_name_is_there(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """The icon and the word to robots, whatever pages link."""
    async with session.get(f"{pair.digin}/favicon.ico") as response:
        assert response.content_type == "image/vnd.microsoft.icon"
        assert (await response.read()).startswith(b"\0\0\1\0")
    async with session.get(f"{pair.digin}/robots.txt") as response:
        assert response.content_type == "text/plain"
        assert "User-agent: *" in await response.text()


async def test_slash_after_a_list_is_sent_on(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """With its query; what is below the list keeps its slash and is not there."""
    url = f"{pair.digin}/offers/?origin=localhost:1"
    async with session.get(url, allow_redirects=False) as response:
        assert response.status == 308
        assert response.headers["Location"] == "/offers?origin=localhost:1"


async def test_query_that_fails_comes_back_in_the_form(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """A browser gets its query back with what was wrong; a program gets a problem."""
    url = f"{pair.digin}/sparql?query={quote('SELECT ?oops WHERE {')}&format=csv"
    async with session.get(url) as response:
        page = await response.text()
        assert response.status == 400
    assert "SELECT ?oops WHERE {" in page
    assert '<option value="csv" selected>' in page
    assert 'role="alert"' in page
    assert "Spørringen er ikke gyldig SPARQL: se linje 1, kolonne" in page


async def test_members_stand_in_the_order_of_the_alphabet(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """Turning pages forth and back shows every member once, in order."""
    first = await _titles(session, f"{pair.digin}/members")
    second = await _titles(session, pair.digin + first[2])
    back = await _titles(session, pair.digin + second[1])
    assert back[0] == first[0]
    assert not set(first[0]) & set(second[0])
    assert sorted(first[0], key=str.casefold)[:5] == first[0][:5]


async def _titles(session: aiohttp.ClientSession, url: str) -> tuple[list[str], str, str]:
    """Return the titles on a page of a list, and where the pages before and after it are."""
    async with session.get(url, headers={"Accept-Language": "en"}) as response:
        page = await response.text()
    titles = [part.partition(">")[2].partition("<")[0] for part in page.split('class="title"')[1:]]
    before, after = (
        page.partition(f'rel="{name}" href="')[2].partition('"')[0].replace("&amp;", "&")
        for name in ("prev", "next")
    )
    return titles, before, after


async def test_wide_field_shows_what_lies_below_it(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """Nobody states the wide field itself; its page and lists have what is below, of all nodes."""
    field = f"{pair.digin}/concepts/learning"
    async with session.get(field, headers={"Accept-Language": "nb"}) as response:
        page = await response.text()
    assert 'href="/concepts/e-laering">e-læring</a>' in page
    assert "Omfatter" in page
    assert "via InfinIT" in page
    for segment in ("offers", "needs", "members"):
        titles, _, _ = await _titles(session, f"{pair.digin}/{segment}?about={quote(field)}")
        assert titles, segment
    async with session.get(f"{pair.digin}/concepts") as response:
        assert 'href="/concepts/learning">læring og opplæring</a></h2>' in (
            (await response.text()).replace("\n", "")
        )


async def test_need_and_offer_show_each_other(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """A need lists what is offered in its field on all nodes, and an offer what is sought."""
    norwegian = {"Accept-Language": "nb"}
    need = f"{pair.digin}/needs/kurs-i-sikker-kode-for-spillutviklere"
    async with session.get(need, headers=norwegian) as response:
        offered = (await response.text()).partition("Tilbyr innen samme kompetanse")[2]
    assert 'href="/offers/kurs-sikker-programmering"' in offered
    assert "via InfinIT" in offered
    offer = f"{pair.digin}/offers/kurs-sikker-programmering"
    async with session.get(offer, headers=norwegian) as response:
        sought = (await response.text()).partition("Søker innen samme kompetanse")[2]
    assert 'href="/needs/kurs-i-sikker-kode-for-spillutviklere"' in sought


async def test_letter_names_the_thing_and_its_cluster(
    pair: DemoPair, session: aiohttp.ClientSession
) -> None:
    """The office finds what a letter is about, in the language of who writes it."""
    iri = f"{pair.infinit}/needs/onboarding-af-saesonansatte"
    url = f"{pair.digin}/contact?about={quote(iri, safe='')}"
    async with session.get(url, headers={"Accept-Language": "nb"}) as response:
        mail = (await response.text()).partition('href="mailto:')[2].partition('"')[0]
    assert quote(f"Dette gjelder {iri} fra InfinIT.", safe="") in mail


def test_browser_asks_only_this_node(pair: DemoPair, browser: Browser) -> None:
    """Every request of every page goes to the node itself, without scripts, without errors."""
    asked: list[str] = []
    complaints: list[str] = []
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in PATHS[:-1]:
        page.goto(pair.digin + path)
        assert page.locator("h1").inner_text()
    context.close()
    assert any(".woff2" in url or "style.css" in url for url in asked)
    assert [url for url in asked if not url.startswith(f"{pair.digin}/")] == []
    assert complaints == []


def test_pages_are_whole_for_those_who_cannot_see(pair: DemoPair, browser: Browser) -> None:
    """Fields have labels, links have words, pictures are described or left out."""
    page = browser.new_page()
    for path in PATHS:
        page.goto(pair.digin + path)
        assert page.evaluate(FAULTS) == [], path
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        assert page.title()
    page.close()


def test_withdrawn_thing_says_what_it_was(pair: DemoPair, browser: Browser) -> None:
    """410 in the reader's words: its kind, since when, and the way back to the list."""
    iri = f"{pair.digin}/offers/vibrasjonsmaaling-paa-pumper"
    command = [sys.executable, "-m", "node", "withdraw", iri, "--node", str(pair.folder)]
    subprocess.run(command, check=True, env=plain_environment(), capture_output=True)
    context = browser.new_context(locale="nb-NO")
    page = context.new_page()
    response = page.goto(iri)
    assert response is not None
    assert response.status == 410
    assert page.locator("h1").inner_text() == "Dette er trukket tilbake"
    assert page.locator(".kind").inner_text() == "Tilbyr"
    page.get_by_role("link", name="Tilbyr").last.click()
    assert page.url == f"{pair.digin}/offers"
    context.close()
