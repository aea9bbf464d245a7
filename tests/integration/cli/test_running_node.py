import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from node import control_socket
from tests.house.source_tree import ROOT
from tests.integration.cli.conftest import BASE_URL, Run, served
from tests.integration.cli.test_publish import toml_offer

COUNT = "SELECT (COUNT(?s) AS ?n) WHERE { ?s a <https://w3id.org/valueflows/ont/vf#Proposal> }"
BAD = "SELECT * WHERE {\n  ?s ?p \n}"


def serve(folder: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run ``serve`` where it cannot; return how it ended."""
    command = [sys.executable, "-m", "node", "serve", "--node", str(folder)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout
    )


def until_equal(run: Run, node: Path, query: str, wanted: str) -> None:
    """Ask until the answer's last word is *wanted*; the graph follows within a second or so."""
    end = time.monotonic() + 60
    while (answer := run("query", query, "--node", node).stdout.split()[-1]) != wanted:
        assert time.monotonic() < end, answer
        time.sleep(0.05)


def test_commands_work_beside_a_running_node_and_without(
    run: Run, node: Path, tmp_path: Path
) -> None:
    """The same query, the same errors, in words with line and column, never raw JSON."""
    with served(node):
        iri = json.loads(run("publish", toml_offer(tmp_path), "--node", node, "--json").stdout)
        until_equal(run, node, COUNT, "1")
        bad_beside = run("query", BAD, "--node", node, status=1).stderr
        refused_beside = run("query", "DROP ALL", "--node", node, status=1).stderr
        rebuilt = json.loads(run("rebuild", "--node", node, "--json").stdout)
    alone = run("query", COUNT, "--node", node, "--format", "tsv").stdout
    bad_alone = run("query", BAD, "--node", node, status=1).stderr
    rebuilt_alone = json.loads(run("rebuild", "--node", node, "--json").stdout)
    run("withdraw", iri["id"], "--node", node)

    assert alone.split() == ["?n", "1"]
    for text in (bad_beside, bad_alone):
        assert text.startswith("Error: ")
        assert "{" not in text.split("\n")[0]
        assert "Line 3" in text
    assert refused_beside
    assert rebuilt["before"] == rebuilt["after"] == rebuilt_alone["before"]
    assert rebuilt_alone["before"] == rebuilt_alone["after"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("json", "{"), ("xml", "<?xml"), ("csv", "s\n"), ("tsv", "?s\n"), (None, "s\n")],
)
def test_answers_come_in_every_format(
    run: Run, served_once: Path, form: str | None, begins: str
) -> None:
    """A table is CSV by default; each ends with a line."""
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/skagerrak/ns#Cluster> }"
    more = ("--format", form) if form else ()
    found = run("query", query, "--node", served_once, *more).stdout

    assert found.startswith(begins)
    assert found.endswith("\n")


def test_graphs_come_as_turtle(run: Run, served_once: Path) -> None:
    """Or as another syntax; a table's format for a graph is told."""
    query = "DESCRIBE <http://localhost:18099/cluster>"
    turtle = run("query", query, "--node", served_once).stdout
    triples = run("query", query, "--node", served_once, "--format", "ntriples").stdout

    assert "<http://localhost:18099/cluster>" in turtle
    assert triples.count(" .\n") > 3
    assert run("query", query, "--node", served_once, "--format", "csv", status=1).stderr


