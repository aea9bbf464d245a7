import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from node.importing.sheets import read_sheet
from node.storage import tables
from tests.house.source_tree import ROOT
from tests.integration.cli.conftest import (
    SPREADSHEETS,
    Run,
    batch_of,
    resources_of,
    rows_of,
    served,
)

DIGIN = SPREADSHEETS / "digin-medlemmer.csv"
SHEETS = {
    "digin-medlemmer.csv": (59, {10, 21, 34}),
    "infinit-medlemmer.xlsx": (40, set()),
    "scd-members.csv": (998, None),
}


def sheet(folder: Path, *rows: str, name: str = "members.csv") -> Path:
    """Write a sheet of these rows under the usual headings."""
    heading = "Org.nr.;Bedrift;Kompetanse;Tilbyr;Kontaktperson;Samtykke;Offentlig"
    path = folder / name
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SHEETS)
def test_demonstration_sheets_have_exactly_their_refusals(run: Run, node: Path, name: str) -> None:
    """A dry run tells the counts and every refused row, and changes nothing."""
    create, refused = SHEETS[name]
    country = '\n[importing]\nnace_revision = "2"\n'
    if not name.startswith("digin"):
        text = (node / "skagerrak.toml").read_text()
        (node / "skagerrak.toml").write_text(
            text.replace('country = "NO"', 'country = "DK"') + country
        )
    found = run("members", "import", SPREADSHEETS / name, "--node", node, "--dry-run", "--json")
    plan = json.loads(found.stdout)
    errors = {it["row"] for it in plan["problems"] if it["severity"] == "error"}

    assert (plan["create"], plan["update"]) == (create, 0)
    assert plan["skip"] == len(errors)
    assert refused is None or errors == refused
    assert refused is not None or plan["skip"] == 2
    assert all(it["text"] for it in plan["problems"])
    assert resources_of(node, "member") == []


