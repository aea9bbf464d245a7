"""The desk in a real browser: keyboard, phone, going back, forms of other sites."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from node.pages import desk_words
from tests.acceptance.served_node import ServedNode, free_port, plain_environment, served_node

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
PAGES = tuple("/desk" if name == "overview" else f"/desk/{name}" for name in desk_words.PAGES)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    """Give a node that may talk to nobody."""
    port = free_port()
    base_url = f"http://localhost:{port}"
    folder = tmp_path_factory.mktemp("desk") / "node"
    with served_node(folder, base_url=base_url, port=port, peers=["127.0.0.1:9"]) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Give a window without cookies, on a desk."""
    made = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    yield made
    made.close()


def _signed_in(node: ServedNode, window: BrowserContext) -> Page:
    """Return a page that came in by a link, with the keyboard alone."""
    made = node.command("desk", "link", "--name", "Kari Nordmann", "--language", "en")
    page = window.new_page()
    page.goto(made["link"])
    page.get_by_role("button", name="Sign in").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{node.base_url}/desk")
    return page


def test_a_person_comes_in_and_out(node: ServedNode, window: BrowserContext) -> None:
    """A link and one key; signed out, going back shows nothing of the desk."""
    page = _signed_in(node, window)
    assert page.get_by_role("heading", level=1).inner_text() == "What waits"
    page.get_by_role("navigation", name="The desk").get_by_role("link", name="Servers").click()
    assert "No other server is known yet." in page.inner_text("main")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{node.base_url}/login")
    page.go_back()

    assert page.url.startswith(f"{node.base_url}/login")
    assert "Kari" not in page.content()


def test_pages_keep_their_own_rules(node: ServedNode, window: BrowserContext) -> None:
    """No page breaks its content policy, loads anything that is not there, or has a script."""
    page = _signed_in(node, window)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    for path in PAGES:
        page.goto(node.base_url + path)
        assert page.locator("script").count() == 0
        assert page.locator("h1").count() == 1

    assert said == []


@pytest.mark.parametrize("width", [320, 390, 800, 1280])
def test_no_page_scrolls_sideways(node: ServedNode, window: BrowserContext, width: int) -> None:
    """On a phone, a tablet and a desk; on a phone the menu holds pages, name and languages."""
    page = _signed_in(node, window)
    page.set_viewport_size({"width": width, "height": 844})
    for path in PAGES:
        page.goto(node.base_url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width < 1000:
        page.click(".menu summary")
        assert page.locator(".sheeted a:visible").count() == len(PAGES) + 4
        assert page.locator(".sheeted button:visible").inner_text() == "Sign out"


def test_an_address_is_looked_up_while_one_waits(node: ServedNode, window: BrowserContext) -> None:
    """Enter sends the form; the page loads itself anew until it says what went wrong."""
    page = _signed_in(node, window)
    page.goto(f"{node.base_url}/desk/follow?uri=acct%3Adigin%40localhost%3A9")
    field = page.get_by_label("Address of the cluster")
    assert field.input_value() == "acct:digin@localhost:9"
    field.press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for(timeout=20_000)

    assert "was not followed" in alert.inner_text()
    assert field.input_value() == "acct:digin@localhost:9"


def test_a_server_is_blocked_with_a_reason(node: ServedNode, window: BrowserContext) -> None:
    """The page of the server says what a block does, keeps why, and takes it back."""
    node_rows = "SELECT state FROM peers WHERE host = 'other.example'"
    command = ["peers", "approve", "other.example", "--node", str(node.folder)]
    subprocess.run([sys.executable, "-m", "node", *command], env=plain_environment(), check=True)
    page = _signed_in(node, window)
    page.goto(f"{node.base_url}/desk/servers/other.example")
    page.get_by_role("textbox", name="Why, for those who ask later").fill("It sends advertising.")
    page.get_by_role("button", name="Block", exact=True).click()
    page.wait_for_url(re.compile("done=block"))
    assert "Blocked." in page.get_by_role("status").inner_text()
    assert node.rows(node_rows) == [("blocked",)]
    page.goto(f"{node.base_url}/desk/servers/other.example")
    assert "It sends advertising." in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.wait_for_url(re.compile("done=approve"))

    assert node.rows(node_rows) == [("approved",)]


def test_forms_of_other_sites_do_nothing(
    node: ServedNode, chromium: Browser, window: BrowserContext
) -> None:
    """G8: a page elsewhere sends the visitor's browser a form; the answer is 403."""
    page = _signed_in(node, window)
    token = page.locator('input[name="csrf"]').first.get_attribute("value")
    other = window.new_page()
    address = node.base_url.replace("localhost", "127.0.0.1")
    form = (
        f'<form method="post" action="{node.base_url}/desk/servers/block">'
        f'<input name="host" value="victim.example"><input name="csrf" value="{token}">'
        "<button>Win</button></form>"
    )
    answers: list[Any] = []
    other.route(
        f"{address}/elsewhere", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    other.goto(f"{address}/elsewhere")
    other.on("response", lambda response: answers.append(response))
    other.click("button")
    other.wait_for_url(re.compile("/desk/servers/block"))

    assert answers[0].status == 403
    assert node.rows("SELECT host FROM peers WHERE host = 'victim.example'") == []
