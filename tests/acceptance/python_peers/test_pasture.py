"""The fediverse pasture's actors read and write to a node, and send it all their inputs."""

import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.acceptance.served_node import (
    PATIENCE,
    ServedNode,
    free_port,
    plain_environment,
    served_node,
)

HERE = Path(__file__).parent


@contextmanager
def pasture_server(python: Path, name: str, folder: Path) -> Iterator[str]:
    """Yield the origin of the pasture's application *name*, at work in *folder*."""
    folder.mkdir()
    port = free_port()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [str(python), str(HERE / "programs" / "serve.py"), name, str(port)],
            cwd=folder,
            env=plain_environment(),
            stdout=log,
            stderr=log,
        )
    try:
        answers = asyncio.run(_answers(f"http://127.0.0.1:{port}/actor", process))
        assert answers, (folder / "log").read_text(encoding="utf-8")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + PATIENCE
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return True
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    return False


@contextmanager
def node_beside(origin: str, folder: Path) -> Iterator[ServedNode]:
    """Yield a node that may talk to the pasture at *origin*."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    peers = [origin.removeprefix("http://")]
    with served_node(folder, base_url=base_url, port=port, peers=peers) as node:
        yield node


def test_every_actor_of_the_pasture_gets_its_due(peers_python: Path, tmp_path: Path) -> None:
    """Who signs may post, even where its own actor is read by signed requests only.

    Alice and Dean do not sign: they may read and not post. Dean, Emily and Frank have no
    address in WebFinger, which is no reason to refuse what they sign.
    """
    with (
        pasture_server(peers_python, "verify_actor", tmp_path / "pasture") as origin,
        node_beside(origin, tmp_path / "node") as node,
    ):
        found = asyncio.run(_verdict(origin, f"{node.base_url}/cluster"))

    signing, plain = ("bob", "claire", "emily", "frank"), ("alice", "dean")
    expected: dict[str, Any] = {
        name: {"get_actor": True, "post_inbox": name in signing} for name in (*signing, *plain)
    }
    assert found == expected | {"webfinger": True}


async def _verdict(origin: str, actor: str) -> Any:
    headers = {"Accept": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(origin, data={"actor_uri": actor}) as response,
    ):
        answer = json.loads(await response.text())
    return answer["result"]


def test_all_inputs_of_the_pasture(peers_python: Path, tmp_path: Path) -> None:
    """Each is taken or refused with a reason and settled; the node answers as before."""
    with (
        pasture_server(peers_python, "one_actor", tmp_path / "pasture") as origin,
        node_beside(origin, tmp_path / "node") as node,
    ):
        sent = _send_inputs(peers_python, origin, node, tmp_path / "pasture")
        assert len(sent) > 100
        strange = [entry for entry in sent if not (entry[3] == 202 or 400 <= entry[3] < 500)]
        assert strange == []
        taken = {activity for _, _, activity, status in sent if status == 202}
        assert len(taken) > len(sent) / 2
        _settled(node)
        journaled = node.rows("SELECT activity, state, outcome, attempts FROM inbox")
        assert {activity for activity, *_ in journaled} == taken
        assert [row for row in journaled if row[1] != "done" and not row[2]] == []
        assert [row for row in journaled if row[3]] == []
        assert node.rows("SELECT count(*) FROM resources WHERE NOT local") == [(0,)]
        node.command("peers")
    assert "Traceback" not in (tmp_path / "node" / "log").read_text(encoding="utf-8")


def _send_inputs(python: Path, origin: str, node: ServedNode, folder: Path) -> list[Any]:
    done = subprocess.run(
        [
            str(python),
            str(HERE / "programs" / "send_inputs.py"),
            origin,
            f"{node.base_url}/cluster",
        ],
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=4 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def _settled(node: ServedNode) -> None:
    deadline = time.monotonic() + PATIENCE
    while node.rows("SELECT 1 FROM inbox WHERE state = 'waiting' LIMIT 1"):
        assert time.monotonic() < deadline, "the inbox is never settled"
        time.sleep(0.1)


@pytest.fixture(autouse=True)
def _no_node_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that the tester works with is none of the tests' business."""
    monkeypatch.delenv("SKAGERRAK_NODE", raising=False)
