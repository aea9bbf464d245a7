import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.importing import amounts_and_dates, cells, places_and_codes
from node.importing.person_data import is_personal_email, is_sole_proprietorship
from node.importing.problems import Code, UnreadableCell
from node.importing.sheet_rows import Cell


def code_of(read: object, *arguments: object) -> Code:
    with pytest.raises(UnreadableCell) as caught:
        read(*arguments)  # type: ignore[operator] # Any of the functions under test.
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "country", "key"),
    [
        ("951303488", "NO", "NO:951303488"),
        ("951 303 488", "NO", "NO:951303488"),
        ("951\u00a0303\u202f488", "NO", "NO:951303488"),
        ("951.303.488", "NO", "NO:951303488"),
        ("951,303,488", "NO", "NO:951303488"),
        ("NO 972281867 MVA", "NO", "NO:972281867"),
        ("NO972281867MVA", "DK", "NO:972281867"),
        ("972281867mva", "NO", "NO:972281867"),
        ("Org.nr. 972 281 867", "NO", "NO:972281867"),
        (951303488.0, "NO", "NO:951303488"),
        ("35234438.0", "DK", "DK:35234438"),
        ("35234438,00", "DK", "DK:35234438"),
        ("DK-35234438", "NO", "DK:35234438"),
        ("DK 35 23 44 38", "NO", "DK:35234438"),
        ("CVR 35234438", "NO", "DK:35234438"),
        ("CVR-nr.: 35234438", "DK", "DK:35234438"),
        (35234438, "DK", "DK:35234438"),
        ("\ufeff35234438\u200b", "DK", "DK:35234438"),
    ],
)
def test_organisation_numbers_are_read_as_offices_write_them(
    cell: Cell, country: str, key: str
) -> None:
    """A prefix names the country, else the sheet's holds."""
    assert cells.organisation_number(cell, country).key == key


@pytest.mark.parametrize(
    ("cell", "country", "code"),
    [
        ("", "NO", Code.NUMBER_MISSING),
        ("912345678", "NO", Code.CHECK_DIGIT),
        ("35234439", "DK", Code.CHECK_DIGIT),
        ("4,39416E+07", "DK", Code.DIGITS_LOST),
        ("4.39416e7", "DK", Code.DIGITS_LOST),
        ("9,51303E+08", "NO", Code.DIGITS_LOST),
        ("95130347", "NO", Code.NUMBER_LENGTH),
        ("5234438", "DK", Code.NUMBER_LENGTH),
        ("951303488", "DK", Code.NUMBER_OF_OTHER_COUNTRY),
        ("35234438", "NO", Code.NUMBER_OF_OTHER_COUNTRY),
        ("951303489", "DK", Code.NUMBER_LENGTH),
        ("kommer", "NO", Code.NUMBER_UNREADABLE),
        ("95130348O", "NO", Code.NUMBER_UNREADABLE),
        ("951303488 / 972281867", "NO", Code.NUMBER_LENGTH),
        ("#N/A", "NO", Code.SPREADSHEET_ERROR),
        ("#REF!", "NO", Code.SPREADSHEET_ERROR),
        (dt.date(2026, 1, 1), "NO", Code.NUMBER_LENGTH),
        ("９５１３０３４８８", "NO", Code.NUMBER_UNREADABLE),
    ],
)
def test_a_number_that_is_none_is_refused_with_the_reason(
    cell: Cell, country: str, code: Code
) -> None:
    """Each slip has its own code."""
    assert code_of(cells.organisation_number, cell, country) == code


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("www.eksempel.example", "https://www.eksempel.example"),
        ("HTTP://Eksempel.example/", "http://eksempel.example"),
        ("eksempel.example/om oss".replace(" ", "-"), "https://eksempel.example/om-oss"),
        ("https://blåbær.example?a=b#c", "https://blåbær.example?a=b#c"),
        ("eksempel.example:8443", "https://eksempel.example:8443"),
        ("-", ""),
        ("ingen", ""),
    ],
)
def test_web_addresses_get_https(cell: str, address: str) -> None:
    """What already has a scheme keeps it."""
    assert cells.website(cell) == address


