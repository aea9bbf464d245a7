"""The demonstration's texts: whole, dated, in their languages, about companies in the sheets."""

import csv
import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from stdnum.dk import cvr
from stdnum.eu import nace
from stdnum.no import orgnr

import node
from node.identity import Identity
from node.publishing.anonymity import hide_company
from node.publishing.complete_document import complete_document
from node.publishing.drafts import Draft
from node.setting_groups import ClusterSettings
from vocab.classes import ResourceClass, classify
from vocab.sanitising import clean_html
from vocab.texts import plain_text
from vocab.validation import Profile, validate

DATA = Path(node.__file__).parent / "demo" / "data"
CONTENT = DATA / "content"
FOLDERS = {
    "offers": ResourceClass.OFFER,
    "needs": ResourceClass.NEED,
    "cases": ResourceClass.CASE,
    "practices": ResourceClass.PRACTICE,
    "events": ResourceClass.EVENT,
    "collaborations": ResourceClass.COLLABORATION,
}
LEAST = {"offers": 20, "needs": 20, "cases": 6, "practices": 6, "events": 3, "collaborations": 2}
LANGUAGES = {"nb", "nn", "da", "en"}
HOME = {"digin": {"nb", "nn"}, "infinit": {"da"}, "scd": {"da"}}
TEXT_MAPS = ("nameMap", "summaryMap", "contentMap", "partnerSought")
CASE_TEXTS = ("problem", "setting", "solution", "outcomes", "lessons")
FILLED_IN_BY_THE_NODE = {"id", "url", "actor", "attributedTo", "published", "to", "cc", "@context"}

Document = dict[str, Any]
PATHS = sorted(CONTENT.glob("*/*/*.toml"))


def _name(path: Path) -> str:
    return path.relative_to(CONTENT).with_suffix("").as_posix()


def _read(path: Path) -> Document:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _cluster(path: Path) -> str:
    return path.relative_to(CONTENT).parts[0]


