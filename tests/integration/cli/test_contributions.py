"""``revisions``, ``collaborations`` and ``fork``, as a person runs them on a node of their own."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from node.node_folder import NodeFolder
from node.storage import actors, contributions, resources, tables
from node.storage.contributions import ContributionRow
from node.storage.resource_rows import ResourceRow
from tests.integration.cli.conftest import BASE_URL, Run, rows_of
from tests.integration.nodes.contributing import case, collaboration
from tests.integration.storage.samples import THEIRS, moment, remote_actor
from vocab.classes import ResourceClass
from vocab.wire_object import wire_text

Wire = dict[str, Any]
CLUSTER = f"{THEIRS}/cluster"


def change(folder: Path, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    """Change the database of a node that does not run."""

    async def changed() -> None:
        async with NodeFolder.read(folder).open_database() as opened, opened.transaction() as begun:
            await work(begun)

    asyncio.run(changed())


def held(folder: Path, document: Wire, kind: str, klass: ResourceClass) -> str:
    """Let the node hold a work of another cluster, as if it had come; return its IRI."""
    iri = f"{THEIRS}/{klass}s/1"
    whole = {
        "type": "Article", "kind": kind, "id": iri, "attributedTo": CLUSTER, "version": "1.0.0",
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "published": "2026-11-23T10:00:00Z",
        "contributor": [CLUSTER], "license": "https://creativecommons.org/licenses/by/4.0/",
        "name": "Tittel", "summary": "Kort fortalt.", "content": "<p>Langt.</p>",
    } | document  # fmt: skip
    row = ResourceRow(
        iri=iri, klass=klass, local=False, host="infinit.example", owner=CLUSTER,
        audience="public", state="published", version=1, wire=wire_text(whole),
        title="Tittel", published_at=moment(1), updated_at=moment(1),
    )  # fmt: skip

    async def come(connection: AsyncConnection) -> None:
        inbox = f"{CLUSTER}/inbox"
        await actors.save_remote(connection, remote_actor(CLUSTER, inbox=inbox), [])
        await resources.save_versions(connection, [row], {})

    change(folder, come)
    return iri


def received(folder: Path, **said: Any) -> None:
    """Let a contribution wait for the desk, as if it had come."""
    common: dict[str, Any] = {
        "sent": False,
        "partner": CLUSTER,
        "host": "infinit.example",
        "activity": f"{THEIRS}/activities/1",
        "created_at": moment(5),
    }
    row = ContributionRow(**(common | said))

    async def come(connection: AsyncConnection) -> None:
        inbox = f"{CLUSTER}/inbox"
        await actors.save_remote(connection, remote_actor(CLUSTER, inbox=inbox), [])
        await contributions.add(connection, row)

    change(folder, come)


def sent_bodies(folder: Path) -> list[Wire]:
    """Return the private activities of the node, in order."""
    outbox = tables.outbox
    query = outbox.select().where(outbox.c.audience == "private").order_by(outbox.c.seq)
    return [json.loads(row["body"]) for row in rows_of(folder, query)]


def publish(run: Run, node: Path, folder: Path, document: Wire, klass: str) -> str:
    path = folder / f"{klass}.json"
    path.write_text(json.dumps(document | {"class": klass}), encoding="utf-8")
    return str(json.loads(run("publish", path, "--node", node, "--json").stdout)["id"])


@pytest.fixture
def own_case(run: Run, node: Path, tmp_path: Path) -> str:
    """Publish a case and let a revision of it wait."""
    iri = publish(run, node, tmp_path, case("Egen"), "case")
    document = json.loads(rows_of(node, tables.resources.select())[-1]["wire"])
    draft = document | {"id": f"{THEIRS}/drafts/1", "trl": 7, "problem": {"nb": "Et nytt problem."}}
    received(
        node, id="k7f2q9xa", kind="revision", about=iri, draft=draft["id"], base_version=1,
        wire=json.dumps(draft), message="Se her",
    )  # fmt: skip
    return iri


def test_a_proposal_goes_to_its_home(run: Run, node: Path, tmp_path: Path) -> None:
    """``start`` writes the work, ``propose`` sends what was changed, ``withdraw`` takes it back."""
    iri = held(node, case("Andres"), "BusinessCase", ResourceClass.CASE)
    file = tmp_path / "case.json"
    run("revisions", "start", iri, file, "--node", node)
    run("revisions", "start", iri, file, "--node", node, status=1)
    document = json.loads(file.read_text("utf-8"))
    assert document["updated"] == "2026-11-23T10:00:00Z"
    file.write_text(json.dumps(document | {"trl": 4}), encoding="utf-8")
    command = ("revisions", "propose", iri, file, "--node", node, "--message", "Prøvd", "--json")
    made = json.loads(run(*command, "--by", "Ada").stdout)
    assert (made["state"], made["partner"], made["who"]) == ("open", CLUSTER, "Ada")
    run("revisions", "withdraw", made["id"], "--node", node)

    offer, undo = sent_bodies(node)
    assert (offer["type"], offer["to"], offer["content"]) == ("Offer", [CLUSTER], "<p>Prøvd</p>")
    assert offer["object"]["id"] == f"{BASE_URL}/drafts/{made['id']}"
    assert offer["object"]["trl"] == 4
    assert (undo["type"], undo["object"]["id"]) == ("Undo", offer["id"])
    assert "withdrawn" in run("revisions", "list", "--node", node).stdout
    assert "No revision" not in run("revisions", "list", "--node", node).stdout
    assert json.loads(run("revisions", "list", "--waiting", "--node", node, "--json").stdout) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('licence = "x"', "licence"),
        ('license = "https://evil.example/"', "license"),
        ('version = "3.0.0"', "version"),
        ("[problem]\nnb = 'Teknikerne glemte det de lærte.'", "changes nothing"),
        ("trl = 12", "TRL"),
        ('participant = "org:NO:900407939"', "900407939"),
    ],
)
def test_what_cannot_be_proposed_is_said_at_once(
    run: Run, node: Path, tmp_path: Path, text: str, said: str
) -> None:
    """Nothing is sent: an unknown key, what the home says, no change, what the shapes refuse."""
    iri = held(node, case("Andres"), "BusinessCase", ResourceClass.CASE)
    file = tmp_path / "change.toml"
    file.write_text(text, encoding="utf-8")
    result = run("revisions", "propose", iri, file, "--node", node, status=1)
    assert said in result.output
    assert sent_bodies(node) == []


def test_a_work_that_is_not_held_cannot_be_revised(run: Run, node: Path, tmp_path: Path) -> None:
    """One is told to follow its cluster; one's own is published."""
    file = tmp_path / "change.toml"
    file.write_text("trl = 3", encoding="utf-8")
    result = run("revisions", "propose", f"{THEIRS}/cases/9", file, "--node", node, status=1)
    assert "Follow its cluster" in result.output
    own = publish(run, node, tmp_path, case("Egen"), "case")
    result = run("revisions", "propose", own, file, "--node", node, status=1)
    assert "skagerrak publish" in result.output


