import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.importing.import_plan import plan_import, summary
from node.importing.member_rows import MemberRow
from node.importing.problem_texts import LANGUAGES, TEXTS
from node.importing.problems import Code
from node.importing.sheets import read_sheet
from tests.unit.node.importing.planning import NORWAY, NUMBERS, found, members, plan
from tests.unit.node.importing.sheet_files import sheet, xlsx
from tests.unit.node.importing.test_cells import ANY_CELL


def test_every_problem_comes_at_once_and_only_required_cells_stop_a_row() -> None:
    """A row full of slips is created without the fields that cannot be read."""
    made = plan(
        (
            *("Bedrift", "Org.nr.", "Nettside", "E-post", "Kommune", "Næringskode", "Ansatte"),
            *("Medlem siden", "Medlemstype", "Offentlig", "Samtykke", "Kontakt"),
        ),
        (
            *("A AS", NUMBERS[0], "ikke klar", "post", "Herøy", "99.999", "mange"),
            *("en gang", "gull", "kanskje", "ja", "Kari"),
        ),
    )

    assert summary(made) == "create 1, update 0, skip 0"
    assert {problem.code for problem in made.problems} == {
        Code.WEBSITE,
        Code.EMAIL,
        Code.MUNICIPALITY_AMBIGUOUS,
        Code.NACE_UNKNOWN,
        Code.EMPLOYEES,
        Code.DATE,
        Code.MEMBER_TYPE,
        Code.PUBLISH,
        Code.CONTACT_WITHOUT_CONSENT,
    }
    assert made.rows[0].member == MemberRow(
        number=2,
        country="NO",
        organisation_number=NUMBERS[0],
        name="A AS",
        contact="Kari",
    )


@pytest.mark.parametrize(
    ("heading", "number", "country"),
    [
        ("CVR", "35234438", "DK"),
        ("CVR-nr.", "35234438", "DK"),
        ("CVR number", "35234438", "DK"),
        ("Org.nr.", NUMBERS[0], "NO"),
        ("Company number", NUMBERS[0], "NO"),
    ],
)
def test_a_heading_that_names_a_register_names_its_country(
    heading: str, number: str, country: str
) -> None:
    """A Danish list is read on a Norwegian node; what names no register is the node's own."""
    made = plan(("Company", heading), ("A", number))

    assert [row.member.country for row in made.rows if row.member] == [country]


def test_the_mapping_file_knows_the_country_better_than_the_heading() -> None:
    """Who writes it down means it."""
    made = plan(("Firma", "CVR"), ("A", NUMBERS[0]), mapping='[csv]\ncountry = "NO"\n')

    assert [row.member.country for row in made.rows if row.member] == ["NO"]


def test_a_missing_name_and_an_unknown_country_stop_a_row() -> None:
    """The rows around them are created."""
    made = plan(
        ("Bedrift", "Org.nr.", "Land"),
        ("A", NUMBERS[0], "Norge"),
        ("", NUMBERS[1], ""),
        ("C", NUMBERS[2], "Sverige"),
        ("D", "35234438", "Danmark"),
    )

    assert made.skipped == (3, 4)
    assert list(members(made)) == [f"NO:{NUMBERS[0]}", "DK:35234438"]