def _folder(path: Path) -> str:
    return path.parent.name


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _rows(cluster: str) -> Iterator[tuple[str, str, bool]]:
    """Yield number, expertise and whether it is public, of every row of the cluster's sheet."""
    folder = DATA / "spreadsheets"
    if cluster == "digin":
        text = (folder / "digin-medlemmer.csv").read_text(encoding="cp1252").split("\n", 2)[2]
        for row in csv.DictReader(io.StringIO(text), delimiter=";"):
            number = re.sub(r"\D", "", row["Org.nr."] or "")
            yield number, row["Kompetanse"] or "", row["Offentlig"] == "Ja"
    elif cluster == "infinit":
        workbook = CalamineWorkbook.from_path(str(folder / "infinit-medlemmer.xlsx"))
        headings, *rows = workbook.get_sheet_by_name("Medlemmer").to_python()[2:]
        for cells in rows:
            named = dict(zip(map(str, headings), map(str, cells), strict=True))
            number = named["CVR-nr."].removesuffix(".0")
            yield number, named["Kompetencer"], named["Offentlig"] == "Ja"
    else:
        with (folder / "scd-members.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield row["CVR"].removesuffix(".0"), row["Expertise"], row["Public"] == "yes"


@cache
def _members(cluster: str) -> Mapping[str, tuple[str, bool]]:
    """Return expertise and publicity of the rows that are imported; of two alike the first."""
    check = orgnr if cluster == "digin" else cvr
    members: dict[str, tuple[str, bool]] = {}
    for number, expertise, public in _rows(cluster):
        if check.is_valid(number):
            members.setdefault(number, (expertise, public))
    return members


@cache
def _labels(cluster: str) -> frozenset[str]:
    """Return the labels of public members; a label with a comma inside is not among them."""
    cells = (expertise for expertise, public in _members(cluster).values() if public)
    return frozenset(
        label.strip() for cell in cells for label in cell.split(";" if ";" in cell else ",")
    )


def _unresolved(reference: str, path: Path) -> str | None:
    """Return what is wrong with a symbolic reference, or None."""
    kind, _, rest = reference.partition(":")
    cluster = _cluster(path)
    if kind == "org":
        country, _, number = rest.partition(":")
        expected = "NO" if cluster == "digin" else "DK"
        member = _members(cluster).get(number)
        if country != expected or member is None:
            return f"{reference} is not in the sheet of {cluster}"
        return None if member[1] else f"{reference} is not public"
    if kind == "concept":
        return None if rest in _labels(cluster) else f"{reference} is no expertise of {cluster}"
    if kind == "cluster":
        return None if rest in HOME else f"{reference} is no node"
    home, _, slug = rest.rpartition("/")
    found = list(CONTENT.glob(f"{home or cluster}/*/{slug}.toml"))
    return None if len(found) == 1 else f"{reference} leads to {len(found)} documents"


def _references(document: Document) -> Iterator[str]:
    pattern = re.compile(r"^(org|concept|cluster|ref):\S")
    yield from (text for text in _strings(document) if pattern.match(text))


def _with_addresses(value: Any, identity: Identity) -> Any:
    """Return *value* with an address for every symbolic reference, whichever it is."""
    if isinstance(value, str):
        kind, _, rest = value.partition(":")
        segments = {"org": "members/", "concept": "concepts/", "ref": "cases/"}
        if kind == "cluster":
            return identity.cluster
        slug = re.sub(r"\W", "-", rest)
        return identity.url(f"/{segments[kind]}{slug}") if kind in segments else value
    if isinstance(value, dict):
        return {key: _with_addresses(inner, identity) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_addresses(inner, identity) for inner in value]
    return value


@pytest.fixture(params=PATHS, ids=_name)
def path(request: pytest.FixtureRequest) -> Path:
    """Each document's file."""
    file: Path = request.param
    return file


def test_there_is_enough_of_every_kind() -> None:
    """The demonstration has at least what it promises, and every cluster has its share."""
    counts = Counter(map(_folder, PATHS))

    assert {kind for kind in LEAST if counts[kind] < LEAST[kind]} == set()
    assert {(_cluster(path), _folder(path)) for path in PATHS} == {
        (cluster, folder) for cluster in HOME for folder in FOLDERS
    }


def test_some_are_for_the_network_only_and_some_anonymous() -> None:
    """Two documents stay inside the network; an offer and a need hide their company."""
    documents = {path: _read(path) for path in PATHS}
    network = [path for path, one in documents.items() if one.get("audienceLevel") == "network"]
    anonymous = [path for path, one in documents.items() if one.get("anonymous") is True]

    assert len(network) == 2
    assert Counter(map(_folder, anonymous)) == {"offers": 1, "needs": 1}


def test_the_workshop_is_hosted_by_all_three() -> None:
    """The international workshop is in Grimstad and online on 20 January 2027."""
    document = _read(CONTENT / "digin/events/internasjonal-workshop-laering-paa-jobben.toml")

    assert document["startTime"].startswith("2027-01-20T")
    place, online = document["location"]
    assert place["name"] == "Grimstad"
    assert online["type"] == "VirtualLocation"
    assert document["organizers"] == ["cluster:digin", "cluster:infinit", "cluster:scd"]


def test_no_two_titles_are_alike() -> None:
    """A title leads to one document."""
    titles = Counter(
        (language, title) for path in PATHS for language, title in _read(path)["nameMap"].items()
    )

    assert [title for title, count in titles.items() if count > 1] == []


def test_file_names_are_slugs_used_once() -> None:
    """A reference by slug needs no folder."""
    slugs = Counter((_cluster(path), path.stem) for path in PATHS)

    assert [slug for slug, count in slugs.items() if count > 1] == []
    assert [path.stem for path in PATHS if not re.fullmatch(r"[a-z0-9-]{3,60}", path.stem)] == []


def test_a_document_is_of_its_folder_s_class(path: Path) -> None:
    """The wire object tells its class by itself, without the folder."""
    document = _read(path)

    assert classify(document) is FOLDERS[_folder(path)]
    assert FILLED_IN_BY_THE_NODE & document.keys() == set()


def test_the_rules_for_publishing_find_nothing(path: Path) -> None:
    """Completed by the node, each document is fit to be published, without a warning."""
    identity = Identity(base_url="https://node.example", handle="demo")
    written = _with_addresses(_read(path), identity)
    hide_company(written)
    draft = Draft(document=written, klass=FOLDERS[_folder(path)], iri=None)
    iri = identity.url(f"/{_folder(path)}/{path.stem}")
    document = complete_document(
        draft, identity, iri=iri, published="2026-11-23T10:00:00Z", updated=None
    )

    assert validate(document, Profile.PUBLISH) == []


def test_texts_are_whole_and_in_their_languages(path: Path) -> None:
    """Each stands in the cluster's own language first and in English, with no empty text."""
    document = _read(path)
    home = next(iter(document["nameMap"]))

    assert home in HOME[_cluster(path)]
    assert document["nameMap"].keys() == LANGUAGES
    assert next(iter(document["contentMap"])) == home
    assert {home, "en"} <= document["contentMap"].keys() <= LANGUAGES
    assert [text for text in _strings(document) if not text.strip()] == []


def test_contents_have_a_readable_length(path: Path) -> None:
    """Sixty words at least in the home language; nobody has to scroll for long."""
    contents = _read(path)["contentMap"]
    lengths = {tag: len(plain_text(text).split()) for tag, text in contents.items()}

    assert lengths[next(iter(contents))] >= 60
    assert max(lengths.values()) <= 260
    assert min(lengths.values()) >= 35


def test_html_needs_no_cleaning(path: Path) -> None:
    """What is written is what is shown."""
    for text in _read(path)["contentMap"].values():
        assert plain_text(clean_html(text)) == plain_text(text)
        assert clean_html(text).count("<p>") == text.count("<p>")


def test_references_lead_somewhere(path: Path) -> None:
    """Companies are public rows of the cluster's sheet, concepts labels of its expertise."""
    problems = [_unresolved(one, path) for one in _references(_read(path))]

    assert [problem for problem in problems if problem] == []


def test_codes_exist(path: Path) -> None:
    """Industries are NACE 2.1 classes, regions NUTS codes of Norway or Denmark."""
    document = _read(path)
    classes = document.get("publishes", {}).get("resourceClassifiedAs", [])

    for iri in classes:
        base, _, code = iri.rpartition("/")
        assert base == "http://data.europa.eu/ux2/nace2.1"
        assert nace.is_valid(code)
    for iri in document.get("region", []):
        assert re.fullmatch(r"http://data\.europa\.eu/nuts/code/(NO|DK)[0-9A-Z]{1,3}", iri)


def test_dates_lie_ahead(path: Path) -> None:
    """Offers and needs end between January and September 2027; an event ends after it began."""
    document = _read(path)
    if _folder(path) in ("offers", "needs"):
        end = datetime.fromisoformat(document["endTime"])
        assert datetime(2027, 1, 15, tzinfo=UTC) <= end < datetime(2027, 10, 1, tzinfo=UTC)
    if _folder(path) == "events":
        start = datetime.fromisoformat(document["startTime"])
        assert datetime(2027, 1, 1, tzinfo=UTC) < start
        assert start < datetime.fromisoformat(document["endTime"])


def test_cases_tell_what_came_of_it(path: Path) -> None:
    """A case has problem, setting, solution, outcome and lesson, and a short summary."""
    document = _read(path)
    if _folder(path) == "cases":
        assert all("en" in document[field] for field in CASE_TEXTS)
        assert 1 <= document["trl"] <= 9
    for summary in document.get("summaryMap", {}).values():
        assert len(summary) <= 500
    assert ("summaryMap" in document) is (_folder(path) not in ("offers", "needs"))


def test_every_expertise_has_its_names_in_four_languages() -> None:
    """The names file covers each label of the sheets, by the sheet's own spelling."""
    names = tomllib.loads((DATA / "concepts.toml").read_text(encoding="utf-8"))
    concepts, groups = names["concepts"], names["groups"]
    for home, clusters in (("nb", ["digin"]), ("da", ["infinit", "scd"])):
        known = {concept["prefLabel"][home] for concept in concepts.values()}
        parts = known | {part for label in known for part in label.split(", ")}
        assert [label for one in clusters for label in _labels(one) - parts] == []
    for entry in (*concepts.values(), *groups.values()):
        assert set(entry["prefLabel"]) == LANGUAGES
    for concept in concepts.values():
        assert concept["broader"] in groups
        assert set(concept.get("related", [])) <= set(concepts)


def test_a_name_means_one_expertise() -> None:
    """No label of any language belongs to two concepts, so a reference by label is clear."""
    names = tomllib.loads((DATA / "concepts.toml").read_text(encoding="utf-8"))
    meanings: dict[str, set[str]] = {}
    for key, entry in (names["concepts"] | names["groups"]).items():
        for label in (*_strings(entry["prefLabel"]), *_strings(entry.get("altLabel", {}))):
            meanings.setdefault(label.casefold(), set()).add(key)

    assert [label for label, keys in meanings.items() if len(keys) > 1] == []


def test_each_node_is_described() -> None:
    """Three nodes, each with a sheet, a valid number of its own and texts in four languages."""
    nodes = tomllib.loads((DATA / "clusters.toml").read_text(encoding="utf-8"))["nodes"]

    assert [one["slug"] for one in nodes] == ["digin", "infinit", "scd"]
    assert [one["port_offset"] for one in nodes] == [0, 1, 2]
    for one in nodes:
        cluster = one["cluster"]
        check = orgnr if cluster["country"] == "NO" else cvr
        assert check.is_valid(cluster["organisation_number"])
        assert cluster["organisation_number"] not in _members(one["slug"])
        assert (DATA / "spreadsheets" / one["spreadsheet"]).is_file()
        assert cluster["contact_email"].endswith(".example")
        for field in ("summary", "headline", "introduction"):
            assert set(cluster[field]) == LANGUAGES


def test_the_nodes_settings_are_settings() -> None:
    """What stands under "cluster" goes into a node's settings as it is."""
    for one in tomllib.loads((DATA / "clusters.toml").read_text(encoding="utf-8"))["nodes"]:
        assert ClusterSettings(**one["cluster"]).name == one["cluster"]["name"]
