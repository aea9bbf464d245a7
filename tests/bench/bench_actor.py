"""The actor whose requests ``floors/sign_requests.py`` signs, and a node that follows it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from federation.actors import read_actor
from federation.origins import host_of
from node.node_folder import NodeFolder
from node.receiving.remote_actors import save_remote_actor
from node.storage import follows, peers
from tests.bench.graph_documents import BASE, offer
from tests.bench.workbench import FLOORS, Workbench
from vocab.clock import timestamp

PORT = 9100
HOST = f"127.0.0.1:{PORT}"
ACTOR = f"http://{HOST}/u"


def actor_document(public_key: str) -> dict[str, Any]:
    """Return the actor as ``floors/actor_server.py`` serves it."""
    base = ACTOR.rsplit("/", 1)[0]
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": ACTOR,
        "type": "Organization",
        "preferredUsername": "u",
        "inbox": f"{base}/inbox",
        "outbox": f"{base}/outbox",
        "followers": f"{base}/followers",
        "publicKey": {"id": f"{ACTOR}#main-key", "owner": ACTOR, "publicKeyPem": public_key},
    }


def start_actor_server(bench: Workbench) -> None:
    """Serve the actor; its key must be in the folder."""
    bench.floor("actor_server.py", str(PORT), url=ACTOR)


def sign_requests(bench: Workbench, count: int, *, host: str, path: str, name: str) -> Path:
    """Write *count* signed activities as a script for wrk; the first call makes the key."""
    script = bench.folder / f"{name}.lua"
    bench.run_python(str(FLOORS / "sign_requests.py"), str(count), host, path, str(script))
    return script


def make_key(bench: Workbench) -> str:
    """Make the actor's key in the folder; return its public half."""
    sign_requests(bench, 1, host=HOST, path="/inbox", name="key")
    return (bench.folder / "pub.pem").read_text()


async def let_follow(folder: NodeFolder, public_key: str) -> None:
    """Let the node in *folder* follow the actor, accepted and approved."""
    actor = read_actor(actor_document(public_key), ACTOR)
    now, identity = timestamp(), folder.identity
    async with folder.open_database() as database, database.transaction() as connection:
        await save_remote_actor(connection, actor)
        await peers.upsert_seen(connection, host_of(ACTOR), now=now, actor=ACTOR)
        await peers.set_state(connection, host_of(ACTOR), "approved")
        await follows.upsert(
            connection,
            follower=identity.cluster,
            followed=ACTOR,
            activity=identity.activity("bench-follow"),
            state="accepted",
            follower_local=True,
            at=now,
        )


def created_offers(count: int, *, run: str) -> Iterator[tuple[str, str]]:
    """Yield ids and texts of Create activities of the actor, each with an offer of its own."""
    base = ACTOR.rsplit("/", 1)[0]
    for number in range(count):
        text = json.dumps(offer(number)).replace(f"{BASE}/cluster/", f"{ACTOR}/")
        text = text.replace(f'"{BASE}/cluster"', f'"{ACTOR}"')
        embedded = json.loads(text.replace(f"{BASE}/offers/", f"{base}/offers/{run}-"))
        iri = f"{base}/activities/{run}-{number}"
        activity = {
            "@context": embedded.pop("@context"),
            "id": iri,
            "type": "Create",
            "actor": ACTOR,
            "to": embedded["to"],
            "cc": embedded["cc"],
            "object": embedded,
        }
        yield iri, json.dumps(activity, ensure_ascii=False)
