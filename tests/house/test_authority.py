"""Every path by which a thing can arrive asks ``federation.authority`` (FEP-fe34).

The tables name the modules that read from other servers and those that write what was read. A
module that begins to do either fails here until it stands in the table, with the rule it asks.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.house.source_tree import ROOT, python_files

#: Who reads documents of other servers, and the rule that says whether one may be believed.
READERS = {
    "federation/oauth_clients.py": "same_iri",
    "federation/collection_reader.py": "same_origin",
    "federation/key_documents.py": "read_actor",
    "federation/webfinger.py": "same_iri",
    # Shown to who asked, with what vouches for it; nothing is kept.
    "node/cli/lookup.py": "check_fetched",
    "node/endpoints/proxy_post.py": "check_peer",
    "node/desk/follow_address.py": "read_actor",
    "node/desk/show_interest.py": "check_fetched",
    "node/endpoints/passing_actor.py": "read_actor",
    "node/workers/catch_up.py": "check_member_claim",
    "node/workers/synchronize_followers.py": "same_origin",
    # These two hand what they read to receiving, which is below.
    "node/workers/process_inbox.py": "dispatch",
    "node/workers/recheck.py": "recheck",
}
#: Who takes in what was read, was posted or stands in something else, and the rule.
TAKERS = {
    "node/receiving/add.py": "check_claim",
    "node/receiving/announce.py": "ingest_fetched",
    "node/receiving/create.py": "check_read",
    "node/receiving/delete.py": "withdraw_foreign",
    "node/receiving/ingest_proved.py": "prover_of",
    "node/receiving/recheck_resource.py": "check_read",
    "node/receiving/remove.py": "same_origin",
    "node/receiving/update.py": "check_claim",
    "node/workers/catch_up.py": "own_copy",
}
#: The only modules that write resources: one for theirs, one for what its author hands in.
WRITERS = {
    "node/receiving/batch.py",
    "node/publishing/publish_documents.py",
    "node/storage/resources.py",
}
#: The only ones that let a batch write; the first is where all others meet.
SAVERS = {
    "node/receiving/ingest_resource.py": {"check_embedded_object", "check_tombstone"},
    "node/receiving/recheck_resource.py": {"check_read"},
}


@cache
def calls(path: Path) -> frozenset[str]:
    """Return the names of what a module calls, of methods with and without their object."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Call):
            whole = ast.unparse(node.func)
            found |= {whole, whole.rpartition(".")[2]}
    return frozenset(found)


def callers(*names: str) -> set[str]:
    """Return the modules of the program that call one of *names*."""
    modules = [path for path in python_files() if path.parts[0] in ("federation", "node")]
    return {str(path) for path in modules if calls(path) & set(names)}


def test_whoever_reads_from_another_server_is_known():
    """No other module fetches documents."""
    assert callers("fetch_document") == READERS.keys()


def test_whoever_takes_things_in_is_known():
    """No other module takes in or removes what is of others."""
    assert callers("ingest", "ingest_fetched", "ingest_proved", "withdraw_foreign") == TAKERS.keys()


@pytest.mark.parametrize(("place", "rule"), [*READERS.items(), *TAKERS.items()])
def test_each_of_them_asks(place, rule):
    """A module that reads or takes in calls its rule."""
    assert rule in calls(Path(place))


def test_nothing_else_writes_resources():
    """What is written is checked where all paths meet, or is of this node."""
    assert callers("save_versions") == WRITERS
    assert callers("batch.save") == SAVERS.keys()
    for place, rules in SAVERS.items():
        assert rules <= calls(Path(place))


def test_only_an_authors_own_things_are_published():
    """Form, sheet and command end in one check of the address: it is of this node."""
    assert callers("identity_findings") == {"node/publishing/prepare_documents.py"}
    assert callers("write_prepared") <= callers("prepare_documents")


def test_verified_activities_are_made_in_one_place():
    """The journal takes nothing else, and only the verifier makes one."""
    assert callers("VerifiedActivity") == {"federation/verify_activity.py"}
