"""Activities as the public suites have them: understood or refused cleanly, never a 500.

Each document is sent as it is, and once more as its own server would send it: the addresses of
its actor changed for those of a scripted peer that the node follows, so that it gets past the
door and into the inbox worker; and a third time as an offer with all its fields, so that it is
stored, shown and put into the graph.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from node.cli.init import set_up
from node.storage import tables
from tests.integration.nodes.conftest import let_follow
from tests.integration.nodes.live_node import LiveNode, listen, make_node, until
from tests.integration.nodes.scripted_server import ScriptedActor, ScriptedServer

Wire = dict[str, Any]

ROOT = Path(__file__).parents[2]
SUITES = Path(os.environ.get("SKAGERRAK_SUITES") or ROOT.parent / "shared" / "suites")


@dataclass
class Scene:
    """A node, and a cluster that it follows."""

    node: LiveNode
    peer: ScriptedActor


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Give a node on SQLite that follows a scripted cluster."""
    async with AsyncExitStack() as stack:
        listener, other = listen(), listen()
        server = ScriptedServer(other)
        await server.start()
        stack.push_async_callback(server.stop)
        node = make_node(
            tmp_path / "node", listener, "node", database_url="", peer_ports=[server.port]
        )
        await set_up(node.folder)
        await node.start()
        stack.push_async_callback(node.stop)
        peer = server.cluster("peer")
        await let_follow(node, peer)
        yield Scene(node=node, peer=peer)


def documents(suite: str) -> dict[str, bytes]:
    """Return the documents of *suite* by name, or skip."""
    folder = SUITES / suite
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here; set SKAGERRAK_SUITES")
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.json"))
    }
    assert found
    return found


def as_of(peer: ScriptedActor, number: int, body: bytes) -> Wire | None:
    """Return *body* as an activity of *peer*, a bare object within a Create; None for no JSON."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    if "actor" in document and "object" in document:
        activity = dict(document)
        written = activity["object"]
        owned = [_owned(peer, part, number) for part in _several(written)]
        activity["object"] = owned if isinstance(written, list) else owned[0]
    else:
        activity = {"type": "Create", "object": _owned(peer, document, number)}
        activity["@context"] = document.get("@context", "https://www.w3.org/ns/activitystreams")
    own = {"id": f"{peer.server.base}/suite/{number}/activity", "actor": peer.iri}
    return activity | own


def _owned(peer: ScriptedActor, thing: Any, number: int) -> Any:
    if not isinstance(thing, dict):
        return thing
    return thing | {
        "id": f"{peer.server.base}/suite/{number}/object",
        "attributedTo": peer.iri,
    }


def as_offer(peer: ScriptedActor, activity: Wire) -> Wire:
    """Return a Create of an offer that has, beside its own, all the fields of the object."""
    thing = activity["object"]
    odd = thing if isinstance(thing, dict) else {"name": thing}
    offer = peer.offer()
    fields = {key: value for key, value in odd.items() if key not in ("id", "type", "to", "cc")}
    context = [part for part in _several(activity["@context"]) if isinstance(part, dict)]
    create = peer.activity("Create", offer | fields | {"attributedTo": peer.iri})
    return create | {"@context": [*create["@context"], *context]}


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) and value else [value]


@pytest.mark.parametrize("suite", ["activitystreams", "pasture-inputs"])
async def test_no_public_input_breaks_the_inbox(
    scene: Scene, suite: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every POST gets 202 or 4xx; every accepted activity is settled; no worker stumbles."""
    node, peer = scene.node, scene.peer
    broken, taken = [], {}
    inboxes = (f"{node.base}/inbox", f"{node.cluster}/inbox")
    for number, (name, body) in enumerate(documents(suite).items()):
        adapted = as_of(peer, number, body)
        variants: list[Wire | bytes] = [body]
        if adapted is not None:
            variants += [adapted, as_offer(peer, adapted)]
        for sent in variants:
            status = await peer.post(inboxes[number % 2], sent)
            if status == 202 and isinstance(sent, dict):
                taken[sent["id"]] = name
            if not (status == 202 or 400 <= status < 500):
                broken.append((status, name, peer.last_text[:200]))
    assert broken == []
    assert len(taken) > len(documents(suite)) / 2

    async def all_settled() -> bool:
        states = {row["state"] for row in await node.inbox()}
        return "waiting" not in states

    await until(all_settled, "every activity is settled")
    rows = {row["activity"]: row for row in await node.inbox()}
    stumbled = [taken[iri] for iri in taken if rows[iri]["attempts"]]
    assert stumbled == []
    last = peer.activity("Create", peer.offer("After all that"))
    assert await peer.post(inboxes[0], last) == 202
    assert (await node.outcome(last["id"]))[0] == "done"
    await until(lambda: node.knows(last["object"]["id"]), "the graph goes on")
    assert await _badly_shown(node) == []
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    for path in ("/", "/offers"):
        assert await node.status(path, "text/html") == 200


async def _badly_shown(node: LiveNode) -> list[tuple[str, str]]:
    """Return what was stored and cannot be shown, with the format."""
    async with node.database.reading() as connection:
        rows = (await connection.execute(select(tables.resources))).mappings().all()
    stored = [row["iri"] for row in rows if not row["local"] and row["audience"] == "public"]
    assert len(stored) > 50
    return [
        (iri, kind)
        for iri in stored
        for kind in ("text/html", "application/activity+json", "text/turtle")
        if await node.status(f"/resource?iri={quote(iri)}", kind) != 200
    ]
