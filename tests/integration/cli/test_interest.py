import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import BASE_URL, Run, resources_of
from tests.integration.cli.test_publish import toml_offer


@pytest.fixture
def offer(run: Run, members_node: Path, tmp_path: Path) -> str:
    """Give an offer of the node's own."""
    done = run("publish", toml_offer(tmp_path), "--node", members_node, "--json")
    return str(json.loads(done.stdout)["id"])


@pytest.fixture
def member(members_node: Path) -> str:
    """Give the address of a member."""
    return str(resources_of(members_node, "member")[0]["iri"])


@pytest.fixture
def interest(run: Run, members_node: Path, offer: str, member: str) -> str:
    """Give an interest of a member in the node's own offer."""
    told = run(
        "interest", "show", offer, "--member", member, "--message", "Gjerne mer.",
        "--by", "Kari", "--node", members_node, "--json",
    )  # fmt: skip
    shown: dict[str, Any] = json.loads(told.stdout)
    assert shown["state"] == "sent"
    assert shown["interest"].startswith(f"{BASE_URL}/activities/")
    return str(shown["interest"])


def test_interest_goes_its_way(run: Run, members_node: Path, interest: str) -> None:
    """Each step is one command, says what it did, and stands in the history with who and when."""
    at = ("--node", members_node, "--by", "Ola")
    assert "sent, within this cluster, Kari" in run("interest", "list", *at[:2]).stdout
    for step, said in (
        ("take", "Taken over."),
        ("pass", "Passed on to the company."),
        ("answer", "The company's answer is noted."),
        ("accept", "Contact made, not binding."),
        ("complete", "Completed."),
    ):
        done = run("interest", step, interest, *at, "--note", f"note {step}")
        assert done.stdout.strip() == said
    told = run("interest", "history", interest, *at[:2]).stdout
    assert "not binding" in told
    assert "complete, Ola  note complete" in told
    assert "can be done: nothing" in told
    seen = json.loads(run("interest", "history", interest, *at[:2], "--json").stdout)
    assert [move["event"] for move in seen["moves"]] == [
        "send",
        "take_over",
        "pass_on",
        "answer",
        "accept",
        "complete",
    ]
    assert {move["who"] for move in seen["moves"]} == {"Kari", "Ola"}
    assert json.loads(run("interest", "list", *at[:2], "--json").stdout) == []
    assert len(json.loads(run("interest", "list", "--all", *at[:2], "--json").stdout)) == 1


def test_somebody_looks_after_it(run: Run, members_node: Path, interest: str) -> None:
    """A responsible person and a substitute; an empty name takes one away."""
    at = ("--node", members_node)
    run("interest", "assign", interest, *at, "--to", "Per", "--substitute", "Pål")
    assert "Per (or Pål)" in run("interest", "list", *at).stdout
    run("interest", "assign", interest, *at, "--substitute", "")
    assert "Pål" not in run("interest", "list", *at).stdout
    assert run("interest", "list", "--due", *at).stdout.strip() == "Nothing is due."


def test_errors_say_what_to_do(
    run: Run, members_node: Path, offer: str, member: str, interest: str
) -> None:
    """No traceback, exit code 1, and a remedy."""
    at = ("--node", members_node)
    show = ("interest", "show", offer, *at, "--message", "x", "--member")
    assert "already" in run(*show, member, status=1).output
    assert "is no member" in run(*show, f"{BASE_URL}/members/nobody", status=1).output
    assert "No member has the number" in run(*show, "org:NO:1", status=1).output
    other = resources_of(members_node, "member")[1]["iri"]
    assert "comes as a whole" in run(*show, other, "--quantity", "2", status=1).output
    assert "is no offer and no need" in run(
        "interest", "show", member, *at, "--message", "x", "--member", other, status=1
    ).output  # fmt: skip
    assert "There is no interest" in run("interest", "take", "x", *at, status=1).output
    run("interest", "withdraw", interest, *at)
    assert "stands at “withdrawn”" in run("interest", "take", interest, *at, status=1).output


def test_offers_are_renewed(run: Run, members_node: Path, offer: str) -> None:
    """A day is enough; one that is past, or no day at all, is refused and changes nothing."""
    at = ("--node", members_node)
    assert "updated" in run("offers", "renew", offer, "--until", "2099-12-31", *at).stdout
    assert "is past" in run("offers", "renew", offer, "--until", "2020-01-01", *at, status=1).output
    run("offers", "renew", offer, "--until", "soon", *at, status=1)
    assert "no offer or need" in run(
        "offers", "renew", f"{offer}x", "--until", "2099-12-31", *at, status=1
    ).output  # fmt: skip
    (row,) = [row for row in resources_of(members_node, "offer") if row["iri"] == offer]
    assert json.loads(row["wire"])["endTime"] == "2099-12-31T22:59:59Z"
