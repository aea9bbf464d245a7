"""A node's folder, and the command line as a person runs it."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from node.cli.main import app
from node.node_folder import NodeFolder
from node.storage import tables
from tests.house.source_tree import ROOT

Run = Callable[..., Result]
BASE_URL = "http://localhost:18099"
SPREADSHEETS = ROOT / "node" / "demo" / "data" / "spreadsheets"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the surroundings: no node, no settings, English."""
    for name in [name for name in os.environ if name.startswith("SKAGERRAK_")]:
        monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")


@pytest.fixture
def run() -> Run:
    """Give the command line; a traceback fails the test."""

    def invoke(*arguments: object, status: int = 0, typed: str | None = None) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture(scope="session")
def made_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a node to copy: making one takes as long as its keys."""
    folder = tmp_path_factory.mktemp("made") / "node"
    arguments = ["init", str(folder), "--base-url", BASE_URL, "--name", "Digin"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def node(made_node: Path, tmp_path: Path) -> Path:
    """Give a node of the test's own, empty."""
    return Path(shutil.copytree(made_node, tmp_path / "node"))


@pytest.fixture(scope="session")
def imported_node(made_node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a node with Digin's members to copy."""
    folder = Path(shutil.copytree(made_node, tmp_path_factory.mktemp("imported") / "node"))
    sheet = SPREADSHEETS / "digin-medlemmer.csv"
    arguments = ["members", "import", str(sheet), "--node", str(folder), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    (folder / "import.json").write_text(result.stdout)
    return folder


@pytest.fixture
def members_node(imported_node: Path, tmp_path: Path) -> Path:
    """Give a node of the test's own with Digin's members."""
    return Path(shutil.copytree(imported_node, tmp_path / "node"))


def batch_of(folder: Path) -> str:
    """Return the name of the import that ``members_node`` came from."""
    return str(json.loads((folder / "import.json").read_text())["batch"])


def rows_of(folder: Path, query: Any) -> list[Any]:
    """Return what *query* finds in the node's database."""

    async def read() -> list[Any]:
        async with NodeFolder.read(folder).open_database() as opened, opened.reading() as found:
            return list((await found.execute(query)).mappings().all())

    return asyncio.run(read())


def resources_of(folder: Path, klass: str) -> list[Any]:
    """Return the node's resources of *klass* that stand."""
    columns = tables.resources.c
    query = tables.resources.select().where(columns.state != "withdrawn", columns["klass"] == klass)
    return rows_of(folder, query.order_by(columns.iri))


@contextmanager
def served(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run ``serve`` on a free port; yield its process once it answers queries too."""
    settings = folder / "skagerrak.toml"
    settings.write_text(re.sub(r"port = \d+", "port = 0", settings.read_text()))
    command = [sys.executable, "-m", "node", "serve", "--node", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "is served at" in line, line + process.stdout.read()
        _ask_until_answered(folder)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _ask_until_answered(folder: Path) -> None:
    result = None
    for _ in range(200):
        result = CliRunner().invoke(app, ["query", "ASK {}", "--node", str(folder)])
        if result.exit_code == 0:
            return
        assert "The graph is being built" in result.output, result.output
        time.sleep(0.05)
    raise AssertionError(result)
