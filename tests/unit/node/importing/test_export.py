import csv
import datetime as dt
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from node.importing.as_documents import (
    concept_document,
    draft_documents,
    member_details,
    member_document,
    read_member,
)
from node.importing.cells import NOTHING, SPREADSHEET_ERROR, line, text
from node.importing.expertise import fold_label
from node.importing.export import csvw_metadata, export_members
from node.importing.import_plan import ImportDefaults, ImportPlan, plan_import
from node.importing.member_rows import MemberRow
from node.importing.sheets import read_sheet
from tests.unit.node.importing.sheet_files import DEMO

DEFAULTS = ImportDefaults(today=dt.date(2026, 11, 23))
NUMBERS = (("NO", "951303488"), ("NO", "972281867"), ("DK", "35234438"), ("DK", "16610461"))

MEMBER = MemberRow(
    country="NO",
    organisation_number="951303488",
    name="Blåbær & <Søn> AS",
    website="https://blabaer.example",
    email="post@blabaer.example",
    contact="Kari Eksempel",
    consent=dt.date(2026, 9, 1),
    municipality="4204",
    nace=("http://data.europa.eu/ux2/nace2.1/6210", "http://data.europa.eu/ux2/nace2/8559"),
    employees=12,
    member_since=dt.date(2017, 1, 22),
    member_type="firm",
    expertise=("e-læring", "helse, miljø og sikkerhet"),
    offers=({"nb": "Kurs i helse, miljø og sikkerhet", "en": "A course"}, {"nb": "Råd"}),
    needs=({"en": "A partner"},),
    descriptions={"nb": "Linje 1\n\nLinje  <2> & mer", "en": "Line"},
    publish=True,
)


def changes(members: list[MemberRow], content: bytes) -> ImportPlan:
    existing = {member.key: member for member in members}
    return plan_import(read_sheet(content), existing=existing, defaults=DEFAULTS)


def _sayable(written: str) -> bool:
    return (
        written.casefold() not in NOTHING
        and not SPREADSHEET_ERROR.fullmatch(written)
        and bool(written)
    )


LINES = st.text(max_size=40).map(line).filter(_sayable)
PARTS = LINES.filter(lambda written: ";" not in written)
TEXTS = st.text(max_size=60).map(text).filter(_sayable)
TAGS = st.sampled_from(["nb", "nn", "da", "en", "se"])
DRAFTS = st.lists(st.dictionaries(TAGS, PARTS, min_size=1, max_size=2), max_size=2).map(tuple)
LABELS = st.lists(PARTS, max_size=3, unique_by=fold_label).map(tuple)
DATES = st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1))
CONTENT: dict[str, Any] = {
    "name": LINES.filter(lambda name: any(map(str.isalnum, name))),
    "legal_form": st.just("") | LINES,
    "website": st.sampled_from(["", "https://a.example", "http://b.example/x?y=z"]),
    "email": st.sampled_from(["", "post@a.example", "+x=y@a.example"]),
    "contact": st.just("") | LINES,
    "consent": DATES,
    "nace": st.sampled_from([(), MEMBER.nace, MEMBER.nace[:1]]),
    "member_since": DATES,
    "member_type": st.sampled_from(["", "firm", "research", "public"]),
    "expertise": LABELS,
    "offers": DRAFTS,
    "needs": DRAFTS,
    "descriptions": st.dictionaries(TAGS, TEXTS, max_size=2),
    "publish": st.booleans(),
}


@st.composite
def member_lists(draw: st.DrawFn) -> list[MemberRow]:
    """Members as an import may have made them, with any texts."""
    members = []
    for country, number in draw(st.lists(st.sampled_from(NUMBERS), min_size=1, unique=True)):
        places = ["", "4204", "0301"] if country == "NO" else ["", "101"]
        employees = draw(st.sampled_from([(None, ""), (0, ""), (12, ""), (None, "10–19")]))
        members.append(
            MemberRow(
                country=country,
                organisation_number=number,
                municipality=draw(st.sampled_from(places)),
                employees=employees[0],
                employees_band=employees[1],
                **{name: draw(content) for name, content in CONTENT.items()},
            )
        )
    return members


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(members=member_lists())
@example(members=[replace(MEMBER, descriptions={"nb": "til salgs;"}, offers=({"en": "x"},))])
def test_a_csv_export_is_read_back_as_it_was(language: str, members: list[MemberRow]) -> None:
    """Whatever the texts hold, importing an export changes nothing."""
    content = export_members(members, form="csv", language=language)

    again = changes(members, content)

    assert [row.changed for row in again.rows] == [()] * len(members)
    assert again.skipped == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(members=member_lists())
