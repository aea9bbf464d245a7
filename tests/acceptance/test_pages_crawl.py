"""No link of a node leads nowhere, in no language."""

import re
from collections import deque
from html import unescape
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import aiohttp
import pytest

from node.pages.words import SEGMENTS as WORDS
from tests.acceptance.demo_pair import DemoPair

LINKS = re.compile(r'<(?:a|link)\b[^>]*?\bhref="([^"]+)"')
LANGUAGE = re.compile(r'<html lang="(\w+)"')
#: More than there are; a page that makes up ever new addresses would be found.
MOST = 3_000
#: In the other languages the same pages are linked, and the data is the same.
SOME = 200
HTML = "text/html"
SEGMENTS = tuple(set(WORDS.values()) - {"collaborations"})


class Crawl:
    """What was found from the home page on."""

    def __init__(self, origin: str, language: str, most: int, *, data: bool) -> None:
        self.origin, self.language, self.most, self.data = origin, language, most, data
        self.status: dict[str, int] = {}
        self.found_on: dict[str, str] = {}
        self.tongues: set[str] = set()

    async def run(self) -> "Crawl":
        """Follow every link of this node."""
        headers = {"Accept": f"{HTML},*/*;q=0.5", "Accept-Language": self.language}
        waiting = deque([f"{self.origin}/"])
        seen = set(waiting)
        async with aiohttp.ClientSession(headers=headers) as session:
            while waiting and len(self.status) < self.most:
                url = waiting.popleft()
                for link in await self._links(session, url):
                    if link not in seen and self._wanted(link):
                        seen.add(link)
                        self.found_on[link] = url
                        waiting.append(link)
        return self

    async def _links(self, session: aiohttp.ClientSession, url: str) -> list[str]:
        async with session.get(url, allow_redirects=False) as response:
            self.status[url] = response.status
            if response.status == 303:
                return [urljoin(url, response.headers["Location"])]
            body = await response.read()
        if response.content_type != HTML:
            assert body, url
            return []
        page = body.decode()
        self.tongues |= set(LANGUAGE.findall(page))
        return [urljoin(url, unescape(link)).partition("#")[0] for link in LINKS.findall(page)]

    def _wanted(self, link: str) -> bool:
        if not link.startswith(f"{self.origin}/") or "lang" in parse_qs(urlsplit(link).query):
            return False
        path = urlsplit(link).path
        return self.data or not path.endswith((".jsonld", ".ttl"))

    @property
    def broken(self) -> dict[str, tuple[int, str]]:
        """What answered otherwise than 200 or 303, with the page that leads there."""
        return {
            url: (status, self.found_on.get(url, ""))
            for url, status in self.status.items()
            if status not in (200, 303)
        }


async def test_no_link_is_dead(pair: DemoPair) -> None:
    """Every link from the home page on is answered, to pages and to data, and reaches all."""
    crawl = await Crawl(pair.digin, "nb", MOST, data=True).run()

    assert crawl.broken == {}
    assert crawl.tongues == {"nb"}
    assert len(crawl.status) < MOST
    reached = [unquote(url) for url in crawl.status]
    for segment in SEGMENTS:
        for start in (f"{segment}/", f"resource?iri={pair.infinit}/{segment}/"):
            assert any(url.startswith(f"{pair.digin}/{start}") for url in reached), start


@pytest.mark.parametrize("language", ["nn", "da", "en"])
async def test_no_link_is_dead_in_other_languages(pair: DemoPair, language: str) -> None:
    """The same pages are linked, and all are in the language that was asked for."""
    crawl = await Crawl(pair.digin, language, SOME, data=False).run()

    assert crawl.broken == {}
    assert crawl.tongues == {language}
    assert len(crawl.status) == SOME