def test_the_desk_sees_and_accepts(run: Run, node: Path, own_case: str) -> None:
    """In two columns with the words marked; who decided is written down."""
    shown = run("revisions", "show", "k7f2q9xa", "--node", node).stdout
    assert "── problem.nb" in shown
    assert "[-Teknikerne" in shown
    assert "{+Et nytt" in shown
    assert "“Se her”" in shown
    found = json.loads(run("revisions", "show", "k7f2q9xa", "--node", node, "--json").stdout)
    assert [field["field"] for field in found["fields"]] == ["problem.nb", "trl"]
    taken = ("--take", "trl=current", "--by", "Kari", "--json")
    done = json.loads(run("revisions", "accept", "k7f2q9xa", "--node", node, *taken).stdout)
    assert (done["change"], done["id"]) == ("updated", own_case)
    (row,) = rows_of(node, tables.contributions.select())
    assert (row["state"], row["decided_by"]) == ("accepted", "Kari")
    (accept,) = sent_bodies(node)
    assert (accept["type"], accept["to"], accept["result"]) == ("Accept", [CLUSTER], own_case)
    again = run("revisions", "accept", "k7f2q9xa", "--node", node, status=1)
    assert "It is accepted" in again.output


def test_conflicts_are_listed(run: Run, node: Path, tmp_path: Path, own_case: str) -> None:
    """With what to write; a place that there is not is said too."""
    changed = case("Egen", id=own_case, problem={"nb": "Noe helt annet."})
    publish(run, node, tmp_path, changed, "case")
    assert "CONFLICT" in run("revisions", "show", "k7f2q9xa", "--node", node).stdout
    result = run("revisions", "accept", "k7f2q9xa", "--node", node, status=1)
    assert "problem.nb" in result.output
    assert "--take problem.nb=proposed" in result.output
    wrong = ("--take", "problem.xx=proposed")
    result = run("revisions", "accept", "k7f2q9xa", "--node", node, *wrong, status=1)
    assert "problem.xx" in result.output
    run("revisions", "accept", "k7f2q9xa", "--node", node, "--take", "nonsense", status=2)


