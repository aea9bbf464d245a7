"""``skagerrak peers`` as somebody uses it who has not read the manual."""

import asyncio
import json
from pathlib import Path

import pytest

from node.cli.peers import MOST_NAMED
from node.node_folder import NodeFolder
from node.storage import suggestions
from tests.integration.cli.conftest import BASE_URL, Run


def test_list_lists(run: Run, node: Path) -> None:
    """As “peers” alone does; nothing is taken for another command."""
    run("peers", "approve", "friend.example", "--node", node)

    for arguments in (("peers", "list"), ("peers",)):
        assert run(*arguments, "--node", node).stdout.startswith("friend.example: approved")
    (entry,) = json.loads(run("peers", "list", "--node", node, "--json").stdout)
    assert entry["host"] == "friend.example"
    assert entry["effect"] == (
        "it gets what is public and what is for the network; "
        "what it publishes is taken in if followed"
    )


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("unblock", "friend.example"), 1, "neither blocked nor limited"),
        (("unblock", "nobody.example"), 1, "not known here"),
        (("forget", "nobody.example"), 1, "not known here"),
        (("resume", "nobody.example"), 1, "not known here"),
        (("resume", "friend.example"), 1, "not paused"),
        (("pause", "nobody.example"), 1, "not known here"),
        (("pause", "friend.example", "--until", "2020-01-01"), 2, "is over already"),
        (("pause", "friend.example", "--until", "soon"), 2, "is no time such as"),
        (("scope", "friend.example", "--classes", "boats"), 2, "“boats”: name some of"),
        (("scope", "nobody.example", "--classes", "offers"), 1, "Nothing is decided"),
        (("block", "a b"), 2, "is no host"),
        (("block", "localhost"), 1, "This node itself lies below localhost."),
        (("approve", BASE_URL), 1, "this node itself"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run: Run, node: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    """With the reason, and what was decided stays."""
    run("peers", "approve", "friend.example", "--node", node)
    refused = run("peers", *arguments, "--node", node, status=status)

    assert said in " ".join(refused.stderr.replace("│", " ").split())
    (entry,) = json.loads(run("peers", "--node", node, "--json").stdout)
    assert (entry["state"], entry["held_at"], entry["classes"]) == ("approved", None, None)


def test_scope_tells_and_takes_one_thing_for_its_list(run: Run, node: Path) -> None:
    """Asked without a wish it only answers: nothing is written down as a decision."""
    run("peers", "approve", "friend.example", "--node", node)
    told = run("peers", "scope", "friend.example", "--node", node).stdout
    assert told == "friend.example: both; all lists.\n"
    narrowed = run("peers", "scope", "friend.example", "--classes", "offer,needs", "--node", node)
    assert narrowed.stdout == "friend.example: both; needs, offers.\n"

    shown = json.loads(run("peers", "show", "friend.example", "--node", node, "--json").stdout)
    assert [made["decision"] for made in shown["history"]] == ["scope", "approved"]


def test_who_is_known_is_named_up_to_a_few(run: Run, node: Path, tmp_path: Path) -> None:
    """A list of thousands does not run over the screen."""
    names = "".join(f"s{number:02}.example\n" for number in range(MOST_NAMED + 5))
    (tmp_path / "list.csv").write_text(f"#domain\n{names}")
    run("peers", "import", tmp_path / "list.csv", "--allow", "--node", node)
    missed = run("peers", "show", "nobody.example", "--node", node, status=1).stderr

    assert "s00.example" in missed
    assert missed.rstrip().endswith("and 5 more.")


def test_nobody_can_be_asked_without_following(run: Run, node: Path) -> None:
    """The answer says so, rather than that nobody was named."""
    assert "no node to ask" in run("peers", "suggestions", "--node", node).stdout


async def test_suggestions_are_shown_as_last_asked(run: Run, node: Path) -> None:
    """At once and with the date; “--again” asks, here nobody, and that is kept."""
    found = [{"actor": "https://ny.example/cluster", "host": "ny.example", "named_by": ["Ada"]}]
    answer = {"found": found, "asked": 2, "problems": {}}
    async with (
        NodeFolder.read(node).open_database() as database,
        database.transaction() as connection,
    ):
        await suggestions.keep(connection, answer, at="2026-11-24T10:00:00.000000Z")
    shown = await asyncio.to_thread(run, "peers", "suggestions", "--node", node)
    again = await asyncio.to_thread(run, "peers", "suggestions", "--again", "--node", node)
    told = await asyncio.to_thread(run, "peers", "suggestions", "--json", "--node", node)

    assert "Asked at 2026-11-24T10:00" in shown.stdout
    assert "https://ny.example/cluster: named by Ada" in shown.stdout
    assert "no node to ask" in again.stdout
    assert json.loads(told.stdout)["suggestions"] == []


def test_a_new_reason_for_the_same_is_kept(run: Run, node: Path) -> None:
    """The state stays; the reason that is shown is the newer one, and the older is not lost."""
    for reason in ("Spam", "Casinos"):
        run("peers", "block", "pest.example", "--reason", reason, "--by", "Kari", "--node", node)
    shown = json.loads(run("peers", "show", "pest.example", "--node", node, "--json").stdout)

    assert shown["reason"] == "Casinos"
    assert [made["reason"] for made in shown["history"]] == ["Casinos", "Spam"]
