import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocab.schemes.languages import (
    LANGUAGES,
    UnknownLanguage,
    check_language_tag,
    language_name,
)
from vocab.schemes.nace import find_nace, is_nace, nace_bridge, nace_label
from vocab.schemes.readiness import readiness_sentence
from vocab.schemes.regions import (
    country_of,
    find_municipality,
    is_region,
    municipalities,
    region_name,
    region_names,
)
from vocab.terms import NACE_2, NACE_2_1, NUTS


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("NO", "Kristiansand", "4204"),
        ("NO", "KRISTIANSAND kommune", "4204"),
        ("NO", "4204", "4204"),
        ("NO", "301", "0301"),
        ("NO", " 0301 ", "0301"),
        ("DK", "Århus", "751"),
        ("DK", "Aarhus", "751"),
        ("DK", "Københavns Kommune", "101"),
        ("NO", "Herøy (Nordland)", "1818"),
        ("NO", "Herøy, Møre og Romsdal", "1515"),
    ],
)
def test_a_municipality_is_found_as_offices_write_it(country: str, text: str, code: str) -> None:
    """Case, "kommune", å or aa, and a lost zero do not matter."""
    found = find_municipality(country, text)

    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("country", "text"),
    [("NO", "Herøy"), ("NO", "Våler"), ("DK", "Kristiansand"), ("NO", ""), ("SE", "Kiruna")],
)
def test_a_municipality_is_never_guessed(country: str, text: str) -> None:
    """A name that several share, or none has, gives None."""
    assert find_municipality(country, text) is None


def test_every_municipality_is_found_by_code_and_by_name() -> None:
    """No row of the table is out of reach."""
    for place in municipalities():
        assert find_municipality(place.country, place.code) == place
        assert find_municipality(place.country, f"{place.name}") == place
        assert place.nuts3 in region_names()
        assert country_of(place.nuts_iri) == place.country


