"""Somebody at the desk of a live node: opens pages, presses buttons, as a browser does."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlsplit

import aiohttp

from node.desk.sign_in import NewLink, make_link
from tests.integration.nodes.live_node import LiveNode

HTML = {"Accept": "text/html", "Accept-Language": "en"}
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the node answered."""

    status: int
    headers: Mapping[str, str]
    page: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        """What a reader sees, in one line."""
        body = re.sub(r"<head>.*?</head>|<[^>]+>", " ", self.page, flags=re.DOTALL)
        return " ".join(unescape(body).split())


@dataclass
class DeskBrowser:
    """A browser with cookies of its own."""

    node: LiveNode
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> Answer:
        """Open *path*, without following where it leads."""
        return await self._send("GET", path, headers, None)

    async def post(self, path: str, fields: Mapping[str, str] | bytes, /, **headers: str) -> Answer:
        """Send a form exactly so; ``Origin`` is the node's unless told otherwise."""
        return await self._send("POST", path, {"Origin": self.node.base, **headers}, fields)

    async def press(self, path: str, fields: Mapping[str, str], *, on: str = "/desk") -> Answer:
        """Send a form of the page at *on*, with the token that stands there."""
        token = CSRF.search((await self.get(on)).page)
        assert token is not None, on
        return await self.post(path, {"csrf": token[1], **fields})

    async def upload(
        self, path: str, fields: Mapping[str, str], file: tuple[str, bytes], *, on: str
    ) -> Answer:
        """Send the same with a file, whose field and content are given."""
        token = CSRF.search((await self.get(on)).page)
        assert token is not None, on
        form = aiohttp.FormData({"csrf": token[1], **fields})
        name, content = file
        form.add_field(name, content, filename="list.csv", content_type="text/csv")
        return await self._send("POST", path, {"Origin": self.node.base}, form)

    async def sign_in(self, name: str = "Kari Nordmann", language: str = "en") -> Answer:
        """Come in by a link, as the person of that name."""
        link = await new_link(self.node, name, language)
        return await self.post("/login", {"link": link.token})

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}

    async def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        data: Mapping[str, str] | bytes | aiohttp.FormData | None,
    ) -> Answer:
        url = self.node.base + path
        async with self.session.request(
            method, url, headers={**HTML, **headers}, data=data, allow_redirects=False
        ) as response:
            return Answer(
                status=response.status, headers=response.headers, page=await response.text()
            )


@asynccontextmanager
async def desk_browser(node: LiveNode) -> AsyncIterator[DeskBrowser]:
    """Yield a new browser that nobody has used."""
    async with aiohttp.ClientSession() as session:
        yield DeskBrowser(node, session)


async def new_link(node: LiveNode, name: str = "Kari Nordmann", language: str = "en") -> NewLink:
    """Make a link as ``skagerrak desk link`` does."""
    async with node.database.transaction() as connection:
        return await make_link(connection, node.folder.settings.desk, name, language)


def next_of(answer: Answer) -> str:
    """Return where signing in is to lead on to, from the address that an answer leads to."""
    return parse_qs(urlsplit(answer.location).query)["next"][0]
