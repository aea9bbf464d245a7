"""lookup, webfinger, verify-signature and inbox, as someone who looks for a fault uses them."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from federation.draft_cavage import sign_request
from federation.keys import load_private
from tests.integration.nodes.commands import answer, run, start
from tests.integration.nodes.conftest import NewDatabase, Nodes
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import listen, make_node, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_lookup_shows_an_actor_as_the_node_sees_it(nodes: Nodes) -> None:
    """Asked by its address, with the node's signature; both keys with their fingerprints."""
    north, south = nodes.north, nodes.south
    found = await answer("lookup", south.address, "--node", north.folder.path)

    assert (found["id"], found["type"], found["signed"]) == (south.cluster, "Organization", True)
    assert found["authentic"] is True
    assert {key["algorithm"] for key in found["keys"]} == {"rsa", "ed25519"}
    assert all(
        re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", key["fingerprint"]) for key in found["keys"]
    )
    assert found["proof"] is None
    assert found["document"]["id"] == south.cluster


async def test_lookup_judges_an_object(nodes: Nodes) -> None:
    """Its proof holds; the same at another server's address is not authentic; no node is needed."""
    north, south = nodes.north, nodes.south
    made = await south.publish(offer("Looked at"))
    peers = ["--peer", f"127.0.0.1:{south.host.partition(':')[2]}"]
    peers += ["--peer", f"127.0.0.1:{nodes.evil.port}"]
    found = await answer("lookup", made.iri, *peers)
    assert found["signed"] is False
    assert (found["authentic"], found["proof"]["holds"]) == (True, True)

    nodes.evil.documents["/copy"] = {**found["document"], "name": "Doctored"}
    copied = await answer("lookup", f"{nodes.evil.base}/copy", *peers)
    assert (copied["authentic"], copied["proof"]["holds"]) == (False, False)
    assert "another server" in copied["why"]
    code, out, _ = await run("lookup", made.iri, "--node", north.folder.path)
    assert code == 0
    assert "asked with the node's signature" in out
    assert "holds, by" in out


async def test_lookup_says_what_went_wrong(nodes: Nodes) -> None:
    """An address that is none, a server that is not there, a folder without a node."""
    node = ("--node", nodes.north.folder.path)
    for arguments in (
        ("lookup", "nonsense", *node),
        ("lookup", f"{nodes.honest.base}/nothing", *node),
        ("lookup", "https://169.254.169.254/latest"),
        ("lookup", nodes.south.address, "--node", nodes.north.folder.path / "elsewhere"),
    ):
        code, out, errors = await run(*arguments)
        assert (code, out) == (1, "")
        assert errors.startswith("Error: ")
    assert (await run("lookup", "x", "--peer", "nonsense"))[0] == 2


async def test_webfinger_shows_links_and_whether_the_actor_agrees(nodes: Nodes) -> None:
    """As the server answers, and confirmed both ways."""
    north, south = nodes.north, nodes.south
    found = await answer("webfinger", south.address, "--node", north.folder.path)
    assert found["jrd"]["subject"] == f"acct:south@{south.host}"
    assert (found["actor"], found["problem"]) == (south.cluster, None)
    nodes.evil.actor("named", preferredUsername="other")
    wrong = await answer("webfinger", f"@named@{nodes.evil.host}", "--node", north.folder.path)
    assert wrong["actor"] is None
    assert "another name" in wrong["problem"]
    code, out, _ = await run("webfinger", south.address, "--node", north.folder.path)
    assert code == 0
    assert "confirmed     yes" in out


