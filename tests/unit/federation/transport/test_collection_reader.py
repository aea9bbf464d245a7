from collections.abc import Callable
from typing import Any

import pytest

from federation.collection_reader import CollectionPage, Ending, ReadLimits, read_pages
from federation.errors import ForbiddenOrigin, MalformedRequest
from federation.ports import FetchedDocument

BASE = "https://a.example/c"


class Shelf:
    """Documents by URL; a function makes those that are asked for, and all are counted."""

    def __init__(self, documents: Callable[[str], dict[str, Any]]) -> None:
        self.documents = documents
        self.fetched: list[str] = []
        self.moved_to: str | None = None

    async def fetch_document(self, url: str) -> FetchedDocument:
        self.fetched.append(url)
        return FetchedDocument(
            url=self.moved_to or url, document=self.documents(url), content_type=""
        )


def shelf(**documents: dict[str, Any]) -> Shelf:
    return Shelf(lambda url: documents[url.removeprefix("https://a.example/")])


def page_of(*items: str, **links: Any) -> dict[str, Any]:
    return {"type": "OrderedCollectionPage", "orderedItems": list(items), **links}


async def read(source: Shelf, limits: ReadLimits | None = None) -> list[CollectionPage]:
    return [page async for page in read_pages(source, BASE, limits)]


async def test_pages_are_read_to_the_end() -> None:
    """A collection is read from its first page to its last."""
    source = shelf(
        c={"type": "OrderedCollection", "totalItems": 3, "first": f"{BASE}1"},
        c1=page_of("x", "y", next=f"{BASE}2"),
        c2=page_of("z"),
    )

    pages = await read(source)

    assert [page.items for page in pages] == [(), ("x", "y"), ("z",)]
    assert [page.ending for page in pages] == [None, None, Ending.COMPLETE]
    assert pages[-1].total == 3


async def test_first_page_may_stand_inside() -> None:
    """A first page inside its collection is read without another fetch."""
    source = shelf(
        c={"type": "Collection", "first": page_of("x", id=f"{BASE}1", next=f"{BASE}2")},
        c2=page_of("y"),
    )

    pages = await read(source)

    assert [page.items for page in pages] == [(), ("x",), ("y",)]
    assert source.fetched == [BASE, f"{BASE}2"]


async def test_collection_without_pages_is_read() -> None:
    """Items that stand in the collection itself are read, also a single one."""
    source = shelf(c={"type": ["Collection"], "items": {"id": "x"}})

    assert [page.items for page in await read(source)] == [({"id": "x"},)]


async def test_endless_collection_is_capped() -> None:
    """Reading stops at the page cap, and says where it would go on (H3)."""
    source = Shelf(lambda url: page_of("x", next=url + "1"))

    pages = await read(source, ReadLimits(pages=20))

    assert len(source.fetched) == len(pages) == 20
    assert pages[-1].ending is Ending.CAPPED
    assert pages[-1].next == BASE + "1" * 20


async def test_default_caps_hold() -> None:
    """By default 200 pages and 10,000 items of one collection are read."""
    few = Shelf(lambda url: page_of("x", next=url + "1"))
    many = Shelf(lambda url: page_of(*["x"] * 3000, next=url + "1"))

    assert len(await read(few)) == 200
    assert sum(len(page.items) for page in await read(many)) == 10_000


@pytest.mark.parametrize("target", [BASE, f"{BASE}1", "HTTPS://A.EXAMPLE:443/c"])
async def test_loop_is_left(target: str) -> None:
    """A page that leads back to one read before ends the reading (H3)."""
    source = shelf(c=page_of("x", next=f"{BASE}1"), c1=page_of("y", next=target))

    pages = await read(source)

    assert pages[-1].ending is Ending.LOOP
    assert len(source.fetched) == 2


@pytest.mark.parametrize("target", ["https://b.example/c", "http://a.example/c", "file:///c"])
async def test_foreign_next_is_not_followed(target: str) -> None:
    """A page of another origin is not read."""
    source = shelf(c=page_of("x", next=target))

    pages = await read(source)

    assert pages[-1].ending is Ending.FOREIGN
    assert source.fetched == [BASE]


@pytest.mark.parametrize("link", [{}, {"type": "Link"}, 5, "", [], {"type": "Note", "next": "x"}])
async def test_odd_next_ends(link: Any) -> None:
    """A next that is no link and no page ends the collection."""
    pages = await read(shelf(c=page_of("x", next=link)))

    assert [page.ending for page in pages] == [Ending.COMPLETE]


async def test_page_moved_to_another_server_is_refused() -> None:
    """A page that a redirect moved to another origin is refused."""
    source = shelf(c=page_of("x"))
    source.moved_to = "https://b.example/c"

    with pytest.raises(ForbiddenOrigin):
        await read(source)


async def test_page_with_a_foreign_id_is_refused() -> None:
    """A page that claims to be another server's is refused."""
    with pytest.raises(ForbiddenOrigin):
        await read(shelf(c=page_of("x", id="https://b.example/c")))


async def test_what_is_no_collection_is_refused() -> None:
    """A document of another type is not read as a collection."""
    with pytest.raises(MalformedRequest):
        await read(shelf(c={"type": "Note", "items": ["x"]}))
