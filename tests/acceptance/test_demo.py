"""The demonstration as processes, driven from outside by HTTP and by commands."""

import json
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.demo_actions import (
    IMPORTED,
    offer,
    public_members,
    publish_file,
    publish_many,
)
from tests.acceptance.running_demo import (
    Demo,
    DemoNode,
    children_of,
    get,
    is_running,
    run,
    three_free_ports,
    until,
)

pytestmark = pytest.mark.xdist_group("demo")

KX = "https://w3id.org/skagerrak/ns#"
PROV = "http://www.w3.org/ns/prov#"

ACTIVITY = "application/activity+json"


@pytest.fixture(scope="module")
def whole_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Give the demonstration of this module, started once."""
    demo = Demo(folder=tmp_path_factory.mktemp("acceptance") / "demo", base_port=three_free_ports())
    try:
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def demo(whole_demo: Demo) -> Demo:
    """Give the running demonstration, whatever the test before did to it."""
    if whole_demo.process is None:
        whole_demo.start()
        print(f"\ndemo ready after {whole_demo.seconds:.1f} s")
    return whole_demo


def test_ready_names_the_nodes(demo: Demo) -> None:
    """One JSON object as the public contract has it, and nothing else on standard output."""
    assert demo.said["ready"] is True
    fields = {"name", "url", "actor", "desk_url", "dir", "pid"}
    assert [set(told) for told in demo.said["nodes"]] == [fields] * 3
    assert [node.url for node in demo.nodes] == [
        f"http://localhost:{demo.base_port + offset}" for offset in range(3)
    ]
    for node, told in zip(demo.nodes, demo.said["nodes"], strict=True):
        assert told["actor"] == f"{node.url}/cluster"
        assert told["desk_url"].startswith(f"{node.url}/login?link=")
        assert is_running(node.pid)
        assert node.folder.is_relative_to(demo.folder)


def test_every_public_member_is_on_all_three(demo: Demo) -> None:
    """59 + 40 + 998 are imported; those that may be shown are in each node's graph and lists."""
    counts = public_members(demo.base_port)
    assert {slug: total for slug, (total, _) in counts.items()} == IMPORTED
    homes = {node.folder.name: node for node in demo.nodes}
    for slug, (_, public) in counts.items():
        home = homes[slug]
        assert home.get_json("/members")["totalItems"] == public
        for node in demo.nodes:
            assert len(node.documents(f"{home.url}/members/")) == public, (node.name, slug)
    total = sum(public for _, public in counts.values())
    for node in demo.nodes:
        assert str(total) in node.get("/members?lang=en")[1].replace(",", "").replace(" ", "")


@pytest.mark.parametrize("segment", ["offers", "needs", "cases", "practices", "events"])
def test_what_each_publishes_is_on_the_others(demo: Demo, segment: str) -> None:
    """Pages and SPARQL of each node have the things of the others, with origin and provenance."""
    for home in demo.nodes:
        total = home.get_json(f"/{segment}")["totalItems"]
        assert total, f"{home.name} publishes {segment}"
        own = home.documents(f"{home.url}/{segment}/")
        assert len(own) >= total
        for other in demo.nodes:
            if other is home:
                continue
            held = other.documents(f"{home.url}/{segment}/")
            assert held == own
            iri = sorted(held)[0]
            status, page = other.get(f"/resource?iri={iri}")
            assert status == 200
            assert iri in page
            assert home.name in page
            _, listed = other.get(f"/{segment}?origin={home.host}")
            assert home.name in listed
            _check_provenance(other, home, iri)


def _check_provenance(node: DemoNode, home: DemoNode, iri: str) -> None:
    graph = f"{node.url}/provenance"
    rows = node.select(
        f"SELECT ?who ?how ?method WHERE {{ GRAPH <{graph}> {{ <{iri}> "
        f"<{PROV}wasAttributedTo> ?who ; <{KX}authenticatedBy> ?how ; "
        f"<{KX}verificationMethod> ?method }} }}"
    )
    assert [row["who"] for row in rows] == [home.actor]
    assert rows[0]["how"] in (f"{KX}Fetch", f"{KX}HttpSignature")
    assert rows[0]["method"].startswith(home.url)


