"""What others pass on is believed by its author's proof, and by nothing else."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from federation.draft_cavage import sign_request
from federation.keys import load_private
from node.publishing.announce_resource import announce_resource
from node.publishing.withdraw_resource import withdraw
from node.storage import deliveries, follows, journal, keys, tables
from tests.integration.nodes.conftest import NewDatabase
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, listen, make_node, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

KX = "https://w3id.org/skagerrak/ns#"


@dataclass
class Chain:
    """``author`` publishes, ``holder`` follows it, ``reader`` follows both."""

    author: LiveNode
    holder: LiveNode
    reader: LiveNode


@pytest.fixture
def places(new_database: NewDatabase, tmp_path: Path) -> dict[Path, str]:
    """Give a folder with a database for each of the three."""
    folders = [tmp_path / name for name in ("author", "holder", "reader")]
    return {folder: new_database(folder) for folder in folders}


@pytest_asyncio.fixture(loop_scope="module")
async def chain(places: dict[Path, str]) -> AsyncIterator[Chain]:
    listeners = [listen() for _ in places]
    ports = [listener.getsockname()[1] for listener in listeners]
    nodes = [
        make_node(
            folder,
            listeners[number],
            folder.name,
            database_url=url,
            peer_ports=[port for port in ports if port != ports[number]],
        )
        for number, (folder, url) in enumerate(places.items())
    ]
    async with AsyncExitStack() as stack:
        for node in nodes:
            await node.start()
            stack.push_async_callback(node.stop)
        author, holder, reader = nodes
        for follower, followed in ((holder, author), (reader, author), (reader, holder)):
            await follower.follow(followed.address)
            await until(lambda a=follower, b=followed: _caught_up(a, b), "it is followed")  # type: ignore[misc]  # bound now
        yield Chain(author, holder, reader)


async def _caught_up(node: LiveNode, other: LiveNode) -> bool:
    async with node.database.reading() as connection:
        row = await follows.get(connection, node.cluster, other.cluster)
    return row is not None and row.changes_cursor is not None


async def _passed_on(node: LiveNode, iri: str) -> str:
    """Let *node* announce *iri* to its followers; return the activity's IRI."""
    async with node.database.transaction() as connection:
        activity = await announce_resource(connection, node.folder.identity, iri)
    await node.wake()
    return activity


async def _published_while_away(chain: Chain, *titles: str) -> list[str]:
    """Let the author publish while the reader is away, and go away before it is back."""
    await chain.reader.stop()
    made = [await chain.author.publish(offer(title)) for title in titles]
    for published in made:
        await until(lambda iri=published.iri: chain.holder.knows(iri), "the holder has it")  # type: ignore[misc]  # bound now
    await chain.author.stop()
    await chain.reader.start()
    return [published.iri for published in made]


async def _row(node: LiveNode, iri: str) -> dict[str, Any]:
    """Return what *node* keeps of *iri*, which it has."""
    found = await node.resource(iri)
    assert found is not None
    return found


async def _origin(node: LiveNode, iri: str) -> dict[str, str]:
    """Return how *node* says in its provenance graph that *iri* was authenticated."""
    rows = await node.select(
        f"SELECT ?how ?by ?who WHERE {{ GRAPH <{node.base}/provenance> {{ <{iri}> "
        f"<{KX}authenticatedBy> ?how ; <{KX}verificationMethod> ?by ; "
        "<http://www.w3.org/ns/prov#wasAttributedTo> ?who }}"
    )
    return rows[0] if rows else {}


async def test_an_offer_comes_through_another_node_while_its_author_is_down(chain: Chain) -> None:
    """It is kept with the key that proves it, and asked for again once the author is back."""
    author, holder, reader = chain.author, chain.holder, chain.reader
    (iri,) = await _published_while_away(chain, "Kurs fra en som er borte")
    activity = await _passed_on(holder, iri)

    assert await reader.outcome(activity) == ("done", "")
    await until(lambda: reader.knows(iri), "the graph has it")
    assert await _origin(reader, iri) == {
        "how": f"{KX}IntegrityProof",
        "by": f"{author.cluster}#ed25519-key",
        "who": author.cluster,
    }
    row, held = await _row(reader, iri), await _row(holder, iri)
    assert row["wire"] == held["wire"]
    assert (row["activity"], row["owner"]) == (activity, author.cluster)

    await author.start()

    async def rechecked() -> bool:
        return (await _origin(reader, iri)).get("how") == f"{KX}Fetch"

    await until(rechecked, "the author was asked")
    after = await _row(reader, iri)
    assert (after["wire"], after["version"]) == (row["wire"], row["version"])
    assert after["verification_method"] == iri


