"""Fedify, an independent implementation, exchanges signed activities with a node over TLS."""

import asyncio
import json
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.acceptance.certificates import Certificates, make_certificates
from tests.acceptance.npm_programs import node_of, npm_program
from tests.acceptance.served_node import (
    PATIENCE,
    ServedNode,
    free_port,
    plain_environment,
    served_node,
)
from vocab.clock import now, wire_time

HERE = Path(__file__).parent / "fedify"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
DRAFT_CAVAGE = "draft-cavage-http-signatures-12"
MEMBERS = """Organisasjonsnummer;Navn;Kompetanse;Offentlig
900407939;Eksempelbedrift AS;universell utforming;Ja
"""
OFFER = """
class = "offer"
endTime = "{end}"

[nameMap]
nb = "{title}"
en = "Review of accessibility"

[contentMap]
nb = "<p>Vi prøver nettsteder mot kravene.</p>"
en = "<p>We test web sites against the requirements.</p>"

[publishes]
provider = "org:NO:900407939"
resourceConformsTo = "concept:universell utforming"
resourceClassifiedAs = ["http://data.europa.eu/ux2/nace2.1/6220"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FedifyPeer:
    """The running peer: its one actor, and what it is told to do."""

    base_url: str
    session: aiohttp.ClientSession

    @property
    def host(self) -> str:
        return self.base_url.removeprefix("http://").rstrip("/")

    @property
    def actor(self) -> str:
        return f"{self.base_url}users/kari"

    async def tell(self, verb: str, **arguments: str) -> Any:
        """Have the peer do *verb*; return what it says came of it."""
        url = f"{self.base_url}control/{verb}"
        async with self.session.post(url, json=arguments) as response:
            text = await response.text()
        assert response.status == 200, text
        return json.loads(text)

    async def exchanged(self, way: str, method: str) -> list[tuple[str, int]]:
        """Return form and status of the signed requests that came in or went out."""
        return [
            (noted["form"], noted["status"])
            for noted in await self.tell("exchanged")
            if (noted["way"], noted["method"]) == (way, method)
        ]

    async def received(self, type: str, count: int = 1) -> list[dict[str, Any]]:
        """Return the verified activities of *type*, once there are as many as *count*."""
        found: list[dict[str, Any]] = []

        async def enough() -> bool:
            found[:] = [item for item in await self.tell("received") if item["type"] == type]
            return len(found) >= count

        await eventually(enough, f"{count} × {type} at the peer")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A node and a Fedify peer that can reach each other."""

    node: ServedNode
    peer: FedifyPeer
    session: aiohttp.ClientSession

    @property
    def address(self) -> str:
        return f"acct:digin@{self.node.host}"

    async def get(self, path: str) -> Any:
        headers = {"Accept": "application/activity+json"}
        async with self.session.get(f"{self.node.base_url}{path}", headers=headers) as response:
            return json.loads(await response.text())

    async def followers(self) -> int:
        return int((await self.get("/cluster/followers"))["totalItems"])

    async def journal(self, type: str) -> list[tuple[Any, ...]]:
        """Return state and sender of what the node journaled of *type*, once it is settled."""
        statement = (
            "SELECT state, actor, authenticated_by FROM inbox "  # noqa: S608  # a test's own words
            f"WHERE type = '{type}' AND state <> 'waiting'"
        )

        async def there() -> bool:
            return bool(self.node.rows(statement))

        await eventually(there, f"{type} in the journal")
        return self.node.rows(statement)

    async def import_member(self) -> None:
        """Give the node one member company with one expertise."""
        file = self.node.folder / "members.csv"
        file.write_text(MEMBERS, encoding="utf-8")
        await asyncio.to_thread(self.node.command, "members", "import", str(file))

    async def publish(self, title: str, iri: str = "") -> dict[str, Any]:
        file = self.node.folder / "offer.toml"
        end = wire_time(now() + timedelta(days=90))
        named = f'id = "{iri}"\n' if iri else ""
        file.write_text(named + OFFER.format(title=title, end=end), encoding="utf-8")
        found: dict[str, Any] = await asyncio.to_thread(self.node.command, "publish", str(file))
        return found


