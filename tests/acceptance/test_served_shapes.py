"""What other servers and scripts see of a served node: addresses, types, headers."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.acceptance.served_node import ServedNode, free_port, served_node

ACTIVITY = "application/activity+json"
PROFILED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MEMBERS = """Organisasjonsnummer;Navn;Kompetanse;Offentlig
900407939;Eksempelbedrift AS;universell utforming;Ja
"""
#: Everything that a node answers without being asked for a thing of its own.
PUBLIC_DATA = (
    "/cluster",
    "/cluster/outbox",
    "/cluster/outbox?page=1",
    "/cluster/followers",
    "/cluster/following",
    "/cluster/changes",
    "/cluster/changes?since=0",
    "/instance",
    "/members",
    "/concepts",
    "/offers",
    "/nodeinfo/2.1",
    "/.well-known/nodeinfo",
    "/.well-known/host-meta",
    "/ns",
    "/context/v1.jsonld",
    "/shapes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who reads the node."""

    node: ServedNode
    session: aiohttp.ClientSession

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        url = path if path.startswith("http") else f"{self.node.base_url}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(
            method, url, headers=named, allow_redirects=False
        ) as response:
            return Answer(
                status=response.status, headers=response.headers, text=await response.text()
            )

    def member(self) -> str:
        """Return the IRI of the one member."""
        ((iri,),) = self.node.rows("SELECT iri FROM resources WHERE class = 'member'")
        return str(iri)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    """Give a node with one member."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("shapes")
    with served_node(
        folder / "node", base_url=f"http://localhost:{port}", port=port, peers=[]
    ) as running:
        (folder / "members.csv").write_text(MEMBERS, encoding="utf-8")
        running.command("members", "import", str(folder / "members.csv"))
        yield running


@pytest.fixture
async def visitor(node: ServedNode) -> AsyncIterator[Visitor]:
    """Give somebody who reads the node."""
    async with aiohttp.ClientSession() as session:
        yield Visitor(node=node, session=session)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (ACTIVITY, ACTIVITY),
        (PROFILED, PROFILED),
        (f"{ACTIVITY}, {PROFILED}, text/html;q=0.1", ACTIVITY),
        ("*/*", ACTIVITY),
        ("text/turtle", "text/turtle"),
    ],
)
async def test_an_actor_in_every_type(visitor: Visitor, accept: str, content_type: str) -> None:
    """Whichever type a server asks for, it gets, and caches are told what it depends on."""
    answer = await visitor.ask("/cluster", Accept=accept)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type
    assert "Accept" in answer.headers["Vary"]
    assert "Signature" in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_an_actor_as_mastodon_reads_it(visitor: Visitor) -> None:
    """The fields that Mastodon reads are there, in the form it reads."""
    actor = (await visitor.ask("/cluster", Accept=ACTIVITY)).document
    base = visitor.node.base_url
    assert actor["@context"][0] == "https://www.w3.org/ns/activitystreams"
    assert actor["type"] == "Organization"
    assert actor["preferredUsername"] == "digin"
    assert actor["manuallyApprovesFollowers"] is False
    assert actor["discoverable"] is True
    assert actor["indexable"] is True
    assert actor["endpoints"] == {
        "sharedInbox": f"{base}/inbox",
        "proxyUrl": f"{base}/proxy",
        "oauthAuthorizationEndpoint": f"{base}/desk/authorize",
        "oauthTokenEndpoint": f"{base}/oauth/token",
    }
    assert actor["publicKey"]["owner"] == actor["id"] == f"{base}/cluster"
    for name in ("inbox", "outbox", "followers", "following"):
        assert actor[name] == f"{base}/cluster/{name}"


async def test_a_browser_is_sent_home(visitor: Visitor) -> None:
    """The page of the cluster is the home page, which leads back to the actor."""
    answer = await visitor.ask("/cluster", Accept=BROWSER)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "Accept" in answer.headers["Vary"]
    home = await visitor.ask("/", Accept=BROWSER)
    actor = f"<{visitor.node.base_url}/cluster>"
    assert f'{actor}; rel="alternate"; type="{ACTIVITY}"' in home.headers["Link"]


async def test_a_page_leads_to_its_object(visitor: Visitor) -> None:
    """Who pastes the address of a page into a search finds the thing itself by its Link."""
    member = visitor.member()
    page = await visitor.ask(f"{member}.html", Accept=ACTIVITY)
    assert page.headers["Content-Type"].startswith("text/html")
    assert f'<{member}>; rel="alternate"; type="{ACTIVITY}"' in page.headers["Link"]


@pytest.mark.parametrize("path", ["/cluster?", "/cluster?x=1", "/cluster/outbox?"])
async def test_idle_queries_do_no_harm(visitor: Visitor, path: str) -> None:
    """A question mark at the end changes nothing."""
    assert (await visitor.ask(path, Accept=ACTIVITY)).status == 200


@pytest.mark.parametrize("accept", [ACTIVITY, PROFILED, "text/turtle"])
async def test_what_is_known_is_not_sent_again(visitor: Visitor, accept: str) -> None:
    """A conditional GET is answered 304 without a body, with the headers of the 200."""
    for path in ("/cluster", visitor.member()):
        first = await visitor.ask(path, Accept=accept)
        tag = first.headers["ETag"]
        for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await visitor.ask(path, Accept=accept, If_None_Match=held)
            assert (again.status, again.text) == (304, "")
            assert again.headers["ETag"] == tag
            assert again.headers["Vary"] == first.headers["Vary"]
        assert first.headers["Last-Modified"].endswith("GMT")
        stale = await visitor.ask(path, Accept=accept, If_None_Match='"other"')
        assert (stale.status, stale.text) == (200, first.text)


@pytest.mark.parametrize("path", PUBLIC_DATA)
async def test_public_data(visitor: Visitor, path: str) -> None:
    """HEAD tells what GET would, and scripts of any page may ask for it and read it."""
    whole = await visitor.ask(path)
    head = await visitor.ask(path, "HEAD")
    assert (whole.status, head.status, head.text) == (200, 200, "")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    asked = await visitor.ask(
        path,
        "OPTIONS",
        Origin="https://elsewhere.example",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="accept",
    )
    assert asked.status == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert "Accept" in asked.headers["Access-Control-Allow-Headers"]


async def test_inboxes_say_what_they_take(visitor: Visitor) -> None:
    """Scripts of other pages may ask, with a token: without one nothing is read."""
    for path in ("/inbox", "/cluster/inbox", f"{visitor.member()}/inbox"):
        asked = await visitor.ask(path, "OPTIONS", Origin="https://elsewhere.example")
        assert (asked.status, asked.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
        assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
        assert (await visitor.ask(path)).status == 401


async def test_nodeinfo_names_its_schema(visitor: Visitor) -> None:
    """The profile stands in quotes: it has characters that no bare parameter may have."""
    answer = await visitor.ask("/nodeinfo/2.1")
    schema = "http://nodeinfo.diaspora.software/ns/schema/2.1#"
    assert answer.headers["Content-Type"] == f'application/json; profile="{schema}"'


async def test_webfinger(visitor: Visitor) -> None:
    """An address is found in any case, by the actor's IRI too, and leads to pages that exist."""
    host, base = visitor.node.host, visitor.node.base_url
    for asked in (f"acct:digin@{host}", f"acct:DIGIN@{host.upper()}", f"{base}/cluster"):
        answer = await visitor.ask(f"/.well-known/webfinger?resource={asked}")
        assert answer.document["subject"] == f"acct:digin@{host}"
        assert answer.headers["Content-Type"].startswith("application/jrd+json")
        links = {link["rel"]: link.get("href", "") for link in answer.document["links"]}
        assert links["self"] == f"{base}/cluster"
        page = await visitor.ask(links["http://webfinger.net/rel/profile-page"], Accept=BROWSER)
        assert page.status == 200
    for nobody in (f"acct:nobody@{host}", "acct:digin@elsewhere.example", f"{base}/offers"):
        assert (await visitor.ask(f"/.well-known/webfinger?resource={nobody}")).status == 404
    for broken in ("", "?resource=", "?resource=acct:", "?resource=%00"):
        assert (await visitor.ask(f"/.well-known/webfinger{broken}")).status == 400