async def test_one_other_character_and_it_is_refused(chain: Chain) -> None:
    """Altered in the holder's database, the same offer convinces nobody; whole it does."""
    holder, reader = chain.holder, chain.reader
    (iri,) = await _published_while_away(chain, "Kurs i takt")
    wire = (await _row(holder, iri))["wire"]
    for text in (wire.replace("Kurs i takt i to", "Kurs i takt i so", 1), wire):
        async with holder.database.transaction() as connection:
            rows = tables.resources
            await connection.execute(
                update(rows).where(rows.c.iri == iri).values(wire=text, version=7)
            )
        state, _ = await reader.outcome(await _passed_on(holder, iri))
        assert (text == wire) == (state == "done")
        assert (text == wire) == (await reader.resource(iri) is not None)


async def test_a_forwarded_activity_is_the_authors_by_its_proof(chain: Chain) -> None:
    """The holder posts the author's own Create, byte for byte, with a signature of its own."""
    author, holder, reader = chain.author, chain.holder, chain.reader
    (iri,) = await _published_while_away(chain, "Videresendt")
    row = next(row for row in await holder.inbox() if iri in row["body"])
    assert await _forward(holder, reader, row["body"].replace("to dager", "ti dager", 1)) == 401
    assert await reader.resource(iri) is None
    assert await _forward(holder, reader, row["body"]) == 202
    assert await reader.outcome(row["activity"]) == ("done", "")
    (arrived,) = [found for found in await reader.inbox() if found["activity"] == row["activity"]]
    assert (arrived["actor"], arrived["authenticated_by"], arrived["verification_method"]) == (
        author.cluster,
        "IntegrityProof",
        f"{author.cluster}#ed25519-key",
    )
    await until(lambda: reader.knows(iri), "the graph has it")
    assert (await _origin(reader, iri))["how"] == f"{KX}IntegrityProof"


async def _forward(sender: LiveNode, receiver: LiveNode, body: str) -> int:
    """POST *body* to *receiver*, signed by the cluster of *sender*; return the status."""
    async with sender.database.reading() as connection:
        key = await keys.signing_key(connection, sender.cluster, "rsa")
    assert key is not None
    headers = sign_request(
        method="POST",
        url=f"{receiver.base}/inbox",
        body=body.encode(),
        key_id=key.key_id,
        private_key=load_private(key.private or ""),
    )
    async with receiver.session.post("/inbox", data=body.encode(), headers=headers) as response:
        return response.status


async def test_what_an_author_took_back_meanwhile_goes_when_it_is_back(chain: Chain) -> None:
    """Without any Delete arriving, the address itself answers 410 and the copy is removed."""
    author, holder, reader = chain.author, chain.holder, chain.reader
    kept, gone = await _published_while_away(chain, "Blir stående", "Trukket tilbake")
    for iri in (kept, gone):
        assert await reader.outcome(await _passed_on(holder, iri)) == ("done", "")
    async with author.folder.open_database() as database, database.transaction() as connection:
        done = await withdraw(connection, author.folder.identity, gone)
        assert done.activity is not None
        await connection.execute(tables.deliveries.delete())
    await author.start()

    async def removed() -> bool:
        return await reader.status(f"/resource?iri={gone}") == 410

    await until(removed, "the copy is removed")
    await settled(reader)
    assert not await reader.knows(gone)
    assert await reader.knows(kept)


async def test_an_announce_by_id_is_answered_by_whoever_holds_it(chain: Chain) -> None:
    """Where the author does not answer, the announcing node's copy counts by its proof."""
    holder, reader = chain.holder, chain.reader
    (iri,) = await _published_while_away(chain, "Bare nevnt")
    identity = holder.folder.identity
    async with holder.database.transaction() as connection:
        activity = await announce_resource(connection, identity, iri)
        row = await journal.get_activity(connection, activity)
        assert row is not None
        bare = json.loads(row.body)
        bare.pop("proof")
        bare["object"] = iri
        rows = tables.outbox
        named = update(rows).where(rows.c.activity == activity)
        await connection.execute(named.values(body=json.dumps(bare)))
    await holder.wake()
    assert await reader.outcome(activity) == ("done", "")
    found = await _row(reader, iri)
    assert (found["authenticated_by"], found["state"]) == ("IntegrityProof", "published")
    async with holder.database.reading() as connection:
        assert not (await deliveries.count_by_state(connection)).get("dead")
