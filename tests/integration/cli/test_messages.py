"""``skagerrak messages``: the desk reads what came and says what is handled."""

import asyncio
import json
from pathlib import Path

from node.node_folder import NodeFolder
from node.storage import messages
from tests.integration.cli.conftest import Run
from tests.integration.storage.test_messages import message


def receive(node: Path, *texts: str) -> None:
    async def add() -> None:
        async with (
            NodeFolder.read(node).open_database() as database,
            database.transaction() as connection,
        ):
            for number, text in enumerate(texts, 1):
                await messages.add(connection, message(number, text=text))

    asyncio.run(add())


def test_the_desk_reads_and_handles(node: Path, run: Run) -> None:
    """A handled message leaves the list; ``--all`` shows who handled it."""
    receive(node, "Når er kurset?", "Takk\x1b[2Jikke")
    shown = run("messages", "--node", node).output
    assert "Når er kurset?" in shown
    assert "\x1b" not in shown
    run("messages", "handle", 1, "--by", "Kari", "--node", node)
    assert "was handled before" in run("messages", "handle", 1, "--node", node).output
    waiting = json.loads(run("messages", "--json", "--node", node).stdout)
    assert [entry["seq"] for entry in waiting] == [2]
    everything = json.loads(run("messages", "--all", "--json", "--node", node).stdout)
    assert [entry["handled_by"] for entry in everything] == [None, "Kari"]
    run("messages", "handle", 1, "--undo", "--node", node)
    assert len(json.loads(run("messages", "--json", "--node", node).stdout)) == 2
    older = json.loads(run("messages", "--before", 2, "--json", "--node", node).stdout)
    assert [entry["seq"] for entry in older] == [1]


def test_no_message_and_a_number_that_is_none(node: Path, run: Run) -> None:
    """An empty list says so; an unknown number names the way to the known ones."""
    assert "No message waits." in run("messages", "--node", node).output
    assert "There is no message 7" in run("messages", "handle", 7, "--node", node, status=1).output
