"""What only a browser knows: what fits, what is clipped, where the keyboard goes first."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.preview import render_pages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
NAMES = sorted(render_pages.pages("nb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with every page and what it loads."""
    path = tmp_path_factory.mktemp("pages")
    render_pages.main(path, "nb")
    return path


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return a page of a browser that may load files only."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [320, 390, 800, 1280])
def test_no_page_scrolls_sideways(page, folder, width):
    """On a phone, a tablet and a desk, every page is as wide as the screen."""
    page.set_viewport_size({"width": width, "height": 800})
    for name in NAMES:
        page.goto((folder / f"{name}.html").as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name


@pytest.mark.parametrize("width", [320, 390, 800, 1024, 1280, 1920, 2560])
def test_every_name_on_the_chart_is_seen_whole(page, folder, width):
    """No name is clipped by the screen or touches another, at any width."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / "home.html").as_uri())
    page.evaluate("document.fonts.ready")
    boxes = [name.bounding_box() for name in page.locator(".port-name:visible").all()]
    assert len(boxes) == 3
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    strip = page.locator(".strip").bounding_box()
    assert all(strip["y"] <= box["y"] for box in boxes)
    bottom = strip["y"] + strip["height"]
    assert all(box["y"] + box["height"] <= bottom for box in boxes)


def test_first_items_stand_above_the_fold(page, folder):
    """On a desk the first offer is seen without scrolling; the chart is at most 22 rem high."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto((folder / "home.html").as_uri())
    assert page.locator(".chart").bounding_box()["height"] <= 22 * 16 + 2
    assert page.locator(".ledger .title").first.bounding_box()["y"] < 700


def test_keyboard_begins_with_the_way_past_the_menu(page, folder):
    """The first stop is the link to the content, visible where it is focused."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto((folder / "offers.html").as_uri())
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Hopp til innholdet"
    assert skip.bounding_box()["x"] >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_phone_menu_opens_without_scripts(page, folder):
    """The head is one row with a menu; opened, it holds every list and language."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((folder / "offers.html").as_uri())
    assert page.locator(".masthead").bounding_box()["height"] < 72
    page.click(".menu summary")
    assert page.locator(".sheeted a:visible").count() == 12
