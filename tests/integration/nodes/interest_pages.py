"""What somebody does on the pages of a desk about interest in offers and needs."""

import re
from urllib.parse import quote, urlsplit

from tests.integration.nodes.desk_browser import DeskBrowser
from tests.integration.nodes.desks import Desk
from tests.integration.nodes.live_node import LiveNode, until

NEW = "/desk/interests/new"
BUTTON = re.compile(r'<form class="step" action="([^"]+)"')


async def show(browser: DeskBrowser, about: str, member: str, **more: str) -> str:
    """Show interest by the form; return the address of its page."""
    form = {"about": about, "member": member, "message": "Vi vil høre mer.", **more}
    answer = await browser.press(NEW, form, on=f"{NEW}?about={quote(about, safe='')}")
    assert answer.status == 303, answer.text
    return urlsplit(answer.location).path


async def press_step(browser: DeskBrowser, page: str, action: str, **fields: str) -> str:
    """Press one button of the page of an interest; return what is read afterwards."""
    assert f"{page}/{action}" in BUTTON.findall((await browser.get(page)).page), action
    answer = await browser.press(f"{page}/{action}", fields, on=page)
    assert answer.status == 303, answer.text
    return (await browser.get(answer.location)).text


async def reads(browser: DeskBrowser, page: str, words: str) -> str:
    """Return the page once it says *words*."""
    text = ""

    async def there() -> bool:
        nonlocal text
        text = (await browser.get(page)).text
        return words in text

    await until(there, f"{page} says {words}")
    return text


async def arrived(node: LiveNode, title: str) -> str:
    """Return the page of the interest in *title*, once it is there."""
    page = ""

    async def there() -> bool:
        nonlocal page
        found = [view for view in await Desk(node).list() if view.title.startswith(title)]
        page = f"/desk/interests/{found[0].number}" if found else ""
        return bool(found)

    await until(there, f"interest in {title}")
    return page