def _arrival(demo: Demo, home: DemoNode, iri: str, text: str) -> float:
    """Return when pages and SPARQL of all other nodes have *text* of *iri*."""

    def everywhere() -> bool:
        return all(
            node.says(iri, text) and text in node.get(f"/resource?iri={iri}")[1]
            for node in demo.nodes
            if node is not home
        )

    return until(everywhere, f"{text!r} is everywhere")


def test_a_published_offer_travels_in_seconds(demo: Demo, tmp_path: Path) -> None:
    """Published, updated and withdrawn by command, it is so on the two others too.

    Times are printed, not asserted: machines differ.
    """
    home = demo.nodes[0]
    made = publish_file(home, tmp_path, offer("Prøvetur med elferge"))
    assert (made["change"], made["version"], made["deliveries"]) == ("created", 1, 2)
    times = {"published": _arrival(demo, home, made["id"], "Prøvetur med elferge")}
    activity = json.loads(home.get(made["activity"].removeprefix(home.url), "*/*")[1])
    assert activity["type"] == "Create"
    for node in demo.nodes[1:]:
        assert "Prøvetur med elferge" in node.get("/offers")[1]
        _check_provenance(node, home, made["id"])

    changed = publish_file(home, tmp_path, offer("Dagstur med elferge", id=made["id"]))
    assert (changed["change"], changed["version"]) == ("updated", 2)
    times["updated"] = _arrival(demo, home, made["id"], "Dagstur med elferge")

    assert home.command("withdraw", made["id"]).returncode == 0

    def gone() -> bool:
        return all(
            node.get(f"/resource?iri={made['id']}")[0] == 410
            and not node.says(made["id"], "elferge")
            for node in demo.nodes[1:]
        )

    times["withdrawn"] = until(gone, "it is withdrawn everywhere")
    until(lambda: not home.says(made["id"], "elferge"), "it is gone at home")
    status, body = home.get(made["id"].removeprefix(home.url), "application/activity+json")
    assert (status, json.loads(body)["type"]) == (410, "Tombstone")
    told = ", ".join(f"{what} after {seconds:.2f} s" for what, seconds in times.items())
    print(f"\non the two others, counted from the end of the command: {told}")


def _is_done(node: DemoNode) -> bool:
    """Whether nothing of *node* waits to be delivered."""
    return not _count(node, "deliveries", WAITING)


def _count(node: DemoNode, table: str, condition: str, *values: str) -> int:
    """Return how many rows of *table* in the database of *node* meet *condition*."""
    query = f"SELECT count(*) FROM {table} WHERE {condition}"  # noqa: S608  # both are ours
    with closing(sqlite3.connect(node.folder / "skagerrak.db", timeout=30)) as database:
        return int(database.execute(query, values).fetchone()[0])


WAITING = "state = 'waiting'"


