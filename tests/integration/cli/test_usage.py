import os
import subprocess
import sys
from pathlib import Path

import pytest

from node.cli.main import COMMANDS, LazyCommand
from tests.house.source_tree import ROOT
from tests.integration.cli.conftest import Run


@pytest.mark.parametrize(("name", "place", "line"), COMMANDS)
def test_list_tells_what_the_command_says_itself(name: str, place: str, line: str) -> None:
    """The line of help in the list begins what the command's own help says."""
    own = LazyCommand(name, place, line).load().help or ""

    assert line.rstrip(".").split(":")[0].split(",")[0] in own


@pytest.mark.parametrize(
    "arguments",
    [
        ("nope",),
        ("publish",),
        ("publish", "--nope", "x"),
        ("publish", "a.toml", "b.toml"),
        ("publish", "a.toml", "--drafts", "d"),
        ("withdraw",),
        ("follow",),
        ("init",),
        ("query",),
        ("query", "ASK {}", "--format", "pdf"),
        ("members", "nope"),
        ("members", "import"),
        ("members", "import", "x.csv", "--language", "sv"),
        ("members", "undo"),
        ("peers", "nope"),
        ("peers", "approve"),
        ("demo", "--base-port", "0"),
        ("demo", "--base-port", "65534"),
        ("serve", "extra"),
        ("settings", "extra"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_two(run: Run, arguments: tuple[str, ...]) -> None:
    """Before anything is looked at."""
    found = run(*arguments, status=2)

    assert "Error" in found.stderr or "Usage" in found.output


def test_export_needs_an_ending_that_it_knows(run: Run, node: Path, tmp_path: Path) -> None:
    """Nothing is written."""
    run("members", "export", tmp_path / "members.pdf", "--node", node, status=2)
    assert not (tmp_path / "members.pdf").exists()


def test_without_arguments_help_is_shown(run: Run) -> None:
    """Every command is in it."""
    found = run(status=2)
    asked = run("--help")

    assert all(name in found.output for name, _, _ in COMMANDS)
    assert asked.stdout.split() == found.output.split()


def test_light_commands_load_little() -> None:
    """Help and settings start without the database, the web server and the graph."""
    code = (
        "import sys\n"
        "from node.cli.main import main\n"
        "sys.argv = ['skagerrak', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    for arguments in (["--help"], ["settings", "--node", "nowhere"]):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        loaded = set(done.stderr.splitlines()[-1].split())
        assert not loaded & {"sqlalchemy", "aiohttp", "pyoxigraph", "xlsxwriter", "jinja2"}


def test_reader_that_stops_early_is_no_error(node: Path) -> None:
    """As with “| head”: no traceback, no complaint."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "node", "settings", "--node", str(node)]
    done = subprocess.run(
        command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
