import pytest

from node.importing.columns import KINDS
from node.importing.headings import find_headings
from node.importing.mapping import parse_mapping
from node.importing.problems import Code
from tests.unit.node.importing.sheet_files import sheet

EVERY_HEADING = [
    (kind.key, heading)
    for kind in KINDS.values()
    for headings in kind.headings.values()
    for heading in headings
]


def keys(*headings: str) -> list[tuple[str, str | None]]:
    found = find_headings(sheet(headings))
    return [(column.key, column.language) for column in found.columns]


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_all_headings_of_a_language_are_known(language: str) -> None:
    """The headings that exports write name every column there is."""
    headings = [kind.headings[language][0] for kind in KINDS.values()]

    found = find_headings(sheet(headings))

    assert [column.key for column in found.columns] == list(KINDS)
    assert found.problems == ()


@pytest.mark.parametrize(("key", "heading"), EVERY_HEADING)
def test_spelling_does_not_matter(key: str, heading: str) -> None:
    """Case, spaces, punctuation and the star of required columns do not count."""
    for variant in (heading, heading.upper(), f" {heading} *", heading.replace(".", "") + ":"):
        assert keys(variant)[0][0] == key


@pytest.mark.parametrize(
    ("heading", "language"),
    [
        ("Om bedriften_en", "en"),
        ("Om bedriften (EN)", "en"),
        ("Beskrivelse [da]", "da"),
        ("Description - English", "en"),
        ("Beskriving nynorsk", "nn"),
        ("Om verksemda", None),
        ("About (for the web)", None),
    ],
)
def test_a_description_may_name_its_language(heading: str, language: str | None) -> None:
    """A tag or a name after the heading says which."""
    assert keys(heading) == [("description", language)]


def test_no_dk_and_sv_are_no_languages() -> None:
    """They are refused with what was perhaps meant."""
    found = find_headings(
        sheet(("Bedrift", "Org.nr.", "Om bedriften_no", "Beskrivelse (dk)", "Description_sv"))
    )

    assert [problem.code for problem in found.problems] == [Code.COLUMN_LANGUAGE] * 3
    assert "“nb”" in found.problems[0].text("en")
    assert "Northern Sámi" in found.problems[2].text("en")


def test_titles_and_blank_lines_above_are_passed_over() -> None:
    """The row with most known headings is the one."""
    found = find_headings(
        sheet(
            ("Medlemmer 2026", "", "Kontakt"), (), ("Firma", "CVR", "Hjemmeside"), ("A", "1", "x")
        )
    )

    assert found.number == 3


def test_headings_too_far_down_are_not_found() -> None:
    """Twenty rows are searched."""
    found = find_headings(sheet(*[("x",)] * 20, ("Bedrift", "Org.nr.")))

    assert found.number is None
    assert [problem.code for problem in found.problems] == [Code.NO_HEADINGS]


def test_an_unknown_column_brings_a_suggestion() -> None:
    """The nearest known heading is asked for."""
    found = find_headings(sheet(("Bedrift", "Org.nr.", "Kompetnse", "Postnummer")))

    assert found.problems[0].text("nb") == (
        "Rad 1, Kompetnse: overskriften er ukjent, og kolonnen leses ikke. "
        "Mente dere «Kompetanse»? Rett overskriften, eller nevn den i en tilordningsfil."
    )
    assert "Mente" not in found.problems[1].text("nb")


def test_a_missing_required_column_is_one_problem_that_names_what_was_seen() -> None:
    """All headings stand in it."""
    found = find_headings(sheet(("Bedrift", "Kommune", "Ansatte")))

    assert found.number is None
    assert [(problem.code, problem.severity) for problem in found.problems] == [
        (Code.COLUMN_MISSING, "error")
    ]
    assert "Bedrift, Kommune, Ansatte" in found.problems[0].text("nn")


def test_of_two_columns_with_one_meaning_the_first_is_used() -> None:
    """The other is reported."""
    found = find_headings(sheet(("Firma", "Bedrift", "Org.nr.", "CVR")))

    assert [column.heading for column in found.columns] == ["Firma", "Org.nr."]
    assert [problem.code for problem in found.problems] == [Code.COLUMN_TWICE] * 2


def test_industry_codes_may_have_several_columns() -> None:
    """Numbered columns of one kind are read together."""
    assert keys("Næringskode 1", "Næringskode 2", "Kompetanse 1") == [
        ("nace", None),
        ("nace", None),
        ("expertise", None),
    ]


def test_a_heading_in_two_languages_is_understood() -> None:
    """Both parts mean the same."""
    assert keys("Virksomhed / Company", "Kommune/Municipality") == [
        ("name", None),
        ("municipality", None),
    ]


def test_a_mapping_names_other_headings() -> None:
    """They go before those that are known anyway."""
    mapping = parse_mapping(
        '[column.org_id]\nheadings = ["Kundenr."]\n'
        '[column.description]\nheadings = {en = ["Blurb"]}\nlanguage = "en"\n'
        '[column.contact]\nheadings = ["Medlem"]\n'
    )

    found = find_headings(sheet(("Bedrift", "Kundenr.", "Blurb", "Medlem")), mapping)

    assert [(column.key, column.language) for column in found.columns] == [
        ("name", None),
        ("org_id", None),
        ("description", "en"),
        ("contact", None),
    ]


def test_a_long_cell_is_no_heading() -> None:
    """Nor does it hold the search up."""
    found = find_headings(sheet(("Bedrift", "Org.nr.", "x" + " " * 100_000 + "(")))

    assert [problem.code for problem in found.problems] == [Code.COLUMN_UNKNOWN]
