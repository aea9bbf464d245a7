import json
from pathlib import Path

from node.storage import tables
from tests.integration.cli.conftest import BASE_URL, Run, resources_of, rows_of


def test_a_token_is_told_once(run: Run, node: Path) -> None:
    """What is kept is a hash; the list tells all but the token."""
    made = run(
        "tokens", "create", "--name", "Courses", "--scope", "publish", "--scope", "read",
        "--by", "Kari", "--node", node,
    )  # fmt: skip
    secret = made.stdout.splitlines()[0]
    listed = run("tokens", "list", "--node", node)
    (row,) = rows_of(node, tables.access_tokens.select())

    assert secret.startswith("skg_")
    assert len(secret) > 40
    assert secret not in str(dict(row))
    assert secret not in listed.stdout
    assert "Courses, valid until" in listed.stdout
    assert "by Kari" in listed.stdout
    assert (row["scopes"], row["actor"]) == ("publish read", f"{BASE_URL}/cluster")


def test_a_token_is_revoked_once(run: Run, node: Path) -> None:
    """The second time says so; an unknown id fails with what to do."""
    created = ("tokens", "create", "--name", "Courses", "--scope", "read", "--node", node, "--json")
    made = json.loads(run(*created).stdout)
    first = run("tokens", "revoke", made["id"], "--node", node)
    again = json.loads(run("tokens", "revoke", made["id"], "--node", node, "--json").stdout)
    (entry,) = json.loads(run("tokens", "list", "--node", node, "--json").stdout)
    unknown = run("tokens", "revoke", "none", "--node", node, status=1)

    assert "is revoked" in first.stdout
    assert again == {"id": made["id"], "revoked": False}
    assert entry["state"] == "revoked"
    assert "token" not in entry
    assert "tokens list" in unknown.stderr


def test_a_token_is_for_an_actor_of_the_node(run: Run, members_node: Path) -> None:
    """A member's address is taken, a stranger's is not; scope and days are checked."""
    member = resources_of(members_node, "member")[0]["iri"]
    create = ("tokens", "create", "--name", "x", "--node", members_node)
    made = json.loads(run(*create, "--scope", "publish", "--actor", member, "--json").stdout)

    assert made["actor"] == member
    for wrong in (
        ("--scope", "publish", "--actor", "https://elsewhere.example/members/1"),
        ("--scope", "everything"),
        ("--scope", "read", "--days", "4000"),
    ):
        assert "Error:" in run(*create, *wrong, status=1).stderr
