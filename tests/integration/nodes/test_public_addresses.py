"""Every public address answers whatever it is asked: no 500, ever."""

import itertools
from urllib.parse import quote

import pytest
from yarl import URL

from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import member, offer, organisation_number

pytestmark = pytest.mark.asyncio(loop_scope="module")

_numbers = itertools.count(500)
ACCEPTS = (
    "",
    "*/*",
    "text/html",
    "application/activity+json",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    "text/turtle",
    "image/png",
    "nonsense",
    "/",
    ";;;,,,q=",
    "text/html;q=nan, */*;q=inf",
    "text/html;q=0",
    "*/*;q=-1",
    "application/json;q=0.5, text/*;q=0.1",
    "text/html" * 500,
    "søppel/æøå",
)
STRANGE = (
    "%00", "%0d%0aX:%20y", "%FF%FE", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1--", "%F0%9F%98%80",
    "a" * 3_000, "%25%30%30", "%E2%80%AE", "99999999999999999999", "-1", "1e9", "%D9%A1",
)  # fmt: skip


async def _paths(nodes: Nodes) -> list[str]:
    north = nodes.north
    (company,) = await north.publish_all(
        [member("Adresse AS", organisation_number(next(_numbers)))]
    )
    made = await north.publish(offer("Adresse", provider=company.iri))
    gone = await north.publish(offer("Borte"))
    await north.withdraw(gone.iri)
    hidden = await north.publish(offer("Skjult", audienceLevel="network"))
    assert made.activity is not None
    things = [iri.removeprefix(north.base) for iri in (company.iri, made.iri, gone.iri, hidden.iri)]
    suffixes = ("", ".html", ".jsonld", ".ttl", ".nt", ".rdf", ".json", ".csv", ".exe")
    lists = ("members", "concepts", "cases", "collaborations", "offers", "needs", "events")
    return [
        "/", "/contact", "/resource", f"/resource?iri={quote(made.iri, safe='')}", "/cluster.ttl",
        "/cluster", "/cluster/outbox", "/cluster/followers", "/cluster/following", "/instance",
        "/cluster/changes", "/cluster/network", "/cluster/inbox", "/inbox", "/instance/outbox",
        "/.well-known/webfinger", "/.well-known/nodeinfo", "/.well-known/host-meta",
        "/nodeinfo/2.1", "/ns", "/context/v1.jsonld", "/shapes", "/provenance", "/sparql",
        "/healthz", "/readyz", "/nothing/here", "/static/", "/static/../node.py",
        made.activity.removeprefix(north.base),
        *(thing + suffix for thing in things for suffix in suffixes),
        *(f"{things[1]}/versions{more}" for more in ("", "/1", "/2", "/1.ttl")),
        *(f"{things[0]}/{part}" for part in ("outbox", "followers", "following", "contact")),
        *(f"/{name}{suffix}" for name in lists for suffix in ("", ".jsonld", ".html")),
    ]  # fmt: skip


async def test_strange_accept_headers_are_answered(nodes: Nodes) -> None:
    """With a page, with data or with a clear refusal."""
    wrong = []
    for path in await _paths(nodes):
        for accept in ACCEPTS:
            status, body = await nodes.north.get(path, accept)
            if status >= 500 or (status >= 400 and not body):
                wrong.append((status, path, accept[:40]))
    assert wrong == []


async def test_strange_addresses_and_parameters_are_answered(nodes: Nodes) -> None:
    """NUL, line ends, numbers beyond any column, what is no UTF-8: never a 500."""
    places: tuple[str, ...] = (
        "/offers/{}", "/members/{}", "/members/{}/outbox", "/activities/{}", "/{}", "/static/{}",
        "/offers/{}/versions", "/offers/x/versions/{}", "/resource?iri={}", "/contact?about={}",
        "/resource?iri=http://localhost/{}", "/offers?origin={}", "/offers?before={}",
        "/offers?after={}", "/offers?page={}", "/offers?before=2026%20{}", "/?lang={}",
        "/cluster/changes?since={}", "/cluster/outbox?before={}", "/cluster/following?page={}",
        "/.well-known/webfinger?resource={}", "/.well-known/webfinger?resource=acct:{}@localhost",
        "/sparql?query={}", "/sparql?query=ASK%7B%7D&format={}", "/sparql?example={}",
        "/members?letter={}", "/members?naming={}", "/concepts?origin={}",
    )  # fmt: skip
    made = await nodes.north.publish(offer("Versjon"))
    places += (made.iri.removeprefix(nodes.north.base) + "/versions/{}",)
    wrong = []
    for place in places:
        for strange in STRANGE:
            for accept in ("text/html", "application/activity+json"):
                url = place.format(strange)
                status = await _raw_status(nodes, url, accept)
                if status >= 500:
                    wrong.append((status, url[:80], accept))
    assert wrong == []


async def _raw_status(nodes: Nodes, url: str, accept: str) -> int:
    """GET *url* exactly as it is written."""
    address = URL(nodes.north.base + url, encoded=True)
    headers = {"Accept": accept}
    async with nodes.north.session.get(address, headers=headers, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "OPTIONS", "HEAD"])
async def test_other_methods_are_answered(nodes: Nodes, method: str) -> None:
    """405 with what is allowed, or an answer; never a 500."""
    wrong = []
    for path in await _paths(nodes):
        async with nodes.north.session.request(method, path, data=b"") as answer:
            if answer.status >= 500 or (answer.status == 405 and "Allow" not in answer.headers):
                wrong.append((answer.status, path))
    assert wrong == []


async def test_strange_bodies_are_refused(nodes: Nodes) -> None:
    """Whatever is posted to an inbox, signed or not: 4xx."""
    actor = nodes.honest.actor("scribbler")
    bodies = (
        b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 5_000,
        b'{"id":"x","type":"Create","actor":1}', b'{"x":"\\u0000"}', b'{"x":"\\ud800"}',
        b'{"x":1e400}', b'{"x":99999999999999999999}', b"{" + b" " * 2_000_000 + b"}",
    )  # fmt: skip
    for body in bodies:
        for signed in (True, False):
            status = await actor.post(f"{nodes.north.base}/inbox", body, signed=signed)
            assert 400 <= status < 500, (body[:40], signed, status)