def test_every_region_is_named_in_four_languages() -> None:
    """The table of regions has no gaps, and each region lies in one that is there too."""
    text = (files("vocab.schemes") / "regions.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))

    assert len(rows) == len(region_names())
    for row in rows:
        assert all(row.values()), row
        assert len(row["code"]) == 2 or row["code"][:-1] in region_names()


def test_regions_have_names_by_language() -> None:
    """The reader's language is used, English where there is none."""
    assert region_name(NUTS + "DK042", "nn") == "Austjylland"
    assert region_name(NUTS + "DK031", "en") == "Funen"
    assert region_name(NUTS + "NO0", "se") == "Norway"
    assert region_name(NUTS + "SE110", "nb") == "SE110"
    assert country_of("https://a.example/NO0") == ""


@pytest.mark.parametrize(
    ("code", "country", "preferred", "iri"),
    [
        ("62.010", "NO", "2.1", NACE_2 + "6201"),
        ("62.100", "NO", "2", NACE_2_1 + "6210"),
        ("41.000", "NO", "2", NACE_2_1 + "4100"),
        ("620100", "DK", "2.1", NACE_2 + "6201"),
        ("11100", "DK", "2", NACE_2 + "0111"),
        ("1.11", "NO", "2", NACE_2 + "0111"),
        ("85.592", "NO", "2", NACE_2 + "8559"),
        ("85.592", "NO", "2.1", NACE_2_1 + "8559"),
        ("62", "NO", "2.1", NACE_2_1 + "62"),
        ("70.220 Bedriftsrådgivning", "NO", "2", NACE_2 + "7022"),
    ],
)
def test_a_national_code_is_cut_to_its_class(
    code: str, country: str, preferred: str, iri: str
) -> None:
    """The revision that holds the code is taken; where both do, the preferred one."""
    found = find_nace(code, country=country, preferred_revision=preferred)

    assert found is not None
    assert found.iri == iri


@pytest.mark.parametrize("code", ["", "abc", "99.999", "6", "6201000", "00.00"])
def test_what_is_no_industry_is_none(code: str) -> None:
    """A code in neither revision is not guessed."""
    assert find_nace(code, country="NO", preferred_revision="2") is None


def test_revisions_compare_by_division_only() -> None:
    """Classes were cut anew in 2.1, so across revisions two digits count."""
    assert nace_bridge(NACE_2 + "6201", NACE_2 + "6201") == 4
    assert nace_bridge(NACE_2 + "6201", NACE_2 + "6209") == 3
    assert nace_bridge(NACE_2 + "6201", NACE_2_1 + "6210") == 2
    assert nace_bridge(NACE_2 + "6201", NACE_2_1 + "6310") == 0
    assert nace_bridge(NACE_2 + "6201", "https://a.example/6201") == 0


def test_labels_are_eurostats() -> None:
    """A class is labelled; an unknown IRI shows its end."""
    assert nace_label(NACE_2_1 + "6210", "nb") == "Computer programming activities"
    assert nace_label("https://a.example/x/77", "nb") == "77"


@given(st.text(), st.sampled_from(["NO", "DK", "SE"]), st.sampled_from(["2", "2.1"]))
def test_any_text_is_a_code_or_none(text: str, country: str, revision: str) -> None:
    """No cell of a spreadsheet makes the look-up fail."""
    found = find_nace(text, country=country, preferred_revision=revision)

    assert found is None or found.digits.isdigit()
    assert find_municipality(country, text) is None or text.strip()


@pytest.mark.parametrize(
    ("tag", "hint"), [("no", "nb"), ("dk", "da"), ("sv", "Sámi"), ("xx", "nb, nn, da")]
)
def test_usual_slips_are_refused_with_a_hint(tag: str, hint: str) -> None:
    """The refusal says what to write instead."""
    with pytest.raises(UnknownLanguage, match=hint):
        check_language_tag(tag)


def test_language_tags_lose_their_country() -> None:
    """nb-NO is nb."""
    assert check_language_tag("nb-NO") == "nb"
    assert [check_language_tag(tag) for tag in LANGUAGES] == list(LANGUAGES)


def test_languages_have_names() -> None:
    """A language is called by its name in the reader's language."""
    assert language_name("da", "en") == "Danish"
    assert language_name("da", "nb") == "dansk"
    assert language_name("qqq", "nb") == "qqq"
    assert language_name("da", "qqq") == "Danish"


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_every_readiness_level_has_a_sentence(language: str) -> None:
    """Nine levels, nine sentences, in each language."""
    assert len({readiness_sentence(level, language) for level in range(1, 10)}) == 9
    with pytest.raises(ValueError, match="1 to 9"):
        readiness_sentence(10, language)


@pytest.mark.parametrize(
    ("iri", "known"),
    [
        (NACE_2_1 + "6210", True),
        (NACE_2 + "6201", True),
        (NACE_2_1 + "6201", False),
        (NACE_2_1 + "62", True),
        (NACE_2_1 + "V", True),
        (NACE_2 + "V", False),
        (NACE_2_1 + "9999", False),
        (NACE_2_1 + "6", False),
        ("http://data.europa.eu/ux2/nace1.1/6201", False),
        (NACE_2_1, False),
    ],
)
def test_a_code_of_nace_is_known_in_its_revision(iri: str, known: bool) -> None:
    """A code of the other revision is none of this one."""
    assert is_nace(iri) is known


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("NO092", True),
        ("DK01", True),
        ("NO", True),
        ("NO999", False),
        ("DK099", False),
        ("SE232", True),
        ("DEF0", True),
        ("XX999", False),
        ("se232", False),
        ("NO0920", False),
        ("", False),
    ],
)
def test_a_region_is_known_by_the_list_or_by_its_form(code: str, known: bool) -> None:
    """Norway and Denmark are listed; of other countries only that they are in NUTS is known."""
    assert is_region(NUTS + code) is known
    assert not is_region(code)