def test_an_xlsx_export_is_read_back_as_it_was(members: list[MemberRow]) -> None:
    """The same for workbooks."""
    content = export_members(members, form="xlsx", language="nb")

    again = changes(members, content)

    assert [row.changed for row in again.rows] == [()] * len(members)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["digin-medlemmer.csv", "scd-members.csv"])
def test_the_demo_members_go_out_and_in(form: Any, name: str) -> None:
    """Real lists survive too, through files and wire objects."""
    plan = plan_import(
        read_sheet(DEMO / name),
        defaults=ImportDefaults(country="DK" if "scd" in name else "NO", today=DEFAULTS.today),
    )
    members = [row.member for row in plan.rows]

    again = changes(members, export_members(members, form=form, language="da"))

    assert again.count("unchanged") == len(members)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'=", "''-"])
def test_no_cell_of_a_csv_export_runs_as_a_formula(start: str) -> None:
    """CWE-1236: an apostrophe stands before it."""
    evil = f"{start}HYPERLINK(1)"
    member = MemberRow(
        country="NO", organisation_number="951303488", name=evil, descriptions={"nb": evil}
    )

    content = export_members([member], form="csv", language="nb").decode("utf-8-sig")

    for row in csv.reader(io.StringIO(content, newline=""), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_cells_of_an_xlsx_export_are_texts() -> None:
    """A formula stays a text, and so does an organisation number."""
    member = MemberRow(country="NO", organisation_number="951303488", name="=1+1")

    cells = read_sheet(export_members([member], form="xlsx", language="nb")).rows[1].cells

    assert cells[:2] == ("=1+1", "951303488")


def test_csvw_metadata_describe_the_columns() -> None:
    """Every heading of the file stands in it, in order (W3C CSVW)."""
    table = export_members([MEMBER], form="csv", language="da").decode("utf-8-sig")
    metadata = json.loads(csvw_metadata([MEMBER], file_name="medlemmer.csv", language="da"))

    titles = [column["titles"] for column in metadata["tableSchema"]["columns"]]

    assert titles == next(csv.reader(io.StringIO(table, newline=""), delimiter=";"))
    assert metadata["url"] == "medlemmer.csv"
    assert metadata["dialect"]["delimiter"] == ";"


def test_a_member_becomes_a_wire_object_and_comes_back() -> None:
    """With its private details; nothing of a person is in the document."""
    iris = {
        fold_label(label): f"https://n.example/concepts/{n}"
        for n, label in enumerate(MEMBER.expertise)
    }

    document = member_document(MEMBER, concept_iris=iris, language="nb")
    details = member_details(MEMBER)

    assert document == {
        "type": "Organization",
        "kind": ["LegalEntity", "FormalOrganization"],
        "name": "Blåbær & <Søn> AS",
        "legalName": {"@value": "Blåbær & <Søn> AS", "@language": "nb"},
        "legalIdentifier": {
            "kind": "Identifier",
            "notation": "951303488",
            "schemaAgency": "Brønnøysundregistrene",
        },
        "iso6523Code": "0192:951303488",
        "summaryMap": {"nb": "Linje 1<br><br>Linje  &lt;2&gt; &amp; mer", "en": "Line"},
        "sameAs": "https://data.brreg.no/enhetsregisteret/api/enheter/951303488",
        "companyActivity": list(MEMBER.nace),
        "homepage": "https://blabaer.example",
        "region": "http://data.europa.eu/nuts/code/NO092",
        "employees": 12,
        "knowsAbout": ["https://n.example/concepts/0", "https://n.example/concepts/1"],
    }
    assert "Kari" not in json.dumps(document)
    assert "post@" not in json.dumps(document)
    labels = dict(zip(document["knowsAbout"], MEMBER.expertise, strict=True))
    assert read_member(document, details, publish=True, labels=labels) == MEMBER


@given(members=member_lists())
def test_any_member_comes_back_from_its_wire_object(members: list[MemberRow]) -> None:
    """Documents and details hold everything, as JSON."""
    for member in members:
        iris = {fold_label(label): f"urn:{label}" for label in member.expertise}
        document = json.loads(json.dumps(member_document(member, concept_iris=iris, language="da")))
        details = json.loads(json.dumps(member_details(member)))
        labels = {f"urn:{label}": label for label in member.expertise}

        back = read_member(document, details, publish=member.publish, labels=labels)

        assert back == member


def test_a_danish_member_has_its_own_register_and_no_dead_link() -> None:
    """CVR has no open address per company."""
    member = MemberRow(
        country="DK", organisation_number="35234438", name="A A/S", municipality="101"
    )

    document = member_document(member, concept_iris={}, language="da")

    assert document["legalIdentifier"]["schemaAgency"] == "Erhvervsstyrelsen"
    assert document["iso6523Code"] == "0184:35234438"
    assert document["region"] == "http://data.europa.eu/nuts/code/DK011"
    assert document["audienceLevel"] == "private"
    assert "sameAs" not in document


def test_offers_and_needs_become_draft_proposals() -> None:
    """One each, about the expertise that its text names."""
    drafts = draft_documents(
        MEMBER,
        member_iri="https://n.example/members/1",
        end_time="2027-05-23T00:00:00Z",
        concept_iris={"e-læring": "https://n.example/concepts/1"},
    )

    assert [draft["purpose"] for draft in drafts] == ["offer", "offer", "request"]
    assert drafts[0] == {
        "type": "Note",
        "kind": "Proposal",
        "purpose": "offer",
        "nameMap": {"nb": "Kurs i helse, miljø og sikkerhet", "en": "A course"},
        "contentMap": {"nb": "<p>Kurs i helse, miljø og sikkerhet</p>", "en": "<p>A course</p>"},
        "endTime": "2027-05-23T00:00:00Z",
        "publishes": {
            "type": "Intent",
            "action": "deliverService",
            "provider": "https://n.example/members/1",
            "resourceConformsTo": "concept:helse, miljø og sikkerhet",
            "resourceClassifiedAs": list(MEMBER.nace),
            "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"},
        },
        "workingLanguage": ["nb", "en"],
        "region": ["http://data.europa.eu/nuts/code/NO092"],
    }
    assert drafts[2]["publishes"]["receiver"] == "https://n.example/members/1"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Rådgivning om velferdsteknologi", "velferdsteknologi"),
        ("Kurs i E-læring for alle", "e-læring"),
        ("Kurs i e-læring og velferdsteknologi", "e-læring"),
        ("Maskinlæring i drift", ""),
        ("Vi har kapasitet til drift", ""),
        ("Søker velferdsteknologiske løsninger", ""),
        ("Kunstig intelligens, maskinlæring og data", "kunstig intelligens"),
    ],
)
def test_a_draft_states_no_expertise_that_its_text_does_not_name(text: str, named: str) -> None:
    """The member's own first, else any of the cluster's; as whole words, or none at all."""
    known = ["e-læring", "velferdsteknologi", "it", "kunstig intelligens", "data"]
    member = replace(MEMBER, expertise=("robotikk", "e-læring"), offers=({"nb": text},), needs=())
    (draft,) = draft_documents(
        member,
        member_iri="https://n.example/members/1",
        end_time="2027-05-23T00:00:00Z",
        concept_iris={label: f"urn:{label}" for label in known},
    )

    assert draft["publishes"].get("resourceConformsTo", "") == (f"urn:{named}" if named else "")


def test_a_new_expertise_is_a_concept() -> None:
    """Its label is in the sheet's language."""
    assert concept_document("e-læring", "da") == {
        "type": "Concept",
        "prefLabel": {"da": "e-læring"},
    }
