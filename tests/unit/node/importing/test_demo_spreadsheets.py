import datetime as dt
from collections import Counter

import pytest

from node.importing.import_plan import plan_import, summary
from node.importing.member_rows import MemberRow
from node.importing.problems import Code
from node.importing.sheets import read_sheet
from tests.unit.node.importing.planning import DENMARK, NORWAY, found, members
from tests.unit.node.importing.sheet_files import DEMO


def test_the_members_of_digin_but_three_are_created() -> None:
    """A wrong check digit, a number twice and a missing one are the only refusals."""
    made = plan_import(read_sheet(DEMO / "digin-medlemmer.csv"), defaults=NORWAY)

    assert summary(made) == "create 59, update 0, skip 3"
    assert made.skipped == (10, 21, 34)
    assert [item for item in found(made) if item[2] != "information"] == [
        (10, Code.CHECK_DIGIT, "error"),
        (21, Code.NUMBER_TWICE, "error"),
        (34, Code.NUMBER_MISSING, "error"),
    ]
    assert [item for item in found(made) if item[1] == Code.TOTAL_ROW] == [
        (66, Code.TOTAL_ROW, "information")
    ]
    assert Counter(problem.code for problem in made.problems)[Code.CONTACT_WITHOUT_CONSENT] == 5


def test_a_member_of_digin_is_read_whole() -> None:
    """Every column of row 4 arrives."""
    made = plan_import(read_sheet(DEMO / "digin-medlemmer.csv"), defaults=NORWAY)

    assert made.rows[0].member == MemberRow(
        number=4,
        country="NO",
        organisation_number="972281867",
        name="Berglogikk Norge AS",
        website="https://www.berglogikk.example",
        contact="Kari Eksempel",
        consent=dt.date(2026, 9, 1),
        municipality="4225",
        nace=("http://data.europa.eu/ux2/nace2/8559",),
        employees=3,
        member_since=dt.date(2017, 1, 22),
        member_type="research",
        expertise=("arbeidsplasslæring", "renholdstjenester"),
        offers=({"nb": "Kurs i arbeidsplasslæring"},),
        needs=({"nb": "Samarbeidspartner på prosjektledelse"},),
        descriptions={
            "nb": "Leverer arbeidsplasslæring til industrien på Sørlandet.",
            "en": "Delivers workplace learning to industry.",
        },
        publish=False,
    )


def test_expertise_of_digin_makes_24_concepts() -> None:
    """“helse, miljø og sikkerhet” is one of them, whole."""
    made = plan_import(read_sheet(DEMO / "digin-medlemmer.csv"), defaults=NORWAY)

    labels = {label for row in made.rows for label in row.member.expertise}

    assert "helse, miljø og sikkerhet" in labels
    assert len(labels) == 24


def test_all_members_of_infinit_are_created() -> None:
    """The notes of the second sheet are not read, the total is no member."""
    made = plan_import(read_sheet(DEMO / "infinit-medlemmer.xlsx"), defaults=DENMARK)

    assert summary(made) == "create 40, update 0, skip 0"
    assert found(made) == [
        (None, Code.OTHER_SHEETS, "information"),
        (44, Code.TOTAL_ROW, "information"),
    ]
    assert made.rows[1].member.organisation_number == "37196827"
    assert made.rows[0].member.member_since == dt.date(2025, 4, 5)
    assert sum(row.member.publish for row in made.rows) == 36


def test_the_members_of_scd_but_two_are_created() -> None:
    """The two numbers in scientific notation are refused by row."""
    made = plan_import(read_sheet(DEMO / "scd-members.csv"), defaults=DENMARK)

    assert summary(made) == "create 998, update 0, skip 2"
    assert found(made) == [(102, Code.DIGITS_LOST, "error"), (402, Code.DIGITS_LOST, "error")]
    assert made.problems[0].text("en") == (
        "Row 102, CVR “4,39416E+07”: the spreadsheet turned the number into scientific notation, "
        "and digits are lost. Format the column as text in Excel, enter the number again and "
        "export again."
    )
    assert "\n" in made.rows[1].member.descriptions["da"]


@pytest.mark.parametrize(
    "name", ["digin-medlemmer.csv", "infinit-medlemmer.xlsx", "scd-members.csv"]
)
def test_the_same_file_again_changes_nothing(name: str) -> None:
    """Unchanged rows are counted apart."""
    read = read_sheet(DEMO / name)
    first = plan_import(read, defaults=DENMARK if "digin" not in name else NORWAY)

    again = plan_import(
        read, existing=members(first), defaults=DENMARK if "digin" not in name else NORWAY
    )

    assert again.count("unchanged") == len(first.rows)
    assert (again.count("create"), again.count("update")) == (0, 0)
