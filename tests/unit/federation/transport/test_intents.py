"""Where a stranger's server may send a visitor: to itself, and nowhere else (SECURITY G7)."""

from typing import Any

import pytest

from federation.errors import FetchFailed
from federation.fetch_policy import FetchPolicy
from federation.intents import FOLLOW, OSTATUS, fill, find_follow_page, intent_links
from federation.ports import FetchedDocument
from federation.webfinger import parse_address

OWN = parse_address("@kari@mastodon.example")
CLUSTER = "https://node.example/cluster"


class Answers:
    """A client whose every answer holds *links*."""

    policy = FetchPolicy()

    def __init__(self, links):
        self.links = links

    async def fetch_json(self, url):
        self.url = url
        return FetchedDocument(url=url, document={"links": self.links}, content_type="")


async def page_of(*links):
    client: Any = Answers(list(links))
    return await find_follow_page(client, OWN, followed=CLUSTER)


def link(rel, template):
    return {"rel": rel, "template": template}


def test_parameters_are_filled_in():
    """Percent-encoded; what is not known becomes nothing."""
    template = "https://a.example/follow?id={object}&then={on-success}&x={nonsense}"
    filled = "https://a.example/follow?id=https%3A%2F%2Fb.example%2F%3Fa%3D1%262&then=&x="
    assert fill(template, {"object": "https://b.example/?a=1&2"}) == filled


async def test_activity_intents_come_first():
    """OStatus is what is left where there are none."""
    older = link(OSTATUS, "https://mastodon.example/authorize_interaction?uri={uri}")
    newer = link(FOLLOW, "https://mastodon.example/intents/follow?id={object}")
    encoded = "https%3A%2F%2Fnode.example%2Fcluster"

    assert await page_of(older, newer) == f"https://mastodon.example/intents/follow?id={encoded}"
    assert await page_of(older) == (f"https://mastodon.example/authorize_interaction?uri={encoded}")


@pytest.mark.parametrize(
    "template",
    [
        "https://evil.example/follow?id={object}",
        "http://mastodon.example/follow?id={object}",
        "//mastodon.example/follow?id={object}",
        "/\\evil.example/follow?id={object}",
        "https://mastodon.example@evil.example/?id={object}",
        "https://mastodon.example:444/?id={object}",
        "https://mastodon.example.evil.example/?id={object}",
        "https://mastodon.example\\@evil.example/?id={object}",
        "https://mastodon.example/\r\nSet-Cookie: a=b",
        'https://mastodon.example/"onclick="x',
        "javascript:alert(1)//mastodon.example/{object}",
        "{object}",
        "https://mastodon.example/" + "a" * 2000,
        7,
        None,
    ],
)
async def test_other_places_are_never_gone_to(template):
    """Not another host, scheme or port, nor what two readers read in two ways."""
    with pytest.raises(FetchFailed):
        await page_of(link(FOLLOW, template), link(OSTATUS, template), "nonsense")


def test_our_own_links_are_templates():
    """Both relations lead to one page."""
    templates = {entry["rel"]: entry["template"] for entry in intent_links("https://node.example")}
    assert templates == {
        FOLLOW: "https://node.example/authorize_interaction?uri={object}",
        OSTATUS: "https://node.example/authorize_interaction?uri={uri}",
    }