@pytest.mark.parametrize(
    "cell",
    [
        "ikke klar",
        "javascript:alert(1)",
        "ftp://x.example",
        "localhost",
        "127.0.0.1",
        "http://user:pw@x.example",
        "https://[::1",
        "x.example:99999",
        "a.example, b.example",
        'x.example/"onload=',
    ],
)
def test_what_is_no_web_address_is_refused(cell: str) -> None:
    """Only http and https to a named host."""
    assert code_of(cells.website, cell) == Code.WEBSITE


def test_one_mail_address_is_read() -> None:
    """mailto: and brackets come off; two addresses are refused."""
    assert cells.email("mailto:Post@Eksempel.example") == "Post@eksempel.example"
    assert cells.email("<post@eksempel.example>;") == "post@eksempel.example"
    for wrong in ("post", "a@b", "post@x.example; salg@x.example", "post @x.example", "@x.example"):
        assert code_of(cells.email, wrong) == Code.EMAIL


@pytest.mark.parametrize(
    ("address", "personal"),
    [
        ("post@firma.example", False),
        ("info.oslo@firma.example", False),
        ("Kontakt@firma.example", False),
        ("firma@firma.example", False),
        ("blabaer@gruppen.example", False),
        ("kari.eksempel@firma.example", True),
        ("kari@firma.example", True),
        ("ke@firma.example", True),
        ("post.firma@gmail.com", True),
        ("k.eksempel2@firma.example", True),
    ],
)
def test_a_mailbox_that_is_not_a_role_is_a_persons(address: str, personal: bool) -> None:
    """Doubt counts as a person."""
    assert is_personal_email(address, "Blåbær AS") is personal


@pytest.mark.parametrize(
    ("name", "form", "sole"),
    [
        ("Kari Eksempel ENK", "", True),
        ("Eksempel Design v/ Kari Eksempel", "", True),
        ("Eksempel Design", "Enkeltmandsvirksomhed", True),
        ("Eksempel Design", "ENK", True),
        ("Eksempel Design", "Sole proprietorship", True),
        ("Senkeverket AS", "AS", False),
        ("Eksempel Design", "", False),
    ],
)
def test_sole_proprietorships_are_told_by_form_or_name(name: str, form: str, sole: bool) -> None:
    """ENK inside a word is none."""
    assert is_sole_proprietorship(name, form) is sole


@pytest.mark.parametrize(
    ("cell", "employees"),
    [
        ("12", (12, "")),
        (198.0, (198, "")),
        ("12.0", (12, "")),
        ("1 200", (1200, "")),
        ("1.200", (1200, "")),
        ("ca. 30", (30, "")),
        ("ca 30 ansatte", (30, "")),
        ("~25", (25, "")),
        ("4,5 årsverk", (4, "")),
        ("10-19", (None, "10–19")),
        ("10 – 19 tilsette", (None, "10–19")),
        ("10 til 19", (None, "10–19")),
        ("100+", (None, "100+")),
        ("over 100", (None, "100+")),
        ("< 10", (None, "0–9")),
        ("0", (0, "")),
        ("", (None, "")),
        ("-", (None, "")),
    ],
)
def test_employees_are_a_number_or_a_band(cell: Cell, employees: tuple[int | None, str]) -> None:
    """About thirty is thirty."""
    assert amounts_and_dates.employees(cell) == employees