def test_of_two_rows_with_one_number_the_first_good_one_wins() -> None:
    """A row that is itself refused takes no number."""
    made = plan(
        ("Bedrift", "Org.nr."),
        ("", NUMBERS[0]),
        ("Første", NUMBERS[0]),
        ("Andre", f"NO {NUMBERS[0]} MVA"),
    )

    assert members(made)[f"NO:{NUMBERS[0]}"].name == "Første"
    assert made.skipped == (2, 4)
    assert made.problems[-1].text("nn") == (
        f"Rad 4, Org.nr. «NO {NUMBERS[0]} MVA»: nummeret står alt i rad 3, som blir brukt. "
        "Rett nummeret eller slett ei av radene."
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("Sum", "", "1534"), Code.TOTAL_ROW),
        (("I alt:", "", ""), Code.TOTAL_ROW),
        (("Antall medlemmer: 62", "", ""), Code.TOTAL_ROW),
        (("", "", 1534.0), Code.TOTAL_ROW),
        (("# kommentar", "", ""), Code.NOTE_ROW),
        (("Kilde: Enhetsregisteret", "", ""), Code.NOTE_ROW),
        (("", "", "sist rettet i dag"), Code.NOTE_ROW),
        (("Bedrift", "Org.nr.", "Ansatte"), Code.REPEATED_HEADINGS),
    ],
)
def test_totals_notes_and_headings_are_no_members(row: tuple[Any, ...], code: Code) -> None:
    """They are told as information and not counted as skipped."""
    made = plan(("Bedrift", "Org.nr.", "Ansatte"), ("A", NUMBERS[0], 3), row)

    assert found(made) == [(3, code, "information")]
    assert made.skipped == ()


def test_a_member_may_be_called_sum_or_begin_with_a_hash() -> None:
    """A row with a number is a member, and a name without one is a refusal."""
    made = plan(
        ("Bedrift", "Org.nr."),
        ("Sum AS", NUMBERS[0]),
        ("#merkelapp AS", NUMBERS[1]),
        ("Totalt", NUMBERS[2]),
        ("Totalrenhold AS", ""),
    )

    assert (len(made.rows), made.skipped) == (3, (5,))


def test_what_the_sheet_does_not_speak_of_stays() -> None:
    """A missing column and an unreadable cell keep, an empty cell empties."""
    known = MemberRow(
        country="NO",
        organisation_number=NUMBERS[0],
        name="Gammelt navn",
        website="https://a.example",
        municipality="4204",
        employees=7,
        descriptions={"nb": "Før", "en": "Before"},
        publish=True,
    )

    made = plan(
        ("Bedrift", "Org.nr.", "Kommune", "Ansatte", "Om bedriften"),
        ("Nytt navn", NUMBERS[0], "Ukjent", "", "Etter"),
        existing={known.key: known},
    )

    assert made.rows[0].action == "update"
    assert set(made.rows[0].changed) == {"name", "employees", "descriptions"}
    assert made.rows[0].member == replace(
        known,
        number=2,
        name="Nytt navn",
        employees=None,
        descriptions={"nb": "Etter", "en": "Before"},
    )


def test_another_label_of_an_expertise_is_no_change() -> None:
    """Neither another case, nor the label that the same concept has in another language."""
    known = MemberRow(
        country="NO",
        organisation_number=NUMBERS[0],
        name="A",
        expertise=("it-infrastruktur", "secure coding"),
    )
    read = sheet(
        ("Bedrift", "Org.nr.", "Kompetanse"),
        ("A", NUMBERS[0], "IT-infrastruktur; sikker koding"),
    )
    defaults = replace(NORWAY, synonyms={"sikker koding": "secure coding"})

    made = plan_import(read, existing={known.key: known}, defaults=defaults)

    assert made.rows[0].action == "unchanged"


def test_members_are_private_unless_the_sheet_says_yes() -> None:
    """No column, an empty cell and “nei” all mean no."""
    assert not plan(("Bedrift", "Org.nr."), ("A", NUMBERS[0])).rows[0].member.publish
    made = plan(
        ("Bedrift", "Org.nr.", "Offentlig"),
        ("A", NUMBERS[0], ""),
        ("B", NUMBERS[1], "Nei"),
        ("C", NUMBERS[2], "Ja"),
    )
    assert [row.member.publish for row in made.rows] == [False, False, True]