async def eventually(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return when *holds* is true; fail where it never is."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, f"there is no {what}"
        await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def fedify(pytestconfig: pytest.Config) -> Path:
    """Give the folder that Fedify and Node 24 are installed in, or skip."""
    assert pytestconfig.cache is not None
    return npm_program(pytestconfig.cache, HERE)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Give an authority and a certificate for localhost."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knocks:
    """What the peer does about forms of signature."""

    #: What it tries first; empty for its default, which is RFC 9421.
    first: str = ""
    #: Whether it refuses draft-cavage before Fedify sees it.
    only_rfc_9421: bool = False

    @property
    def first_form(self) -> str:
        return "cavage" if self.first else "rfc9421"


DEFAULT_KNOCK = Knocks()
FORMS = {
    "default-knock": DEFAULT_KNOCK,
    "cavage-knock": Knocks(first=DRAFT_CAVAGE),
    "only-rfc9421": Knocks(only_rfc_9421=True),
}


@pytest.fixture(params=list(FORMS.values()), ids=list(FORMS))
def knocks(request: pytest.FixtureRequest) -> Knocks:
    """Give the forms of signature that the peer sends and takes."""
    assert isinstance(request.param, Knocks)
    return request.param


@pytest.fixture
def peer_url(fedify: Path, certificates: Certificates, knocks: Knocks) -> Iterator[str]:
    """Give the address of a running Fedify peer that trusts the test's authority."""
    environment = {
        **plain_environment(),
        "NODE_EXTRA_CA_CERTS": str(certificates.authority),
        "FIRST_KNOCK": knocks.first,
        "ONLY_RFC9421": "yes" if knocks.only_rfc_9421 else "",
    }
    process = subprocess.Popen(
        [str(node_of(fedify)), "peer.mjs"],
        cwd=fedify,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.fixture
def node(tmp_path: Path, peer_url: str, certificates: Certificates) -> Iterator[ServedNode]:
    """Give a node on https that may talk to the peer alone."""
    port = free_port()
    tls = (
        f'tls_certificate = "{certificates.certificate}"\n'
        f'tls_key = "{certificates.key}"\nhost = "127.0.0.1"'
    )
    peers = [peer_url.removeprefix("http://").rstrip("/")]
    with served_node(
        tmp_path / "node", base_url=f"https://localhost:{port}", port=port, peers=peers, http=tls
    ) as running:
        yield running


@pytest.fixture
async def meeting(
    node: ServedNode, peer_url: str, certificates: Certificates
) -> AsyncIterator[Meeting]:
    """Give node and peer, and sessions to ask both."""
    trust = ssl.create_default_context(cafile=str(certificates.authority))
    connector = aiohttp.TCPConnector(ssl=trust)
    async with aiohttp.ClientSession(connector=connector) as session:
        peer = FedifyPeer(base_url=peer_url, session=session)
        yield Meeting(node=node, peer=peer, session=session)


async def test_fedify_finds_the_cluster(meeting: Meeting) -> None:
    """By its address, over https, with both keys, without fetching any context of ours."""
    found = await meeting.peer.tell("lookup", address=meeting.address)
    cluster = f"{meeting.node.base_url}/cluster"

    assert found == {
        "found": cluster,
        "type": "Organization",
        "name": "Digin",
        "preferredUsername": "digin",
        "inbox": f"{cluster}/inbox",
        "sharedInbox": f"{meeting.node.base_url}/inbox",
        "publicKey": f"{cluster}#main-key",
        "keyAlgorithm": "RSASSA-PKCS1-v1_5",
        "assertionMethods": [f"{cluster}#ed25519-key"],
    }


async def test_fedify_follows_reads_and_leaves(meeting: Meeting) -> None:
    """A follower gets Create, Update and Delete, verifies each, and nothing after its Undo."""
    peer, cluster = meeting.peer, f"{meeting.node.base_url}/cluster"
    follow = await peer.tell("follow", address=meeting.address)
    (accept,) = await peer.received("Accept")
    assert (accept["actor"], accept["object"]) == (cluster, follow["id"])
    assert await meeting.followers() == 1

    await meeting.import_member()
    published = await meeting.publish("Gjennomgang av universell utforming")
    assert published["deliveries"] == 1
    (create,) = await peer.received("Create")
    content = "<p>Vi prøver nettsteder mot kravene.</p>"
    assert create == {
        "type": "Create",
        "id": published["activity"],
        "actor": cluster,
        "object": published["id"],
        "objectType": "Note",
        "name": "Gjennomgang av universell utforming",
        "content": f"<p><strong>Gjennomgang av universell utforming</strong></p>{content}",
        "attributedTo": cluster,
        "to": [PUBLIC],
    }

    await meeting.publish("Gjennomgang av nettsted", published["id"])
    (update,) = await peer.received("Update")
    assert (update["object"], update["name"]) == (published["id"], "Gjennomgang av nettsted")

    await asyncio.to_thread(meeting.node.command, "withdraw", published["id"])
    (delete,) = await peer.received("Delete")
    assert (delete["object"], delete["objectType"]) == (published["id"], "Tombstone")

    await peer.tell("undo", address=meeting.address)
    assert await meeting.journal("Undo") == [("done", peer.actor, "HttpSignature")]
    assert await meeting.followers() == 0
    assert (await meeting.publish("Etterpå"))["deliveries"] == 0


async def test_the_node_follows_fedify(meeting: Meeting) -> None:
    """The actor is found both ways, accepts, and its signed Create is kept; so is our Undo."""
    peer = meeting.peer
    asked = await asyncio.to_thread(meeting.node.command, "follow", f"@kari@{peer.host}")
    assert asked == {"actor": peer.actor, "asked": True}
    assert await meeting.journal("Accept") == [("done", peer.actor, "HttpSignature")]
    assert (await meeting.get("/cluster/following"))["totalItems"] == 1

    created = await peer.tell("create", address=meeting.address, content="Hei fra Fedify.")
    assert await meeting.journal("Create") == [("ignored", peer.actor, "HttpSignature")]
    ((body,),) = meeting.node.rows("SELECT body FROM inbox WHERE type = 'Create'")
    assert json.loads(body)["object"]["id"] == created["note"]
    assert "Hei fra Fedify." in body
    assert meeting.node.rows("SELECT count(*) FROM resources WHERE local = 0") == [(0,)]

    await asyncio.to_thread(meeting.node.command, "follow", "--undo", peer.actor)
    (undo,) = await peer.received("Undo")
    assert undo["objectType"] == "Follow"


async def test_forms_of_signature(meeting: Meeting, knocks: Knocks) -> None:
    """Both forms are taken at the first knock, and what Fedify takes is sent and remembered."""
    peer = meeting.peer
    await peer.tell("follow", address=meeting.address)
    await peer.received("Accept")
    await meeting.import_member()
    await meeting.publish("Gjennomgang av universell utforming")
    await peer.received("Create")

    assert set(await peer.exchanged("out", "POST")) == {(knocks.first_form, 202)}
    fetches = await peer.exchanged("in", "GET")
    if knocks.only_rfc_9421:
        # The fetch of the follower's key is what knocks twice; the posts know by then.
        assert fetches[:2] == [("cavage", 401), ("rfc9421", 200)]
        assert "cavage" not in {form for form, _ in fetches[2:]}
    else:
        assert set(fetches) == {("cavage", 200)}
    taken = "rfc9421" if knocks.only_rfc_9421 else "cavage"
    assert await peer.exchanged("in", "POST") == [(taken, 202), (taken, 202)]

    async def written() -> bool:
        kept = meeting.node.rows("SELECT signature_format FROM peers")
        return kept == [("rfc9421" if knocks.only_rfc_9421 else None,)]

    await eventually(written, "what was learnt in the table")


@pytest.mark.parametrize("knocks", [DEFAULT_KNOCK], indirect=True)
async def test_fedify_refuses_what_is_not_signed(meeting: Meeting) -> None:
    """What the other tests receive was verified: the same peer answers 401 without signature."""
    cluster = f"{meeting.node.base_url}/cluster"
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{meeting.node.base_url}/activities/forged",
        "type": "Create",
        "actor": cluster,
        "object": f"{meeting.node.base_url}/offers/forged",
    }
    headers = {"Content-Type": "application/activity+json"}
    url = f"{meeting.peer.base_url}inbox"
    async with meeting.session.post(url, json=activity, headers=headers) as response:
        assert response.status == 401
    assert await meeting.peer.tell("received") == []