def test_declining_needs_a_reason(run: Run, node: Path, own_case: str) -> None:
    """Which the proposer reads, and nothing else changes."""
    run("revisions", "decline", "k7f2q9xa", "--node", node, status=2)
    run("revisions", "decline", "k7f2q9xa", "--reason", "Ikke <nå>.", "--node", node)
    (reject,) = sent_bodies(node)
    assert (reject["type"], reject["content"]) == ("Reject", "<p>Ikke &lt;nå&gt;.</p>")
    assert "Ikke <nå>." in run("revisions", "list", "--node", node).stdout
    nothing = run("revisions", "decline", "nothing", "--reason", "x", "--node", node, status=1)
    assert "revisions list" in nothing.output


def test_what_a_stranger_wrote_does_not_steer_the_terminal(run: Run, node: Path) -> None:
    """Control characters are not printed."""
    iri = held(node, case("Andres"), "BusinessCase", ResourceClass.CASE)
    received(node, id="abc", kind="join", about=iri, message="Hei\x1b[2J\r\nder\x07")
    shown = run("collaborations", "requests", "--node", node).stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "Hei" in shown


def test_joining_and_leaving_are_asked_of_the_home(
    run: Run, members_node: Path, tmp_path: Path
) -> None:
    """A company is named by its number; one that is not shown on the web is not named."""
    node = members_node
    iri = held(node, collaboration("Felles"), "Collaboration", ResourceClass.COLLABORATION)
    members = [row for row in rows_of(node, tables.resources.select()) if row["class"] == "member"]
    shown = next(row for row in members if row["audience"] == "public")
    hidden = next(row for row in members if row["audience"] == "private")
    refused = ("collaborations", "join", iri, "--member", hidden["iri"], "--node", node)
    assert "shows on the web" in run(*refused, status=1).output
    number = f"org:{shown['organisation_number']}"
    asked = run(
        "collaborations", "join", iri, "--member", number, "--message", "Gjerne", "--node", node
    )
    assert "Asked as" in asked.stdout
    assert (
        "asked already"
        in run("collaborations", "join", iri, "--member", number, "--node", node, status=1).output
    )
    run("collaborations", "leave", iri, "--node", node)
    join, leave = sent_bodies(node)
    assert (join["type"], join["participant"]) == ("Join", shown["iri"])
    assert (leave["type"], leave["object"], "participant" in leave) == ("Leave", iri, False)


def test_the_desk_lets_in_and_finishes(run: Run, node: Path, tmp_path: Path) -> None:
    """The collaboration names who came; at its end it names the case."""
    iri = publish(run, node, tmp_path, collaboration("Felles"), "collaboration")
    company = f"{THEIRS}/members/1"
    received(node, id="q1", kind="join", about=iri, member=company)
    received(node, id="q2", kind="join", about=iri, activity=f"{THEIRS}/activities/2")
    run("collaborations", "accept", "q1", "--node", node, "--by", "Kari")
    run("collaborations", "decline", "q2", "--reason", "Fullt.", "--node", node)
    made = publish(run, node, tmp_path, case("Kom ut av det"), "case")
    finished = json.loads(
        run("collaborations", "finish", iri, "--case", made, "--node", node, "--json").stdout
    )
    assert [entry["id"] for entry in finished] == [iri]
    query = tables.resources.select().where(tables.resources.c.iri == iri)
    document = json.loads(rows_of(node, query)[0]["wire"])
    assert document["participant"] == ["https://companies.example/verft", company]
    assert document["contributor"] == [f"{BASE_URL}/cluster", CLUSTER]
    assert (document["stage"], document["resultedIn"]) == ("ended", [made])
    assert document["audienceLevel"] == "network"


def test_a_fork_is_a_draft_of_ones_own(run: Run, node: Path, tmp_path: Path) -> None:
    """It waits with the other drafts and is published under its own address."""
    iri = held(node, case("Andres"), "BusinessCase", ResourceClass.CASE)
    done = json.loads(run("fork", iri, "--node", node, "--json").stdout)
    assert (done["change"], done["id"].startswith(f"{BASE_URL}/cases/")) == ("drafted", True)
    run("publish", "--drafts", tmp_path / "drafts", "--node", node)
    (file,) = (tmp_path / "drafts").iterdir()
    document = json.loads(file.read_text("utf-8"))
    assert document["derivedFrom"] == [iri]
    assert document["contributor"] == [CLUSTER, f"{BASE_URL}/cluster"]
    published = json.loads(run("publish", file, "--node", node, "--json").stdout)
    assert (published["change"], published["id"]) == ("created", done["id"])
    assert "no case" in run("fork", f"{THEIRS}/cases/9", "--node", node, status=1).output