def test_a_killed_node_misses_nothing(demo: Demo, tmp_path: Path) -> None:
    """Killed while the others publish, it has all of it once when it is served again."""
    first, second, victim = demo.nodes
    made: list[str] = []
    writers = [
        threading.Thread(
            target=lambda node=node: made.extend(
                publish_many(node, [f"Under strømbrudd {n} fra {node.name}" for n in range(10)])
            )
        )
        for node in (first, second)
    ]
    begun = _count(first, "outbox", "true")
    for writer in writers:
        writer.start()
    until(lambda: _count(first, "outbox", "true") > begun, "publishing has begun")
    demo.take_over(victim, signal.SIGKILL)
    for writer in writers:
        writer.join()
    assert len(made) == 20
    own = publish_file(victim, tmp_path, offer("Skrevet uten strøm"))
    started = time.monotonic()
    demo.serve(victim)
    up = time.monotonic() - started
    until(lambda: all(victim.says(iri, "strømbrudd") for iri in made), "all is there")
    caught_up = time.monotonic() - started
    arrival = _arrival(demo, victim, own["id"], "Skrevet uten strøm")
    print(
        f"\nserved again after {up:.1f} s, has all after {caught_up:.1f} s, "
        f"what it published while down is on the others after {arrival:.1f} s more"
    )
    # What still waits for it is sent now, and changes nothing more.
    for node in (first, second):
        assert node.command("peers", "retry", victim.host).returncode == 0
        until(partial(_is_done, node), f"{node.name} is done")
    until(lambda: not _count(victim, "inbox", WAITING), "all is taken in")
    changes = {iri: _count(victim, "change_log", "iri = ?", iri) for iri in made}
    assert changes == dict.fromkeys(made, 1)
    for node in (first, second):
        assert all(node.says(iri, "strømbrudd") for iri in made)
    with closing(sqlite3.connect(victim.folder / "skagerrak.db", timeout=30)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_serve_is_refused(demo: Demo) -> None:
    """It names the process that serves the node; other commands work beside it."""
    node = demo.nodes[1]
    refused = node.command("serve")
    assert refused.returncode == 1
    assert str(node.pid) in refused.stderr
    assert "Error" in refused.stderr
    assert "stop that process" in refused.stderr
    assert node.command("peers").returncode == 0
    assert node.ready()


def test_a_rebuilt_graph_is_the_same(demo: Demo) -> None:
    """``rebuild`` beside the running node gives the hash it had."""
    done = demo.nodes[0].command("rebuild", "--json")
    assert done.returncode == 0, done.stderr
    hashes = json.loads(done.stdout)
    assert hashes["before"] == hashes["after"]
    assert len(hashes["after"]) == 64


def test_a_damaged_graph_store_recovers(demo: Demo) -> None:
    """Without its CURRENT file the graph is made anew from SQL, and the operator is told."""
    node = demo.nodes[2]
    before = node.documents("http://localhost:")
    demo.take_over(node, signal.SIGTERM)
    (node.folder / "graph" / "CURRENT").unlink()
    output = demo.serve(node)
    until(lambda: node.documents("http://localhost:") == before, "the graph is whole again")
    assert "damaged" in output.read_text()
    assert "Nothing is lost" in output.read_text()
    hashes = json.loads(node.command("rebuild", "--json").stdout)
    assert hashes["before"] == hashes["after"]


def test_a_lost_graph_is_made_anew(demo: Demo) -> None:
    """Store and snapshots may be deleted while the node is down."""
    node = demo.nodes[2]
    before = node.documents("http://localhost:")
    demo.take_over(node, signal.SIGTERM)
    for name in ("graph", "graph-snapshots"):
        shutil.rmtree(node.folder / name)
    demo.serve(node)
    until(lambda: node.documents("http://localhost:") == before, "the graph is whole again")


def test_queries_by_command(demo: Demo) -> None:
    """``query`` asks the running node; a bad one says where it is wrong, exit code 1."""
    node = demo.nodes[0]
    asked = node.command("query", "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert asked.returncode == 0
    assert int(asked.stdout.split()[1]) > 1_000
    wrong = node.command("query", "SELECT ?x WHERE { ?x a }")
    assert wrong.returncode == 1
    assert "line 1" in wrong.stderr.lower()
    refused = node.command("query", "DELETE WHERE { ?s ?p ?o }")
    assert refused.returncode == 1
    assert "Error" in refused.stderr
    assert "Traceback" not in wrong.stderr + refused.stderr


def test_an_unreachable_peer_is_named(demo: Demo) -> None:
    """``follow`` of a server that is not there says so and what to do."""
    node = demo.nodes[0]
    for address in (
        f"@nobody@localhost:{demo.base_port + 1}",
        "@nobody@nowhere.invalid",
        "nonsense",
    ):
        failed = node.command("follow", address)
        assert failed.returncode == 1, address
        assert failed.stderr.startswith("Error: "), failed.stderr
        assert "Traceback" not in failed.stderr
        assert len(failed.stderr.strip().splitlines()) >= 2, f"no remedy: {failed.stderr}"
    assert {peer["followed"] for peer in json.loads(node.command("peers", "--json").stdout)} == {
        "accepted"
    }


def test_a_broken_spreadsheet_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    """The command says what is wrong with the file, and the node's members stay as they are."""
    node = demo.nodes[0]
    before = node.get_json("/members")["totalItems"]
    garbage, headless = tmp_path / "members.xlsx", tmp_path / "members.csv"
    garbage.write_bytes(b"PK\x03\x04 this is no workbook")
    headless.write_text("one;two;three\n1;2;3\n")
    for path in (garbage, headless, tmp_path / "missing.csv"):
        failed = node.command("members", "import", path)
        assert failed.returncode == 1, path
        said = failed.stdout + failed.stderr
        assert "Traceback" not in said
        assert path.name in said or "heading" in said.lower(), said
    assert node.get_json("/members")["totalItems"] == before


def test_an_unknown_setting_stops_the_start(demo: Demo, tmp_path: Path) -> None:
    """It is named with its place and the nearest known one, in the file and in the environment."""
    folder = tmp_path / "node"
    shutil.copytree(demo.nodes[0].folder, folder, ignore=shutil.ignore_patterns("graph*", "*.sock"))
    settings = folder / "skagerrak.toml"
    settings.write_text(settings.read_text().replace("base_url", "base_ulr"))
    failed = run("serve", "--node", folder)
    assert failed.returncode == 1
    assert "base_ulr" in failed.stderr
    assert "base_url" in failed.stderr
    assert "skagerrak.toml" in failed.stderr
    failed = run("settings", "--node", demo.nodes[0].folder, SKAGERRAK_HTTP_PROT="1")
    assert failed.returncode == 1
    assert "SKAGERRAK_HTTP_PROT" in failed.stderr
    assert "SKAGERRAK_HTTP_PORT" in failed.stderr


def test_a_taken_port_is_named(demo: Demo, tmp_path: Path) -> None:
    """Another demonstration on these ports, and another node on one, are refused."""
    failed = run("demo", "--dir", tmp_path / "demo", "--base-port", str(demo.base_port))
    assert failed.returncode == 1
    assert str(demo.base_port) in failed.stderr
    assert "--base-port" in failed.stderr
    assert not (tmp_path / "demo").exists()
    url = f"http://localhost:{demo.base_port}"
    made = run(
        "init", tmp_path / "n", "--base-url", url, "--name", "N", "--port", str(demo.base_port)
    )
    assert made.returncode == 0, made.stderr
    failed = run("serve", "--node", tmp_path / "n")
    assert failed.returncode == 1
    assert str(demo.base_port) in failed.stderr
    assert "http.port" in failed.stderr


def test_an_unsigned_post_is_refused(demo: Demo) -> None:
    """401, for both inboxes."""
    node = demo.nodes[0]
    like = {"id": "http://x.example/1", "type": "Like", "actor": "http://x.example/a"}
    for inbox in ("/inbox", "/cluster/inbox"):
        status, body = get(node.url + inbox, "*/*", json.dumps(like).encode(), ACTIVITY)
        assert status == 401, body


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demonstration_ends_cleanly_and_starts_again(
    demo: Demo, number: signal.Signals
) -> None:
    """A signal ends it and all that it started; on its own data it is ready again."""
    pids = [told["pid"] for told in demo.said["nodes"]]
    everyone = pids + children_of(pids)
    before = demo.nodes[0].documents("http://localhost:")
    started = time.monotonic()
    assert demo.stop(number) == 0
    print(f"\nended {time.monotonic() - started:.1f} s after {number.name}")
    until(lambda: not any(map(is_running, everyone)), "all processes have ended", 10)
    written = {path.name for path in demo.folder.parent.iterdir()}
    assert {name.split(".")[0] for name in written} <= {"demo", "digin", "infinit", "scd"}
    demo.start()
    print(f"ready again after {demo.seconds:.1f} s")
    assert demo.nodes[0].documents("http://localhost:") == before
    assert not set(pids) & {node.pid for node in demo.nodes}