@pytest.fixture(scope="module")
def served_once(made_node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a node that has run, and so has a graph."""
    folder = Path(shutil.copytree(made_node, tmp_path_factory.mktemp("served") / "node"))
    with served(folder):
        pass
    return folder


def test_query_before_the_first_run_tells_the_remedy(run: Run, node: Path) -> None:
    """There is no graph to ask yet."""
    found = run("query", COUNT, "--node", node, status=1)

    assert "skagerrak serve" in found.stderr


def test_second_serve_is_refused(node: Path) -> None:
    """It names the first."""
    with served(node) as first:
        second = serve(node)
    assert second.returncode == 1
    assert f"already served by process {first.pid}" in second.stderr


def test_taken_port_is_told(node: Path) -> None:
    """With the setting to change; the lock is free again afterwards."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        settings = node / "skagerrak.toml"
        settings.write_text(re.sub(r"port = \d+", f"port = {port}", settings.read_text()))
        found = serve(node)
    assert found.returncode == 1
    assert f"port {port}" in found.stderr
    assert "http.port" in found.stderr
    assert "Traceback" not in found.stderr
    with served(node):
        pass


def test_a_number_that_is_none_stops_the_start(node: Path) -> None:
    """With the setting, and what to do."""
    settings = node / "skagerrak.toml"
    changed = settings.read_text().replace(
        "[cluster]", '[cluster]\norganisation_number = "123456789"'
    )
    settings.write_text(changed)
    found = serve(node)

    assert found.returncode == 1
    assert "organisation_number 123456789" in found.stderr


@pytest.mark.parametrize("command", [("members", "export", "out.csv"), ("peers",), ("serve",)])
def test_another_address_is_refused_by_every_command(
    run: Run, node: Path, command: tuple[str, ...], tmp_path: Path
) -> None:
    """What is written under a second address would never fit together again."""
    settings = node / "skagerrak.toml"
    settings.write_text(settings.read_text().replace(BASE_URL, "https://node.other.example"))
    found = serve(node) if command == ("serve",) else run(*command, "--node", node, status=1)

    assert f"begin with {BASE_URL}" in found.stderr


@pytest.mark.parametrize("command", [("peers",), ("serve",)])
def test_a_missing_database_is_not_replaced(run: Run, node: Path, command: tuple[str, ...]) -> None:
    """An empty one with new keys would be another node under the old name."""
    (node / "skagerrak.db").unlink()
    found = serve(node) if command == ("serve",) else run(*command, "--node", node, status=1)

    assert "database is missing" in found.stderr
    assert not (node / "skagerrak.db").exists()


def test_damaged_graph_is_made_anew(run: Run, node: Path, tmp_path: Path) -> None:
    """The start says so, and nothing is lost."""
    with served(node):
        run("publish", toml_offer(tmp_path), "--node", node)
        until_equal(run, node, COUNT, "1")
    for path in (node / "graph").glob("*"):
        if path.is_file():
            path.write_bytes(b"\x00broken")
    with served(node) as process:
        until_equal(run, node, COUNT, "1")
        process.terminate()
        assert process.stdout is not None
        assert "The graph was damaged" in process.stdout.read()


def test_deep_folder_has_a_socket_of_its_users_own(
    run: Run, made_node: Path, tmp_path: Path
) -> None:
    """The path of a Unix socket holds 107 bytes; a folder's may be longer."""
    deep = tmp_path / ("d" * 60) / ("e" * 60) / "node"
    shutil.copytree(made_node, deep)
    assert len(os.fsencode(deep / "control.sock")) > 107
    with served(deep):
        mode = stat.S_IMODE((deep / "control.sock").stat().st_mode)
        answer = run("query", "ASK {}", "--node", deep).stdout
    assert mode == 0o600
    assert '"boolean":true' in answer.replace(" ", "")


def _hang_up_twice(listener: socket.socket, second: threading.Thread) -> None:
    """Take one connection and end it, then let *second* do the same."""
    listener.accept()[0].close()
    second.start()


def test_deaf_node_fails_no_command(
    run: Run, node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it cannot be told is written all the same; what must be asked of it says so."""
    monkeypatch.setattr(control_socket, "WAKE_SECONDS", 0.2)
    with closing(control_socket.listening_socket(node)) as deaf:
        deaf.listen()
        done = run("publish", toml_offer(tmp_path), "--node", node)
    with closing(control_socket.listening_socket(node)) as rude:
        rude.listen()
        rude.setblocking(True)
        thread = threading.Thread(target=lambda: rude.accept()[0].close())
        probe = threading.Thread(target=_hang_up_twice, args=(rude, thread))
        probe.start()
        asked = run("query", "ASK {}", "--node", node, status=1)
        probe.join()
        thread.join()

    assert done.stdout.startswith("created: ")
    assert "does not answer" in asked.stderr


def test_peers_without_any(run: Run, node: Path) -> None:
    """An empty list says how to begin; for hosts that nobody knows nothing is tried again."""
    assert "skagerrak follow" in run("peers", "--node", node).stdout
    assert json.loads(run("peers", "--node", node, "--json").stdout) == []
    found = run("peers", "retry", "nobody.example", "--node", node, status=1)
    assert "not known here" in found.stderr
    assert "none yet" in found.stderr


def test_a_server_can_be_approved_before_it_comes(run: Run, node: Path) -> None:
    """By allow-list nobody could come otherwise; the node itself is no other server."""
    run("peers", "approve", "friend.example", "--node", node)
    (known,) = json.loads(run("peers", "--node", node, "--json").stdout)

    assert (known["host"], known["state"]) == ("friend.example", "approved")
    assert "never reached yet" in run("peers", "--node", node).stdout
    for action in ("approve", "block"):
        own = run("peers", action, BASE_URL, "--node", node, status=1)
        assert "this node itself" in own.stderr


def test_hosts_may_be_copied_from_anywhere(run: Run, node: Path) -> None:
    """An address or a handle means its host; --node may stand before the command too."""
    written = ("https://Spam.example/", "@cluster@spam.example", "spam.example", "spam.example:443")
    for host in written:
        assert "spam.example is blocked" in run("peers", "block", host, "--node", node).stdout
    assert "approved" in run("peers", "--node", node, "approve", "spam.example").stdout
    (entry,) = json.loads(run("peers", "--node", node, "--json").stdout)
    for wrong in ("", "two words", "https://", "a,b"):
        run("peers", "block", wrong, "--node", node, status=2)

    assert (entry["host"], entry["state"]) == ("spam.example", "approved")


@pytest.mark.parametrize(
    "address", ["", "nonsense", "@", "@x@", "@name@127.0.0.1", "http://localhost:1/x", "a b"]
)
def test_addresses_that_lead_nowhere_are_told(run: Run, node: Path, address: str) -> None:
    """What happened, and that nothing was changed."""
    found = run("follow", address, "--node", node, status=1)

    assert "Nothing was changed" in found.stderr
    run("follow", address, "--undo", "--node", node, status=1)
