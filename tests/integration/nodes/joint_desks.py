"""What people do on the pages of three desks with works that they share."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from node.storage.contributions import ContributionRow
from tests.integration.nodes.conftest import Partners
from tests.integration.nodes.desk_browser import Answer, DeskBrowser, desk_browser

LIST, NEW = "/desk/contributions", "/desk/contributions/new"
AREA = re.compile(r'<textarea[^>]*name="(text\.[^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
MARK = re.compile(r'name="(mark\.[^"]+)" value="([^"]*)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')


@dataclass
class Desks:
    """Somebody at the desk of each of three nodes."""

    home: DeskBrowser
    east: DeskBrowser
    west: DeskBrowser


@asynccontextmanager
async def three_desks(partners: Partners) -> AsyncIterator[Desks]:
    """Sign in at all three nodes."""
    async with AsyncExitStack() as stack:
        made = {}
        for name in ("home", "east", "west"):
            browser = await stack.enter_async_context(desk_browser(getattr(partners, name)))
            await browser.sign_in(f"Person {name}")
            made[name] = browser
        yield Desks(**made)


def about(iri: str) -> str:
    """Return the desk's page of a work."""
    return f"{NEW}?about={quote(iri, safe='')}"


def form_of(page: Answer) -> dict[str, str]:
    """Return what the form for a proposal would send untouched, as a browser does."""
    areas = {name: unescape(text).replace("\n", "\r\n") for name, text in AREA.findall(page.page)}
    return areas | dict(MARK.findall(page.page))


async def send_proposal(
    browser: DeskBrowser, iri: str, changes: Mapping[str, str], **more: str
) -> Answer:
    """Open the form for the work *iri*, change some texts, and send it."""
    form = form_of(await browser.get(about(iri)))
    return await browser.press(NEW, {**form, "about": iri, **changes, **more}, on=about(iri))


async def press_accept(
    browser: DeskBrowser, row: ContributionRow, choices: Mapping[str, str] | None = None
) -> Answer:
    """Open a contribution at its home, choose, and accept it."""
    page = await browser.get(f"{LIST}/{row.id}")
    seen = SEEN.search(page.page)
    fields = {**(choices or {}), **({"seen": seen[1]} if seen else {})}
    return await browser.press(f"{LIST}/{row.id}/accept", fields, on=f"{LIST}/{row.id}")
