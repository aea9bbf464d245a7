import json
from pathlib import Path

import pytest

from node.settings import described_settings
from tests.integration.cli.conftest import Run


def test_every_setting_with_value_origin_and_help(run: Run, node: Path) -> None:
    """As lines for people and as JSON for programs."""
    rows = json.loads(run("settings", "--node", node, "--json").stdout)
    lines = run("settings", "--node", node).stdout
    by_name = {row["name"]: row for row in rows}

    assert by_name.keys() == dict(described_settings()).keys()
    assert by_name["cluster.name"]["value"] == "Digin"
    assert by_name["cluster.name"]["origin"].endswith("skagerrak.toml")
    assert by_name["pages.length"]["origin"] == "default"
    for row in rows:
        assert f"{row['name']} = {json.dumps(row['value'], ensure_ascii=False)}  (" in lines
        assert f"    {row['help']}" in lines


def test_passwords_are_not_shown(run: Run, node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as a line nor as JSON."""
    secret = "postgresql+asyncpg://digin:geheim@db/digin"
    monkeypatch.setenv("SKAGERRAK_DATABASE_URL", secret)
    for more in ((), ("--json",)):
        found = run("settings", "--node", node, *more)
        assert "geheim" not in found.output
        assert "SKAGERRAK_DATABASE_URL" in found.output


def test_wrong_settings_are_told_beside_the_list(run: Run, node: Path) -> None:
    """The list that the remedy speaks of is there even then."""
    with (node / "skagerrak.toml").open("a") as file:
        file.write("\n[pages]\nlenght = 20\n")
    found = run("settings", "--node", node, status=1)
    elsewhere = run("peers", "--node", node, status=1)

    assert "pages.length" in found.stdout
    assert "Did you mean “pages.length”?" in found.stderr
    assert "Did you mean “pages.length”?" in elsewhere.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("settings",),
        ("peers",),
        ("serve",),
        ("rebuild",),
        ("query", "ASK {}"),
        ("follow", "@a@b.example"),
        ("withdraw", "https://x.example/1"),
        ("publish", "offer.toml"),
        ("members", "import", "members.csv"),
        ("members", "export", "members.csv"),
        ("members", "undo", "1"),
        ("peers", "approve", "a.example"),
        ("peers", "block", "a.example"),
        ("peers", "retry", "a.example"),
    ],
)
def test_folder_without_a_node_is_told_with_the_remedy(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Whether it is the current one, named by --node or by the variable; nothing is made there."""
    monkeypatch.chdir(tmp_path)
    nowhere = tmp_path / "nowhere"
    here = run(*arguments, status=1).stderr
    named = run(*arguments, "--node", nowhere, status=1).stderr
    monkeypatch.setenv("SKAGERRAK_NODE", str(nowhere))
    by_variable = run(*arguments, status=1).stderr

    assert f"no node in {tmp_path}:" in here
    assert f"no node in {nowhere}:" in named
    assert by_variable == named
    assert "skagerrak init DIR" in here
    assert list(tmp_path.iterdir()) == []


def test_variable_names_the_node(run: Run, node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And an option counts more."""
    monkeypatch.setenv("SKAGERRAK_NODE", str(node))
    run("peers")
    run("peers", "--node", node.parent / "nowhere", status=1)