def test_a_band_that_excel_made_a_date_is_told() -> None:
    """10-12 becomes the tenth of December."""
    for cell in (dt.date(2026, 12, 10), "10.des", "12-okt", "10. dec"):
        assert code_of(amounts_and_dates.employees, cell) == Code.BAND_BECAME_DATE
    for wrong in ("mange", "-3", "19-10", "99999999", "1e5"):
        assert code_of(amounts_and_dates.employees, wrong) == Code.EMPLOYEES


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("05.04.2025", dt.date(2025, 4, 5)),
        ("5.4.25", dt.date(2025, 4, 5)),
        ("05-04-2025", dt.date(2025, 4, 5)),
        ("05/04/2025", dt.date(2025, 4, 5)),
        ("2025-04-05", dt.date(2025, 4, 5)),
        ("2025-04-05T10:00:00Z", dt.date(2025, 4, 5)),
        ("05.04.2025 10:30", dt.date(2025, 4, 5)),
        ("5. april 2025", dt.date(2025, 4, 5)),
        ("maj 2025", dt.date(2025, 5, 1)),
        (dt.date(2025, 4, 5), dt.date(2025, 4, 5)),
        (dt.datetime(2025, 4, 5, 10, 0), dt.date(2025, 4, 5)),  # noqa: DTZ001 # Sheets know no zones.
        (45752.0, dt.date(2025, 4, 5)),
        ("45752", dt.date(2025, 4, 5)),
        ("", None),
    ],
)
def test_dates_are_read_day_first(cell: Cell, date: dt.date | None) -> None:
    """Written out, in numbers, as ISO 8601, or as the day count of a spreadsheet."""
    assert amounts_and_dates.date(cell) == date


def test_what_is_no_date_is_refused() -> None:
    """A lone year is one only where it says since when."""
    for wrong in ("31.02.2025", "04/25/2025", "ja", "2017", "99999", "10.10.1066", "x" * 50):
        assert code_of(amounts_and_dates.date, wrong) == Code.DATE
    assert amounts_and_dates.since("2017") == dt.date(2017, 1, 1)
    assert amounts_and_dates.since(2017.0) == dt.date(2017, 1, 1)


@pytest.mark.parametrize(
    ("cell", "country", "code"),
    [
        ("4204", "NO", "4204"),
        (4204.0, "NO", "4204"),
        ("Kristiansand", "NO", "4204"),
        ("KRISTIANSAND KOMMUNE", "NO", "4204"),
        ("4204 Kristiansand", "NO", "4204"),
        ("Kristiansand (4204)", "NO", "4204"),
        ("0301", "NO", "0301"),
        ("Herøy (Nordland)", "NO", "1818"),
        ("København", "DK", "101"),
        ("101", "DK", "101"),
        ("Høje Taastrup", "DK", "169"),
        ("Århus", "DK", "751"),
        ("", "NO", ""),
    ],
)
def test_municipalities_go_by_name_or_code(cell: Cell, country: str, code: str) -> None:
    """A code beside a name decides."""
    assert places_and_codes.municipality(cell, country) == code


def test_municipalities_that_cannot_be_told_are_refused() -> None:
    """A shared name, a lost zero, and a slip each have their own answer."""
    read = places_and_codes.municipality

    assert code_of(read, "Herøy", "NO") == Code.MUNICIPALITY_AMBIGUOUS
    assert code_of(read, "301", "NO") == Code.ZERO_LOST
    assert code_of(read, "9999", "NO") == Code.MUNICIPALITY_UNKNOWN
    with pytest.raises(UnreadableCell) as caught:
        read("Kristiandsand", "NO")
    assert caught.value.params["near"] == "Kristiansand"


@pytest.mark.parametrize(
    ("cell", "country", "preferred", "ends"),
    [
        ("62.010", "NO", "2.1", ["nace2/6201"]),
        ("62010", "NO", "2", ["nace2/6201"]),
        ("62.10.00", "DK", "2", ["nace2.1/6210"]),
        ("621000", "DK", "2", ["nace2.1/6210"]),
        ("85.592", "NO", "2", ["nace2/8559"]),
        ("85.592", "NO", "2.1", ["nace2.1/8559"]),
        (62.01, "NO", "2", ["nace2/6201"]),
        (62.1, "NO", "2", ["nace2.1/6210"]),
        ("62.010 Programmeringstjenester, konsulent", "NO", "2", ["nace2/6201"]),
        ("62.010, 70.220; 85.592", "NO", "2", ["nace2/6201", "nace2/7022", "nace2/8559"]),
        ("62,010", "NO", "2", ["nace2/6201"]),
        ("NACE 2.1 70.20", "NO", "2", ["nace2.1/7020"]),
        ("SN2025: 70.200", "NO", "2", ["nace2.1/7020"]),
        ("http://data.europa.eu/ux2/nace2.1/6210", "NO", "2", ["nace2.1/6210"]),
        ("01.110", "NO", "2", ["nace2/0111"]),
        ("", "NO", "2", []),
    ],
)
def test_industry_codes_are_cut_to_the_class(
    cell: Cell, country: str, preferred: str, ends: list[str]
) -> None:
    """The revision is the one that has the code; where both do, the preferred."""
    found, unknown = places_and_codes.nace_iris(cell, country=country, preferred_revision=preferred)

    assert [iri.removeprefix("http://data.europa.eu/ux2/") for iri in found] == ends
    assert unknown == ()


