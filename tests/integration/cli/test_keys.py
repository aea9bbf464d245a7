"""``skagerrak keys``: what the node's actors sign with, and how it is replaced."""

import json
from pathlib import Path
from typing import Any

from node.storage import tables
from tests.integration.cli.conftest import BASE_URL, Run, resources_of, rows_of

CLUSTER, INSTANCE = f"{BASE_URL}/cluster", f"{BASE_URL}/instance"


def states(run: Run, node: Path) -> dict[str, str]:
    listed = json.loads(run("keys", "list", "--node", node, "--json").stdout)
    return {key["id"]: key["state"] for key in listed}


def test_every_key_is_listed_and_no_private_one(run: Run, node: Path) -> None:
    """Two keys for each actor; the words say what they are good for."""
    assert set(states(run, node).values()) == {"current"}
    shown = run("keys", "list", "--node", node).stdout
    assert len(shown.splitlines()) == 4
    assert f"{CLUSTER}#ed25519-key: Ed25519, signs since" in shown
    everything = run("keys", "list", "--node", node, "--json").stdout
    assert "PRIVATE" not in everything


def test_rotating_replaces_the_keys_of_cluster_and_instance(run: Run, node: Path) -> None:
    """The old ones are former for as long as set; a second time makes a third key."""
    shown = run("keys", "rotate", "--node", node).stdout
    assert f"{CLUSTER}#main-key-2, {CLUSTER}#ed25519-key-2 sign from now on" in shown
    found = states(run, node)
    assert found[f"{CLUSTER}#main-key"] == found[f"{INSTANCE}#ed25519-key"] == "former"
    assert found[f"{CLUSTER}#main-key-2"] == "current"
    run("keys", "rotate", "--node", node, "--kind", "ed25519", "--actor", CLUSTER)
    found = states(run, node)
    assert f"{CLUSTER}#main-key-3" not in found
    assert found[f"{CLUSTER}#ed25519-key-3"] == "current"
    assert f"{INSTANCE}#ed25519-key-3" not in found


def test_revoking_ends_every_key_before(run: Run, node: Path) -> None:
    """Also one that was replaced earlier and would be valid yet; no private half is left."""
    run("keys", "rotate", "--node", node, "--kind", "rsa", "--actor", CLUSTER)
    (done,) = json.loads(
        run("keys", "rotate", "--node", node, "--actor", CLUSTER, "--revoke", "--json").stdout
    )
    assert done["former_until"] is None
    assert sorted(done["revoked"]) == sorted(
        f"{CLUSTER}#{name}" for name in ("main-key", "main-key-2", "ed25519-key")
    )
    found = states(run, node)
    assert {found[key] for key in done["revoked"]} == {"revoked"}
    private = {row["key_id"]: row["private"] for row in rows_of(node, tables.keys.select())}
    assert not any(private[key] for key in done["revoked"])


def test_members_have_an_ed25519_key_from_the_beginning(run: Run, members_node: Path) -> None:
    """Their RSA keys are made by the running node; the command makes both where it is asked."""
    members = resources_of(members_node, "member")
    found = states(run, members_node)
    public = [row["iri"] for row in members if row["audience"] == "public"]
    assert public
    for iri in public:
        assert found[f"{iri}#ed25519-key"] == "current"
        assert f"{iri}#main-key" not in found
    done = json.loads(
        run(
            *("keys", "rotate", "--all-members", "--kind", "ed25519", "--json"),
            *("--node", members_node),
        ).stdout
    )
    assert {entry["actor"] for entry in done} == set(public)
    assert states(run, members_node)[f"{public[0]}#ed25519-key"] == "former"


def test_what_cannot_be_meant_is_refused_with_a_remedy(run: Run, node: Path) -> None:
    """Another's actor, both choices at once, no member at all."""
    stranger: Any = run("keys", "rotate", "--node", node, "--actor", "https://x.example", status=1)
    assert "is no actor of this node" in stranger.output
    assert "keys list" in stranger.output
    both = run("keys", "rotate", "--node", node, "--actor", CLUSTER, "--all-members", status=2)
    assert "not both" in both.output
    nobody = run("keys", "rotate", "--node", node, "--all-members", status=1)
    assert "no members yet" in nobody.output


def test_authenticity_is_told_in_words_and_as_json(run: Run, node: Path) -> None:
    """Of the cluster, which every node has; what is unknown is an error with a remedy."""
    told = run("authenticity", CLUSTER, "--node", node).stdout
    assert f"proved by {CLUSTER}#ed25519-key" in told
    found = json.loads(run("authenticity", CLUSTER, "--node", node, "--json").stdout)
    assert (found["ours"], found["proof"]["verdict"]) == (True, "valid")
    unknown = run("authenticity", "https://x.example/1", "--node", node, status=1)
    assert "knows nothing by the address" in unknown.output
