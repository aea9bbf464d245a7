import json
import stat
from pathlib import Path

import pytest

from node.cli import init as module
from node.errors import NodeError
from node.settings import load_settings
from tests.integration.cli.conftest import Run

SCRIPTED = ("--base-url", "http://localhost:18098", "--name", "Klynge Sør")


def test_scripted(run: Run, tmp_path: Path) -> None:
    """With all options nothing is asked; the handle comes from the name."""
    run("init", tmp_path / "deep" / "node", *SCRIPTED, "--language", "nn", "--port", 9001)
    found = load_settings(tmp_path / "deep" / "node", {}).settings

    assert (found.node.base_url, found.node.language) == ("http://localhost:18098", "nn")
    assert (found.cluster.name, found.cluster.handle) == ("Klynge Sør", "klyngesor")
    assert found.http.port == 9001


def test_interactive(run: Run, tmp_path: Path) -> None:
    """What the options do not say is asked."""
    found = run("init", tmp_path / "node", typed="https://node.example.org\nDigin\n")

    assert "Address of the node" in found.stdout
    assert "skagerrak serve" in found.stdout
    assert load_settings(tmp_path / "node", {}).settings.cluster.name == "Digin"


def test_files_are_the_users_own(run: Run, tmp_path: Path) -> None:
    """The database holds private keys, the settings perhaps a password."""
    run("init", tmp_path / "node", *SCRIPTED)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "node", *(tmp_path / "node").iterdir())
    }

    assert modes.pop("node") == 0o700
    assert {"skagerrak.toml", "skagerrak.db"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_a_node_is_never_written_over(run: Run, node: Path) -> None:
    """What stands there stays as it is."""
    before = (node / "skagerrak.toml").read_bytes()
    found = run("init", node, *SCRIPTED, status=1)

    assert "already" in found.stderr
    assert (node / "skagerrak.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (("--base-url", "node.example.org"), "node.base_url"),
        (("--base-url", "https://node.example.org/path"), "node.base_url"),
        (("--handle", "No Spaces"), "cluster.handle"),
        (("--name", ""), "cluster.name"),
    ],
)
def test_wrong_values_leave_nothing_behind(
    run: Run, tmp_path: Path, wrong: tuple[str, str], named: str
) -> None:
    """The setting is named; the folder is as it was."""
    found = run("init", tmp_path / "node", *SCRIPTED, *wrong, status=1)

    assert named in found.stderr
    assert not (tmp_path / "node").exists()


def test_wrong_options_are_wrong_usage(run: Run, tmp_path: Path) -> None:
    """A language that there is not, a port that is none."""
    for wrong in (("--language", "no"), ("--port", "70000"), ("--port", "x"), ("--nope",)):
        run("init", tmp_path / "node", *SCRIPTED, *wrong, status=2)
    assert list(tmp_path.iterdir()) == []


def test_failure_removes_what_was_made_and_nothing_else(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The half-made database too; what the user had in the folder stays."""
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / ".mine").write_text("mine")
    whole = module.set_up

    async def fail(node: object) -> None:
        await whole(node)  # type: ignore[arg-type]  # passed on as it came
        raise NodeError("The disk is full.")

    monkeypatch.setattr(module, "set_up", fail)
    found = run("init", tmp_path / "node", *SCRIPTED, status=1)

    assert "The disk is full." in found.stderr
    assert [path.name for path in (tmp_path / "node").iterdir()] == [".mine"]


def test_a_folder_with_other_things_is_refused(run: Run, tmp_path: Path) -> None:
    """A node has a folder of its own; hidden files of a home folder do no harm."""
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "letter.txt").write_text("Dear all")

    assert "not empty" in run("init", tmp_path / "node", *SCRIPTED, status=1).stderr


@pytest.mark.parametrize(
    ("options", "country"),
    [
        ((), "NO"),
        (("--language", "da"), "DK"),
        (("--language", "da", "--country", "NO"), "NO"),
        (("--country", "DK"), "DK"),
    ],
)
def test_the_language_tells_the_country(
    run: Run, tmp_path: Path, options: tuple[str, ...], country: str
) -> None:
    """A Danish office imports Danish numbers without looking for a setting."""
    run("init", tmp_path / "node", *SCRIPTED, *options)
    settings = json.loads(run("settings", "--node", tmp_path / "node", "--json").stdout)

    assert {row["name"]: row["value"] for row in settings}["cluster.country"] == country


def test_a_file_in_the_way_is_told(run: Run, tmp_path: Path) -> None:
    """The folder's name is a file's."""
    (tmp_path / "node").write_text("")

    assert str(tmp_path / "node") in run("init", tmp_path / "node", *SCRIPTED, status=1).stderr