def test_an_unknown_code_does_not_hide_the_known_ones() -> None:
    """Each part is judged by itself; a lost zero is named."""
    found, unknown = places_and_codes.nace_iris(
        "62.010; 99.999; 1.11; NACE 2 62.10", country="NO", preferred_revision="2"
    )

    assert len(found) == 1
    assert [problem.code for problem in unknown] == [
        Code.NACE_UNKNOWN,
        Code.ZERO_LOST,
        Code.NACE_UNKNOWN,
    ]


@pytest.mark.parametrize("written", ["62", "62 IT-tjenester", "620", "J", "J62", "NACE 2.1 62"])
def test_a_code_that_is_too_short_is_called_so(written: str) -> None:
    """It may well be in NACE, but says too little."""
    found, (problem,) = places_and_codes.nace_iris(written, country="NO", preferred_revision="2")

    assert found == ()
    assert problem.code == Code.NACE_SHORT


def test_yes_is_said_in_many_ways_and_silence_is_no() -> None:
    """Anything else is neither."""
    for yes in ("Ja", "yes", "X", "true", True, 1.0, "1", " JA "):
        assert cells.yes_no(yes) is True
    for no in ("", "Nei", "nej", "no", False, 0.0, "-"):
        assert cells.yes_no(no) is False
    assert code_of(cells.yes_no, "kanskje") == Code.PUBLISH


def test_member_types_and_countries_are_few() -> None:
    """What is neither is refused."""
    assert [cells.member_type(cell) for cell in ("Bedrift", "Forskning", "Offentlig", "")] == [
        "firm",
        "research",
        "public",
        "",
    ]
    assert [cells.country(cell) for cell in ("Norge", "DK", "Danmark", "")] == [
        "NO",
        "DK",
        "DK",
        "",
    ]
    assert code_of(cells.member_type, "gull") == Code.MEMBER_TYPE
    assert code_of(cells.country, "Sverige") == Code.COUNTRY_UNKNOWN


def test_text_is_cleaned() -> None:
    """One kind of line break, no control characters, composed letters, no .0."""
    assert cells.text("a\r\nb\rc\0\u200b\u00a0A\u030a ") == "a\nb\nc Å"
    assert [cells.text(cell) for cell in (12.0, 12.5, True, dt.date(2026, 1, 2))] == [
        "12",
        "12.5",
        "true",
        "2026-01-02",
    ]


ANY_CELL = (
    st.text(max_size=80)
    | st.text(alphabet="0123456789.,;-/eE+ %#'=", max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates()
    | st.datetimes()
)


@given(ANY_CELL, st.sampled_from(["NO", "DK"]))
def test_any_cell_is_read_or_refused(cell: Cell, country: str) -> None:
    """No cell brings anything but UnreadableCell."""
    for read in (
        cells.text,
        cells.line,
        cells.country,
        cells.website,
        cells.email,
        cells.member_type,
        cells.yes_no,
        amounts_and_dates.employees,
        amounts_and_dates.date,
        amounts_and_dates.since,
        lambda cell: cells.organisation_number(cell, country),
        lambda cell: places_and_codes.municipality(cell, country),
        lambda cell: places_and_codes.nace_iris(cell, country=country, preferred_revision="2"),
    ):
        with suppress(UnreadableCell):
            read(cell)