async def test_the_instance_actor_is_found(visitor: Visitor) -> None:
    """The actor that signs fetches answers unsigned and has a page that exists."""
    instance = (await visitor.ask("/instance", Accept=ACTIVITY)).document
    found = await visitor.ask(f"/.well-known/webfinger?resource={instance['id']}")
    links = {link["rel"]: link["href"] for link in found.document["links"]}
    assert links["self"] == instance["id"]
    page = await visitor.ask(links["http://webfinger.net/rel/profile-page"], Accept=BROWSER)
    assert page.status == 200


async def test_a_member_is_an_actor_once_it_has_keys(visitor: Visitor) -> None:
    """A member is found by its handle, shows its keys, has an inbox that wants signatures."""
    member, host = visitor.member(), visitor.node.host
    keyless = f"SELECT count(*) FROM keys WHERE actor = '{member}'"  # noqa: S608  # a test's own words
    while visitor.node.rows(keyless) == [(0,)]:
        found = await visitor.ask(f"/.well-known/webfinger?resource={member}")
        assert found.status in (404, 200)
    found = await visitor.ask(f"/.well-known/webfinger?resource=acct:eksempelbedrift@{host}")
    assert found.document["aliases"][0] == member
    actor = (await visitor.ask(member, Accept=ACTIVITY)).document
    assert actor["publicKey"]["id"] == f"{member}#main-key"
    assert actor["assertionMethod"][0]["controller"] == member
    assert actor["memberOf"] == f"{visitor.node.base_url}/cluster"
    assert (await visitor.ask(f"{member}/inbox", "POST")).status == 400
    assert (await visitor.ask(f"{member}x/inbox", "POST")).status == 404
    for name in ("outbox", "followers", "following"):
        collection = (await visitor.ask(actor[name], Accept=ACTIVITY)).document
        assert (collection["id"], collection["type"]) == (actor[name], "OrderedCollection")
