"""The suite of the ActivityPub test project finds a node to conform.

Of a test that does not apply, the reason is part of what is expected.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.npm_programs import node_of, npm_program
from tests.acceptance.served_node import PATIENCE, free_port, served_node

HERE = Path(__file__).parent / "activitypub_testing"


@pytest.fixture(scope="module")
def suite(pytestconfig: pytest.Config) -> Path:
    """Give the folder that the suite is installed in, or skip."""
    assert pytestconfig.cache is not None
    return npm_program(pytestconfig.cache, HERE)


def outcomes(suite: Path, *arguments: str) -> dict[str, Any]:
    """Return the outcome of each test, of one that does not apply with the reason."""
    done = subprocess.run(
        [str(node_of(suite)), "run.mjs", *arguments],
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return {
        entry["test"]: entry["outcome"] if entry["outcome"] == "passed" else entry
        for entry in json.loads(done.stdout)
    }


def test_reading_without_a_token(suite: Path, tmp_path: Path) -> None:
    """Actor, its inbox and outbox, and its collections are what ActivityPub says."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    with served_node(tmp_path / "node", base_url=base_url, port=port, peers=[]) as node:
        found = outcomes(suite, f"{node.base_url}/cluster")

    passed = {test for test, outcome in found.items() if outcome == "passed"}
    assert passed >= {
        "actor-must-serve-as2-object-to-get",
        "actor-objects-must-have-inbox-outbox-properties",
        "followers-collection-must-be-a-collection",
        "following-collection-must-be-a-collection",
        "outbox-must-be-an-orderedcollection",
    }
    # What posts or reads the inbox wants a token; the next test has one.
    rest = [entry for entry in found.values() if entry != "passed"]
    assert [entry for entry in rest if entry["outcome"] == "failed"] == []


def test_posting_with_a_token(suite: Path, tmp_path: Path) -> None:
    """With a token, what the suite tests of clients that post passes too."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    with served_node(tmp_path / "node", base_url=base_url, port=port, peers=[]) as node:
        made = node.command(
            *("tokens", "create", "--name", "suite"),
            *("--scope", "publish", "--scope", "read"),
        )
        found = outcomes(suite, f"{node.base_url}/cluster", f"Bearer {made['token']}")

    # The suite's own notes have no title in a language, so they are refused with the findings.
    rest = [entry for entry in found.values() if entry != "passed"]
    assert [entry for entry in rest if entry["outcome"] == "failed"] == []
