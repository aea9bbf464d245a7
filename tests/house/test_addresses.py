"""docs/reference/urls.md tells of every address that a running node answers, and of no other."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from node.app import running_node
from node.cli.init import set_up
from node.endpoints.negotiation import SUFFIXES
from node.endpoints.routes import LISTS
from node.node_folder import NodeFolder
from node.settings import FILE_NAME
from tests.house.source_tree import ROOT

PAGE = (ROOT / "docs" / "reference" / "urls.md").read_text("utf-8")
ENDINGS = tuple(f".{suffix}" for suffix in SUFFIXES)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[set[str]]:
    """Return the addresses of a node with all its parts, without suffixes."""
    (tmp_path / FILE_NAME).write_text('[node]\nbase_url = "http://localhost:8080"\n')
    folder = NodeFolder.read(tmp_path)
    await set_up(folder)
    async with running_node(folder) as node:
        yield spelled_out({entry.canonical for entry in node.public.router.resources()})


def spelled_out(addresses: set[str]) -> set[str]:
    """Return *addresses* without suffixes and queries, with every list by its name."""
    plain = {plain_address(address) for address in addresses}
    return {address.replace("{collection}", name) for address in plain for name in LISTS.split("|")}


def plain_address(address: str) -> str:
    """Return *address* without suffix, query and closing slash."""
    path = address.split("?")[0].replace("…", "{name}")
    for ending in ENDINGS:
        path = path.removesuffix(ending) if "context" not in path else path
    return path.rstrip("/") or "/"


def documented() -> set[str]:
    """Return what stands in the first column of the page's tables."""
    rows = re.findall(r"^\| (`/.*?) \|", PAGE, re.MULTILINE)
    return spelled_out({address for row in rows for address in re.findall(r"`([^`]+)`", row)})


async def test_every_address_is_documented(served):
    """What the node answers stands on the page."""
    assert served - documented() == set()


async def test_every_documented_address_is_there(served):
    """What stands on the page is answered."""
    assert documented() - served == set()


def test_suffixes_are_documented():
    """The page lists the suffixes there are."""
    assert re.findall(r"^\| `\.([a-z]+)` \|", PAGE, re.MULTILINE) == list(SUFFIXES)