@pytest.mark.parametrize(
    ("language", "word"), [("nb", "Rad"), ("nn", "Rad"), ("da", "Række"), ("en", "Row")]
)
def test_report_speaks_the_users_language(
    run: Run, node: Path, language: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the terminal's setting, or by --language."""
    arguments = ("members", "import", DIGIN, "--node", node, "--dry-run")
    asked = run(*arguments, "--language", language).stdout
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    set_so = run(*arguments).stdout

    assert asked == set_so
    assert f"{word} 10, Org.nr." in asked
    assert re.search(r"\b59\b.*\b0\b.*\b3\b", asked.splitlines()[-1])


def test_dry_run_says_it_in_one_line(run: Run, node: Path) -> None:
    """The last line has the counts."""
    found = run("members", "import", DIGIN, "--node", node, "--dry-run")

    assert found.stdout.splitlines()[-1] == "create 59, update 0, skip 3"


@pytest.mark.parametrize(
    ("language", "left_out", "look", "note"),
    [
        ("nb", "Rader som ikke importeres (2): 3, 5", "Se på dette", "Til orientering (1):"),
        ("nn", "Rader som ikkje blir importerte (2): 3, 5", "Sjå på dette", "Til orientering"),
        ("da", "Rækker, der ikke importeres (2): 3, 5", "Se på dette", "Til orientering (1):"),
        ("en", "Rows that are not imported (2): 3, 5", "Look at these", "For your information"),
    ],
)
def test_report_tells_errors_from_notes(
    run: Run, node: Path, tmp_path: Path, language: str, left_out: str, look: str, note: str
) -> None:
    """The rows that are left out come first, then what to look at, then what is only said."""
    rows = sheet(
        tmp_path,
        "900407939;Kode AS;koding;;Kari;;Ja",
        "988077918;Feil AS;;;;en dag;Ja",
        "974760673;Vel AS;;;;en dag;Ja",
        "974760673;Dobbel AS;;;;;Ja",
    )
    found = run(
        "members", "import", rows, "--node", node, "--dry-run", "--language", language
    ).stdout.splitlines()
    headings = [number for number, line in enumerate(found) if not line.startswith("  ")]

    assert found[0] == left_out
    assert len(headings) == 4
    assert found[headings[1]].startswith(look)
    assert found[headings[2]].startswith(note)
    assert {line.split(",")[0].split()[1] for line in found[1 : headings[1]]} == {"3", "5"}
    assert len(found[1 : headings[1]]) == 3
    assert " 4," in found[headings[1] + 1]
    assert " 2," in found[headings[2] + 1]


def test_sheet_without_members_is_told(run: Run, node: Path, tmp_path: Path) -> None:
    """Headings alone are most likely those of another sheet."""
    for rows in ((), (";Sum;;;;;",)):
        path = sheet(tmp_path, *rows)
        for more in ((), ("--dry-run",)):
            found = run("members", "import", path, "--node", node, *more, status=1)
            assert "cannot be imported" in found.stdout
            assert "no members under the headings" in found.stdout
    assert rows_of(node, tables.import_batches.select()) == []


def test_import_again_changes_nothing(run: Run, members_node: Path) -> None:
    """Members are known again by their numbers; drafts are not made twice."""
    before = [
        dict(row)
        for klass in ("member", "offer", "need", "concept")
        for row in resources_of(members_node, klass)
    ]
    done = json.loads(run("members", "import", DIGIN, "--node", members_node, "--json").stdout)
    after = [
        dict(row)
        for klass in ("member", "offer", "need", "concept")
        for row in resources_of(members_node, klass)
    ]

    assert (done["create"], done["update"], done["unchanged"]) == (0, 0, 59)
    assert (done["drafts"], done["concepts"]) == (0, 0)
    assert before == after


def test_one_changed_cell_is_one_update(run: Run, node: Path, tmp_path: Path) -> None:
    """A new offer in the cell makes one draft, and the old one is not made again."""
    row = "900407939;Eksempel Kode AS;koding;{};;;Ja"
    other = "988077917;Andre AS;;;;;Ja"
    run("members", "import", sheet(tmp_path, row.format("Kurs"), other), "--node", node)
    changed = sheet(tmp_path, row.format('"Kurs; Rådgivning"'), other)
    done = json.loads(run("members", "import", changed, "--node", node, "--json").stdout)

    assert (done["create"], done["update"], done["unchanged"]) == (0, 1, 1)
    assert (done["updated"], done["drafts"]) == (1, 1)
    titles = sorted(row["title"] for row in resources_of(node, "offer"))
    assert titles == ["Kurs", "Rådgivning"]


def test_names_of_one_expertise_are_no_change(run: Run, node: Path, tmp_path: Path) -> None:
    """A label in another language, or a second label, is the expertise that the member has."""
    run("members", "import", sheet(tmp_path, "900407939;Kode AS;koding;;;;Ja"), "--node", node)
    concept = resources_of(node, "concept")[0]
    document = json.loads(concept["wire"])
    document["prefLabel"]["en"] = "coding"
    document["altLabel"] = {"nb": ["programmering"]}
    written = tmp_path / "concept.json"
    written.write_text(json.dumps(document))
    run("publish", written, "--node", node)
    for label in ("Coding", "programmering"):
        changed = sheet(tmp_path, f"900407939;Kode AS;{label};;;;Ja")
        found = run("members", "import", changed, "--node", node, "--dry-run", "--json")
        assert json.loads(found.stdout)["unchanged"] == 1


def test_what_the_sheet_has_no_column_for_stays(run: Run, node: Path, tmp_path: Path) -> None:
    """A re-import updates what it speaks of."""
    run("members", "import", sheet(tmp_path, "900407939;Kode AS;;;;;Ja"), "--node", node)
    document = json.loads(resources_of(node, "member")[0]["wire"])
    document["workingLanguage"] = ["nb", "en"]
    document["contactPoint"] = {"kind": "ContactPoint", "email": "post@kode.example"}
    written = tmp_path / "member.json"
    written.write_text(json.dumps(document))
    run("publish", written, "--node", node)
    run("members", "import", sheet(tmp_path, "900407939;Kode Nye AS;;;;;Ja"), "--node", node)
    (row,) = resources_of(node, "member")
    after = json.loads(row["wire"])

    assert (after["name"], after["workingLanguage"]) == ("Kode Nye AS", ["nb", "en"])
    assert after["contactPoint"]["email"] == "post@kode.example"
    assert row["organisation_number"] == "NO:900407939"


def test_contact_person_is_never_in_what_others_see(run: Run, node: Path, tmp_path: Path) -> None:
    """With consent or without, the name stays in private details; without, it is told so."""
    rows = (
        "900407939;Kode AS;;;Kari Eksempel;;Ja",
        "988077917;Andre AS;;;Ola Eksempel;24.12.2025;Ja",
    )
    found = run("members", "import", sheet(tmp_path, *rows), "--node", node)
    kept = [json.loads(row["details"]) for row in rows_of(node, tables.private_details.select())]
    seen = [
        str(dict(row))
        for table in (tables.resources, tables.outbox, tables.change_log)
        for row in rows_of(node, table.select())
    ]
    seen += [row["wire"] for row in rows_of(node, tables.resource_versions.select())]

    assert "Kari Eksempel" in found.stdout
    assert {it.get("contact") for it in kept} >= {"Ola Eksempel"}
    assert not [text for text in seen if "Kari" in text or "Ola" in text]


def test_member_that_is_not_to_be_shown_is_private(run: Run, node: Path, tmp_path: Path) -> None:
    """Until the sheet says yes; a no later takes it off the net again."""
    for answer, audience in (("Nei", "private"), ("Ja", "public"), ("Nei", "private")):
        run(
            "members",
            "import",
            sheet(tmp_path, f"900407939;Kode AS;;Kurs;;;{answer}"),
            "--node",
            node,
        )
        (row,) = resources_of(node, "member")
        assert (row["audience"], row["state"]) == (audience, "published")
    tombstones = [row for row in rows_of(node, tables.outbox.select()) if row["type"] == "Remove"]
    assert len(tombstones) == 1


def test_undo_takes_an_import_back_once(run: Run, members_node: Path) -> None:
    """All that it made is withdrawn; a second time there is nothing to take back."""
    batch = batch_of(members_node)
    done = json.loads(run("members", "undo", batch, "--node", members_node, "--json").stdout)
    again = run("members", "undo", batch, "--node", members_node, status=1)

    assert (done["restored"], done["kept"]) == (0, [])
    assert done["withdrawn"] == 59 + 31 + 24
    assert all(resources_of(members_node, it) == [] for it in ("member", "offer", "concept"))
    assert "can be taken back: none" in again.stderr
    back = run("members", "import", DIGIN, "--node", members_node, "--dry-run").stdout
    assert back.splitlines()[-1] == "create 59, update 0, skip 3"


def test_undo_restores_and_keeps(run: Run, node: Path, tmp_path: Path) -> None:
    """Updated rows are as before; what was edited since, or is used by that, stays."""
    first = sheet(tmp_path, "900407939;Kode AS;;;Kari;01.02.2024;Ja", name="first.csv")
    run("members", "import", first, "--node", node)
    second = sheet(
        tmp_path,
        "900407939;Kode Nye AS;koding;;Ola;01.02.2025;Nei",
        "988077917;Andre AS;sveising;Kurs;;;Ja",
        "974760673;Tredje AS;maling;;;;Ja",
    )
    done = json.loads(run("members", "import", second, "--node", node, "--json").stdout)
    edited = next(it for it in resources_of(node, "member") if it["title"] == "Andre AS")
    document = json.loads(edited["wire"]) | {"employees": 3}
    (tmp_path / "edited.json").write_text(json.dumps(document))
    run("publish", tmp_path / "edited.json", "--node", node)
    undone = json.loads(run("members", "undo", done["batch"], "--node", node, "--json").stdout)
    members = {row["title"]: row for row in resources_of(node, "member")}
    details = {
        row["iri"]: json.loads(row["details"])
        for row in rows_of(node, tables.private_details.select())
    }

    assert members.keys() == {"Kode AS", "Andre AS"}
    restored = members["Kode AS"]
    assert (restored["audience"], details[restored["iri"]]["contact"]) == ("public", "Kari")
    assert [row["title"] for row in resources_of(node, "concept")] == ["sveising"]
    assert len(undone["kept"]) == 2
    assert (undone["restored"], undone["withdrawn"]) == (1, 4)


def test_published_draft_keeps_its_member(run: Run, node: Path, tmp_path: Path) -> None:
    """What an offer on the net names is not taken away under it."""
    rows = sheet(tmp_path, "988077917;Andre AS;sveising;Kurs i sveising;;;Ja")
    batch = json.loads(run("members", "import", rows, "--node", node, "--json").stdout)["batch"]
    run("publish", "--drafts", tmp_path / "drafts", "--node", node)
    (file,) = (tmp_path / "drafts").iterdir()
    document = json.loads(file.read_text())
    document["publishes"]["resourceClassifiedAs"] = ["http://data.europa.eu/ux2/nace2.1/8559"]
    file.write_text(json.dumps(document))
    run("publish", file, "--node", node)
    undone = json.loads(run("members", "undo", batch, "--node", node, "--json").stdout)

    assert (undone["withdrawn"], len(undone["kept"])) == (0, 3)


def test_killed_import_leaves_nothing(run: Run, node: Path) -> None:
    """kill -9 in the middle: nothing is half imported, and the next import does it all."""
    code = (
        "import os, signal\n"
        "from node.importing import import_members as module\n"
        "from node.storage import import_batches\n"
        "async def die(*arguments): os.kill(os.getpid(), signal.SIGKILL)\n"
        "import_batches.save = die\n"
        "from node.cli.main import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "members", "import", str(DIGIN), "--node", str(node)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)

    assert process.returncode == -signal.SIGKILL
    assert all(resources_of(node, it) == [] for it in ("member", "concept", "offer"))
    assert rows_of(node, tables.import_batches.select()) == []
    done = json.loads(run("members", "import", DIGIN, "--node", node, "--json").stdout)
    assert done["created"] == 59


def test_import_works_beside_a_running_node(run: Run, node: Path) -> None:
    """The node takes notice at once and answers queries about the new members."""
    ask = "SELECT (COUNT(?m) AS ?n) WHERE { ?m a <http://www.w3.org/ns/legal#LegalEntity> }"
    with served(node):
        done = json.loads(run("members", "import", DIGIN, "--node", node, "--json").stdout)
        shown = sum(row["audience"] == "public" for row in resources_of(node, "member"))
        answers = (run("query", ask, "--node", node).stdout.split()[-1] for _ in range(100))
        assert str(shown) in answers
    assert done["created"] == 59
    assert shown > 0


def test_progress_bar_is_for_terminals_only(node: Path, run: Run) -> None:
    """On a terminal it is on standard error; standard output stays clean."""
    plain = run("members", "import", DIGIN, "--node", node, "--json")
    assert plain.stderr == ""
    main, terminal = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "node",
        "members",
        "import",
        str(SPREADSHEETS / "infinit-medlemmer.xlsx"),
        "--node",
        str(node),
        "--json",
    ]
    process = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, cwd=ROOT, check=True, timeout=120
    )
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(main, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(main)

    assert b"Members" in shown
    json.loads(process.stdout)


BROKEN: dict[str, Any] = {
    "nothing.csv": None,
    "empty.csv": b"",
    "not-a-workbook.xlsx": b"PK\x03\x04 nonsense",
    "prose.csv": b"Dear desk,\nhere is our list.\n",
    "unknown.pdf": b"%PDF-1.7",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_sheet_is_told_in_words(run: Run, node: Path, tmp_path: Path, name: str) -> None:
    """What happened and what to do; nothing is written."""
    if BROKEN[name] is not None:
        (tmp_path / name).write_bytes(BROKEN[name])
    found = run("members", "import", tmp_path / name, "--node", node, status=1)
    as_json = run("members", "import", tmp_path / name, "--node", node, "--json", status=1)

    assert (found.stdout + found.stderr).strip()
    assert as_json.stdout == "" or json.loads(as_json.stdout)["create"] == 0
    assert resources_of(node, "member") == []


def test_unknown_sheet_and_broken_mapping_are_told(run: Run, node: Path, tmp_path: Path) -> None:
    """With the sheets that there are, and the place in the mapping."""
    book = SPREADSHEETS / "infinit-medlemmer.xlsx"
    named = run("members", "import", book, "--sheet", "Nope", "--node", node, status=1)
    (tmp_path / "mapping.toml").write_text("[column.nope]\nheadings = ['x']\n")
    mapped = run(
        "members", "import", book, "--mapping", tmp_path / "mapping.toml", "--node", node, status=1
    )

    assert "Nope" in named.stderr
    assert "nope" in mapped.stderr
    assert read_sheet(book).name in named.stderr