def raw_request(nodes: Nodes, body: bytes = b"{}", signed: bytes = b"{}") -> bytes:
    actor = nodes.honest.actor("signer")
    headers = sign_request(
        method="POST",
        url=f"{nodes.north.base}/inbox",
        body=signed,
        key_id=actor.key_id,
        private_key=load_private(actor.pair.private),
    )
    lines = ["POST /inbox HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def test_a_request_is_verified_by_its_own_key(nodes: Nodes, tmp_path: Path) -> None:
    """Fetched, or given; a changed body ends with 1 and says which check failed."""
    verify = ("verify-signature", "-", "--scheme", "http")
    node = ("--node", nodes.north.folder.path)
    (good,) = await answer(*verify, *node, given=raw_request(nodes))
    assert (good["form"], good["holds"], good["made_by_key"]) == ("draft-cavage", True, True)
    (bad,) = await answer(*verify, *node, given=raw_request(nodes, body=b"{ }"), status=1)
    assert bad["problems"] == ["The Digest header is not that of the body."]

    key = tmp_path / "key.pem"
    key.write_text(nodes.honest.actor("signer").pair.public)
    file = tmp_path / "request"
    file.write_bytes(raw_request(nodes))
    code, out, _ = await run("verify-signature", file, "--key", key)
    assert code == 0
    assert "draft-cavage: holds" in out
    code, out, _ = await run("verify-signature", file, "--offline")
    assert code == 1
    assert "The key was not looked for." in out
    late = await run("verify-signature", file, "--key", key, "--at", "2099-01-01T00:00:00Z")
    assert late[0] == 1
    assert "too old" in late[1]
    assert "The key did make this signature" in late[1]


async def test_a_document_is_verified_by_its_proof(nodes: Nodes, tmp_path: Path) -> None:
    """One character differs, and it does not hold."""
    made = await nodes.south.publish(offer("Proved"))
    document = await nodes.south.get_json(made.iri)
    file = tmp_path / "offer.json"
    file.write_text(json.dumps(document))
    verify = ("verify-signature", file, "--node", nodes.north.folder.path)
    (good,) = await answer(*verify)
    assert good["holds"] is True
    file.write_text(json.dumps(document | {"name": "Changed"}))
    (bad,) = await answer(*verify, status=1)
    assert "did not make this proof" in bad["problems"][0]
    file.write_text("{}")
    code, _, errors = await run(*verify)
    assert code == 1
    assert "has no proof" in errors


@asynccontextmanager
async def running_inbox(port: int, *peers: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``inbox`` until the block ends; it must end by itself when it is told to."""
    options = [word for peer in peers for word in ("--peer", peer)]
    process = await start("inbox", "--port", port, "--json", *options)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, errors) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_of(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    return json.loads(await asyncio.wait_for(process.stdout.readline(), 45))


async def test_the_inbox_prints_what_it_receives(new_database: NewDatabase, tmp_path: Path) -> None:
    """A node follows it and is accepted; what nobody signed is printed as refused."""
    spare = listen()
    port = spare.getsockname()[1]
    listener = listen()
    at = listener.getsockname()[1]
    url = await asyncio.to_thread(new_database, tmp_path / "node")
    node = make_node(tmp_path / "node", listener, "solo", database_url=url, peer_ports=[port])
    spare.close()
    await node.start()
    try:
        async with running_inbox(port, f"127.0.0.1:{at}") as process:
            named = await line_of(process)
            assert named["address"] == f"@inbox@localhost:{port}"
            await node.follow(named["address"])
            follow = await line_of(process)
            assert (follow["authenticated_by"], follow["problem"]) == ("HttpSignature", None)
            assert follow["body"]["type"] == "Follow"

            async def accepted() -> bool:
                following = await node.get_json("/cluster/following?page=1")
                return named["actor"] in following["orderedItems"]

            await until(accepted, "the Follow is accepted")
            async with node.session.post(
                f"http://localhost:{port}/inbox", json={"type": "Like"}
            ) as response:
                assert response.status in (400, 401)
            refused = await line_of(process)
            assert refused["authenticated_by"] is None
            assert refused["problem"]
            assert refused["body"] == {"type": "Like"}
    finally:
        await node.stop()
