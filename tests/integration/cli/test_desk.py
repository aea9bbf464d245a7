"""``skagerrak desk``: links, people, signing out."""

import json
from pathlib import Path

import pytest

from node.desk.sign_in import hash_of
from node.storage import tables
from tests.integration.cli.conftest import BASE_URL, Run, rows_of


def _link(run: Run, node: Path, *arguments: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        run("desk", "link", *arguments, "--node", node, "--json").stdout
    )
    return found


def test_a_link_is_printed_and_only_its_hash_kept(run: Run, node: Path) -> None:
    """The link opens ``/login`` of the node; its token stands nowhere in the database."""
    made = _link(run, node, "--name", " Kari  Nordmann ", "--language", "nn")
    address, _, token = made["link"].partition("?link=")
    kept = rows_of(node, tables.sign_in_links.select())

    assert (made["name"], address) == ("Kari Nordmann", f"{BASE_URL}/login")
    assert [row["token_hash"] for row in kept] == [hash_of(token)]
    assert made["expires_at"] == kept[0]["expires_at"]
    assert all(token.encode() not in path.read_bytes() for path in node.glob("skagerrak.db*"))


def test_a_new_link_takes_the_place_of_the_last(run: Run, node: Path) -> None:
    """One person has one link; people keep their language until another is given."""
    first = _link(run, node, "--name", "Kari", "--language", "da")
    second = _link(run, node, "--name", "Kari")
    assert first["link"] != second["link"]
    assert len(rows_of(node, tables.sign_in_links.select())) == 1
    assert rows_of(node, tables.desk_people.select())[0]["language"] == "da"
    _link(run, node, "--name", "Kari", "--language", "en")

    assert rows_of(node, tables.desk_people.select())[0]["language"] == "en"


def test_a_link_is_for_whoever_asks(run: Run, node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name it is the user's own; the words say how long it holds."""
    monkeypatch.setenv("LOGNAME", "ola")
    said = run("desk", "link", "--node", node).stdout

    assert "For ola alone. It works once, within 15 minutes." in said


@pytest.mark.parametrize("name", [" ", "a" * 81, "Kari\x07"])
def test_what_is_no_name_is_refused(run: Run, node: Path, name: str) -> None:
    """Nobody is made by it."""
    refused = run("desk", "link", "--name", name, "--node", node, status=1)

    assert "is no name of a person" in refused.output or name == " "
    assert len(rows_of(node, tables.desk_people.select())) == 0


def test_people_are_listed_and_signed_out(run: Run, node: Path) -> None:
    """Each with language and sessions; who is not known is told, with who is."""
    assert "Nobody yet" in run("desk", "people", "--node", node).stdout
    _link(run, node, "--name", "Kari")
    assert "Kari (nb): never seen, 0 sessions" in run("desk", "people", "--node", node).stdout
    entry = json.loads(run("desk", "people", "--node", node, "--json").stdout)[0]
    assert (entry["name"], entry["last_seen_at"], entry["sessions"]) == ("Kari", None, 0)
    refused = run("desk", "sign-out", "Ola", "--node", node, status=1)
    assert "Known: Kari." in refused.output
    out = run("desk", "sign-out", "Kari", "--node", node)

    assert "Kari is signed out; 0 sessions ended." in out.stdout
    assert rows_of(node, tables.sign_in_links.select()) == []


def test_links_that_hold_long_are_for_loopback(
    run: Run, node: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server of the internet more than an hour is refused, with the remedy."""
    monkeypatch.setenv("SKAGERRAK_DESK_LINK_MINUTES", "90")
    assert "within 90 minutes" in run("desk", "link", "--name", "Kari", "--node", node).stdout
    monkeypatch.setenv("SKAGERRAK_NODE_BASE_URL", "https://node.digin.example")
    refused = run("desk", "link", "--name", "Kari", "--node", node, status=1)

    assert "more than 60 only where node.base_url is on loopback" in refused.output
