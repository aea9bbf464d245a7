import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import BASE_URL, Run, resources_of
from tests.integration.publishing.samples import ELSEWHERE, authored
from vocab.classes import ResourceClass

OFFER = """
class = "offer"
endTime = 2099-06-30T21:59:59Z
workingLanguage = ["nb"]
[nameMap]
nb = "Kurs i trygg kode"
[contentMap]
nb = "<p>To dager.</p>"
[publishes]
resourceConformsTo = "https://skills.example/secure-coding"
resourceClassifiedAs = ["http://data.europa.eu/ux2/nace2.1/8559"]
"""


def toml_offer(folder: Path, before: str = "", **changes: str) -> Path:
    """Write the offer above, with *before* at its top and texts replaced."""
    text = OFFER
    for old, new in changes.items():
        text = text.replace(old, new)
    path = folder / "offer.toml"
    path.write_text(before + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("klass", ["offer", "need", "event", "practice", "concept", "member"])
def test_json_documents_are_published(run: Run, node: Path, tmp_path: Path, klass: str) -> None:
    """``--json`` tells what became of it; a byte order mark harms nothing."""
    document = authored(ResourceClass(klass), ELSEWHERE) | {"class": klass}
    path = tmp_path / "thing.jsonld"
    path.write_text(json.dumps(document), encoding="utf-8-sig")
    done = json.loads(run("publish", path, "--node", node, "--json").stdout)

    assert done.keys() == {
        "id", "class", "change", "version", "activity", "deliveries", "warnings",
    }  # fmt: skip
    assert (done["class"], done["change"], done["version"]) == (klass, "created", 1)
    assert done["id"].startswith(f"{BASE_URL}/")
    assert done["activity"].startswith(f"{BASE_URL}/activities/")


def test_toml_times_become_texts(run: Run, node: Path, tmp_path: Path) -> None:
    """And the file with the id in it is the next version."""
    done = json.loads(run("publish", toml_offer(tmp_path), "--node", node, "--json").stdout)
    (row,) = resources_of(node, "offer")
    with_id = f'id = "{done["id"]}"\n'
    again = run("publish", toml_offer(tmp_path, with_id), "--node", node)
    changed = toml_offer(tmp_path, with_id, **{"To dager": "Tre dager"})
    second = run("publish", changed, "--node", node)

    assert json.loads(row["wire"])["endTime"] == "2099-06-30T21:59:59Z"
    assert again.stdout == f"unchanged: {done['id']} (version 1)\n"
    assert second.stdout == f"updated: {done['id']} (version 2)\n"


def test_unknown_id_is_refused_with_its_remedy(run: Run, node: Path, tmp_path: Path) -> None:
    """Nothing is published at an address that nobody gave."""
    path = toml_offer(tmp_path, f'id = "{BASE_URL}/offers/none"\n')
    found = run("publish", path, "--node", node, status=1)

    assert "KX-D04" in found.stderr
    assert "Take “id” out" in found.stderr
    assert resources_of(node, "offer") == []


@pytest.mark.parametrize(
    ("setting", "said", "last"),
    [
        ("nb_NO.UTF-8", "ingen målgruppe", "er ikke publisert"),
        ("nn_NO", "inga målgruppe", "er ikkje publisert"),
        ("da_DK.utf8", "Vælg", "er ikke udgivet"),
        ("de_DE.UTF-8", "no audience", "is not published"),
        ("C", "no audience", "is not published"),
        ("", "no audience", "is not published"),
    ],
)
def test_findings_speak_the_users_language(
    run: Run,
    node: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    said: str,
    last: str,
) -> None:
    """English where it is none of the four, the last line too; all at once, as JSON too."""
    monkeypatch.setenv("LANG", setting)
    path = toml_offer(tmp_path, 'audienceLevel = "alle"\n', **{"2099": "1999", "nb =": "no ="})
    found = run("publish", path, "--node", node, status=1)
    as_json = run("publish", path, "--node", node, "--json", status=1)

    assert said in found.stderr
    assert last in found.stderr.splitlines()[-1]
    assert "offer.toml" in found.stderr.splitlines()[-1]
    assert found.stdout == ""
    refused = json.loads(as_json.stdout)
    assert refused["change"] == "refused"
    assert len(refused["findings"]) >= 2
    assert any(said in finding["message"] for finding in refused["findings"])


UNREADABLE = {
    "nothing.json": None,
    "empty.json": b"",
    "list.json": b"[]",
    "half.json": b'{"class": "offer"',
    "twice.json": b'{"class": "offer", "class": "need"}',
    "nan.json": b'{"class": "offer", "x": NaN}',
    "nul.json": b'{"class": "offer", "x": "\\u0000"}',
    "deep.json": b'{"x":' + b"[" * 3_000 + b"]" * 3_000 + b"}",
    "latin.json": '{"class": "tilbud", "name": "Sør"}'.encode("latin-1"),
    "bad.toml": b"class = offer",
    "latin.toml": 'name = "Sør"'.encode("latin-1"),
    "deep.toml": b"x = " + b"[" * 3_000 + b"]" * 3_000,
    "inf.toml": b'class = "offer"\nx = inf',
    "no-class.toml": b'name = "x"',
    "wrong-class.toml": b'class = "offre"',
    "odd-class.toml": b"class = [1]",
    "cluster.json": b'{"class": "cluster"}',
    "actor.json": b'{"type": "Organization", "kind": "Cluster"}',
    "id.json": b'{"class": "offer", "id": 5}',
    "odd-id.json": b'{"class": "offer", "id": "http://["}',
    "activity.json": b'{"type": "Create", "actor": "x", "object": {"type": "Note"}}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_documents_are_told_in_words(
    run: Run, node: Path, tmp_path: Path, name: str
) -> None:
    """With the file's name, or the finding; nothing is written."""
    content = UNREADABLE[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    found = run("publish", tmp_path / name, "--node", node, status=1)

    assert name in found.stderr or "KX-" in found.stderr
    assert found.stderr.count("\n") >= 1
    assert resources_of(node, "offer") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["offer.toml", "offer.txt", "offer"])
def test_toml_is_read_whatever_its_name_and_mark(
    run: Run, node: Path, tmp_path: Path, name: str, encoding: str
) -> None:
    """What does not call itself JSON, nor look like it, is TOML."""
    path = tmp_path / name
    path.write_text(OFFER, encoding=encoding)

    assert run("publish", path, "--node", node).stdout.startswith("created: ")


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16-le"])
@pytest.mark.parametrize("name", ["offer.toml", "offer.json"])
def test_another_encoding_is_told_with_its_remedy(
    run: Run, node: Path, tmp_path: Path, name: str, encoding: str
) -> None:
    """Guessing would spoil every æ, ø and å."""
    path = tmp_path / name
    path.write_bytes(OFFER.replace("Kurs", "Kjøkken").encode(encoding))
    found = run("publish", path, "--node", node, status=1)

    assert name in found.stderr
    assert "Save it anew as UTF-8" in found.stderr


def test_what_is_no_file_is_told_with_its_remedy(run: Run, node: Path, tmp_path: Path) -> None:
    """A folder, and nothing at all."""
    folder = run("publish", tmp_path, "--node", node, status=1).stderr
    nothing = run("publish", tmp_path / "none.toml", "--node", node, status=1).stderr

    assert f"{tmp_path} is a folder" in folder
    assert "Name one file in it" in folder
    assert "none.toml" in nothing
    assert "Check its name" in nothing


def test_drafts_are_written_finished_and_published(
    run: Run, members_node: Path, tmp_path: Path
) -> None:
    """Each file says what it lacks; a file that was worked on is not written over."""
    target = tmp_path / "drafts"
    listed = json.loads(run("publish", "--drafts", target, "--node", members_node, "--json").stdout)
    entry = next(
        it
        for it in listed
        if not any(finding["severity"] == "violation" for finding in it["findings"])
    )
    file = Path(entry["file"])
    document = json.loads(file.read_text())
    title = "Et helt annet kurs"
    document["nameMap"]["nb"] = title
    file.write_text(json.dumps(document))
    run("publish", "--drafts", target, "--node", members_node)
    kept = json.loads(file.read_text())
    done = run("publish", file, "--node", members_node)
    left = run("publish", "--drafts", target, "--node", members_node).stdout
    published = next(
        row for row in resources_of(members_node, entry["class"]) if row["iri"] == entry["id"]
    )

    assert kept["nameMap"]["nb"] == title
    assert done.stdout.startswith(f"created: {entry['id']} (version 2)")
    assert f"{len(listed) - 1} drafts wait" in left
    assert published["state"] == "published"
    content = json.loads(published["wire"])["contentMap"]["nb"]
    assert content.count("<strong>") == 1
    assert "@context" not in document
    assert "attributedTo" not in document


def test_withdraw_and_its_mistakes(run: Run, node: Path, tmp_path: Path) -> None:
    """Twice is no mistake; what is not ours, or the cluster, is."""
    iri = json.loads(run("publish", toml_offer(tmp_path), "--node", node, "--json").stdout)["id"]
    first = run("withdraw", iri, "--node", node)
    again = json.loads(run("withdraw", iri, "--node", node, "--json").stdout)
    gone = run("publish", toml_offer(tmp_path, f'id = "{iri}"\n'), "--node", node, status=1)

    assert first.stdout.startswith(f"withdrawn: {iri}")
    assert (again["change"], again["version"]) == ("unchanged", 2)
    assert "KX-D01" in gone.stderr
    for wrong in (f"{BASE_URL}/offers/none", "https://other.example/x", "nonsense", ""):
        assert "nothing of this node" in run("withdraw", wrong, "--node", node, status=1).stderr
    cluster = run("withdraw", f"{BASE_URL}/cluster", "--node", node, status=1)
    assert "cannot be withdrawn" in cluster.stderr