def test_a_sole_proprietorship_is_not_shown_until_its_owner_confirms() -> None:
    """Once it is shown here, an import does not hide it again."""
    rows = (("Bedrift", "Org.nr.", "Offentlig"), ("Kari Eksempel ENK", NUMBERS[0], "Ja"))

    made = plan(*rows)
    confirmed = replace(made.rows[0].member, publish=True)
    again = plan(*rows, existing={confirmed.key: confirmed})

    assert found(made) == [(2, Code.SOLE_PROPRIETORSHIP, "warning")]
    assert not made.rows[0].member.publish
    assert again.rows[0].action == "unchanged"


def test_offers_in_several_languages_are_one_draft() -> None:
    """The same place in the list is the same offer."""
    made = plan(
        ("Bedrift", "Org.nr.", "Tilbyr", "Tilbyr_en", "Tilbyr 2"),
        ("A", NUMBERS[0], "Kurs; Råd", "Course", "Lån"),
    )

    assert made.rows[0].member.offers == (
        {"nb": "Kurs", "en": "Course"},
        {"nb": "Råd"},
        {"nb": "Lån"},
    )


def test_a_mapping_may_require_more() -> None:
    """A row without the cell is skipped."""
    made = plan(
        ("Bedrift", "Org.nr.", "Nettside"),
        ("A", NUMBERS[0], ""),
        ("B", NUMBERS[1], "ikke klar"),
        ("C", NUMBERS[2], "c.example"),
        mapping="[column.website]\nrequired = true",
    )

    assert made.skipped == (2, 3)


def test_without_usable_headings_nothing_is_read() -> None:
    """The plan says so and holds the reason."""
    made = plan(("Navn", "By"), ("A", "B"))

    assert not made.usable
    assert summary(made) == "create 0, update 0, skip 0"


def test_an_empty_sheet_has_no_headings() -> None:
    """It is a problem, not a crash."""
    assert found(plan()) == [(None, Code.NO_HEADINGS, "error")]


def test_every_code_has_texts_in_four_languages() -> None:
    """And no text belongs to no code."""
    assert set(TEXTS) == set(Code)
    for texts in TEXTS.values():
        assert tuple(texts) == LANGUAGES
        assert all(text.endswith(".") for text in texts.values())


def test_a_summary_is_in_the_readers_language() -> None:
    """Unchanged rows come last, where there are any."""
    rows = (("Bedrift", "Org.nr."), ("A", NUMBERS[0]))
    made = plan(*rows, existing=members(plan(*rows)))

    assert summary(made, "da") == "opret 0, opdatér 0, spring over 0, uændret 1"
    assert summary(made, "fr") == "create 0, update 0, skip 0, unchanged 1"


def test_a_workbook_without_members_is_planned() -> None:
    """Dates among the headings and short rows do no harm."""
    read = read_sheet(xlsx(("Bedrift", "Org.nr.", dt.date(2026, 1, 1)), ("A",)))

    assert plan_import(read, defaults=NORWAY).skipped == (2,)


HEADINGS = (
    *("Bedrift", "Org.nr.", "Nettside", "E-post", "Kontaktperson", "Samtykke", "Kommune"),
    *("Næringskode", "Ansatte", "Medlem siden", "Medlemstype", "Kompetanse", "Tilbyr", "Søker"),
    *("Om bedriften", "Offentlig", "Land", "Organisasjonsform"),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            ANY_CELL,
            st.sampled_from(NUMBERS) | ANY_CELL,
            *[ANY_CELL] * (len(HEADINGS) - 2),
        ),
        max_size=3,
    )
)
def test_any_cells_make_a_plan_with_texts(rows: list[tuple[Any, ...]]) -> None:
    """Every row is planned, skipped or set aside, and every problem can be told."""
    made = plan(HEADINGS, *rows)

    aside = {
        problem.row
        for problem in made.problems
        if problem.code in (Code.TOTAL_ROW, Code.NOTE_ROW, Code.REPEATED_HEADINGS)
    }
    filled = [row for row in rows if any(cell != "" for cell in row)]
    assert len(made.rows) + len(made.skipped) + len(aside) == len(filled)
    for problem in made.problems:
        assert all(problem.text(language) for language in LANGUAGES)
