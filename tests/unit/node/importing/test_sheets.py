import datetime as dt
import io
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.importing.problems import Code, SheetError
from node.importing.sheets import SheetLimits, read_sheet
from tests.unit.node.importing.sheet_files import ods, xlsx

TEXT = "Bedrift;Org.nr.;Kommune\r\nBlåbær & Søn A/S;951303488;Færder\r\n"
CELLS = [
    ("Bedrift", "Org.nr.", "Kommune"),
    ("Blåbær & Søn A/S", "951303488", "Færder"),
]


def cells(content: bytes, **options: object) -> list[tuple[object, ...]]:
    return [row.cells for row in read_sheet(content, **options).rows]  # type: ignore[arg-type] # Test options.


def refusal(content: bytes, **options: object) -> Code:
    with pytest.raises(SheetError) as caught:
        read_sheet(content, **options)  # type: ignore[arg-type] # Test options.
    return caught.value.code


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", ":", "~"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_every_delimiter_is_found_in_every_encoding(delimiter: str, encoding: str) -> None:
    """The same cells come out of all 36 kinds of CSV."""
    assert cells(TEXT.replace(";", delimiter).encode(encoding)) == CELLS


def test_utf16_with_a_mark_is_read_in_both_byte_orders() -> None:
    """The byte order mark decides, and is no part of the first cell."""
    assert cells(b"\xff\xfe" + TEXT.encode("utf-16-le")) == CELLS
    assert cells(b"\xfe\xff" + TEXT.encode("utf-16-be")) == CELLS


def test_a_named_encoding_and_delimiter_are_used() -> None:
    """DOS code page 865 cannot be told from Windows-1252, so it has to be named."""
    content = TEXT.replace(";", "#").encode("cp865")

    assert cells(content, encoding="cp865", delimiter="#") == CELLS


def test_a_wrong_encoding_is_an_error() -> None:
    """Windows-1252 is not UTF-8."""
    assert refusal(TEXT.encode("windows-1252"), encoding="utf-8") == Code.ENCODING
    assert refusal(TEXT.encode(), encoding="klingon") == Code.ENCODING


def test_damaged_utf8_is_not_taken_for_windows_1252() -> None:
    """Every å in it would come out as two letters."""
    assert refusal(TEXT.encode() + b"caf\xe9;;\n") == Code.ENCODING
    assert cells("Café São;b\nd;e\n".encode("windows-1252"))[0] == ("Café São", "b")


def test_a_line_of_delimiters_is_too_many_cells() -> None:
    """Memory would go by the cell."""
    assert refusal(b"a" + b";" * 4_000_000) == Code.TOO_MANY_CELLS


def test_a_record_with_line_breaks_is_one_row() -> None:
    """Numbers count records, blank ones too, as a spreadsheet program shows them."""
    content = b'a;b\n\n"one\ntwo\r\nthree";x\n;;\nlast;y\n'

    rows = read_sheet(content).rows

    assert [row.number for row in rows] == [1, 3, 5]
    assert rows[1].cells == ("one\ntwo\r\nthree", "x")


def test_commas_in_a_file_of_semicolons_separate_nothing() -> None:
    """The delimiter is the one that cuts the rows alike."""
    content = b"Navn;Kompetanse\nA;x, y, z\nB;x, y\nC;z\n"

    assert cells(content)[1] == ("A", "x, y, z")


def test_colons_of_times_separate_nothing_where_something_else_does() -> None:
    """A colon is a delimiter only in a file without any other."""
    content = b"Navn;Tid\nA;12:30:00\nB;13:30:00\n"

    assert cells(content)[1] == ("A", "12:30:00")


def test_the_separator_line_of_excel_counts_but_is_no_row() -> None:
    """``sep=|`` names the delimiter."""
    rows = read_sheet(b"sep=|\r\na;b|c\r\n").rows

    assert [(row.number, row.cells) for row in rows] == [(2, ("a;b", "c"))]


def test_guards_against_formulas_are_taken_off() -> None:
    """An apostrophe before a formula and ="…" around a number are no part of the cell."""
    assert cells(b"a;b;c;d\n'=1+1;=\"0123\";'s-Hertogenbosch;''=x\n")[1] == (
        "=1+1",
        "0123",
        "'s-Hertogenbosch",
        "'=x",
    )


def test_an_open_quotation_mark_is_named_with_its_row() -> None:
    """Else the rest of the file would vanish into one cell."""
    with pytest.raises(SheetError) as caught:
        read_sheet(b'a;b\nc;d\n"e;f\ng;h\n')

    assert caught.value.code == Code.QUOTE_OPEN
    assert "row 3" in caught.value.text("en")


def test_a_name_in_quotation_marks_opens_nothing() -> None:
    """“"Smart" AS” loses its marks and nothing else."""
    assert cells(b'a;b\n"Smart" AS;x\nc;d\n')[1:] == [("Smart AS", "x"), ("c", "d")]


def test_numbers_of_a_workbook_count_its_empty_rows() -> None:
    """Leading and inner empty rows and columns count."""
    content = xlsx((), (), ("", "Bedrift", "Org.nr."), (), ("", "A", 951303488))

    rows = read_sheet(content).rows

    assert [row.number for row in rows] == [3, 5]
    assert rows[1].cells == ("", "A", 951303488.0)


def test_dates_and_truths_of_a_workbook_keep_their_kind() -> None:
    """A date is a date and no text."""
    content = xlsx(("d", "t"), (dt.date(2026, 8, 15), True))

    assert read_sheet(content).rows[1].cells == (dt.date(2026, 8, 15), True)


def test_the_first_visible_sheet_is_read_unless_another_is_named() -> None:
    """What office keeps in a second or a hidden sheet stays there."""
    content = xlsx(("x", "y"), sheets=("Medlemmer", "Interne notater"))

    first = read_sheet(content)

    assert (first.name, first.other_sheets) == ("Medlemmer", ("Interne notater",))
    assert read_sheet(content, sheet=" interne NOTATER").name == "Interne notater"
    assert read_sheet(xlsx(("x",), sheets=("secret",), hidden="secret")).name == "shown"


def test_an_unknown_sheet_is_refused_with_those_there_are() -> None:
    """The message lists the sheets."""
    with pytest.raises(SheetError) as caught:
        read_sheet(xlsx(("x",), sheets=("Medlemmer", "Noter")), sheet="Members")

    assert "Medlemmer, Noter" in caught.value.text("en")


def test_opendocument_is_read() -> None:
    """ODS gives the same rows."""
    rows = read_sheet(ods(("Tittel",), (), ("Bedrift", "Org.nr."), ("Blåbær", "951303488"))).rows

    assert [(row.number, row.cells[:2]) for row in rows][1:] == [
        (3, ("Bedrift", "Org.nr.")),
        (4, ("Blåbær", "951303488")),
    ]


def _zip(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


WORKBOOK = xlsx(("Bedrift", "Org.nr."), ("A", "951303488"))


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "x.csv", Code.FILE_EMPTY),
        (b"\r\n \n", "x.csv", Code.FILE_EMPTY),
        (b"PK\x03\x04 no archive", "x.xlsx", Code.FILE_UNREADABLE),
        (WORKBOOK[: len(WORKBOOK) // 2], "x.xlsx", Code.FILE_UNREADABLE),
        (_zip(readme="hello"), "x.xlsx", Code.FILE_UNREADABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.xls", Code.FILE_UNREADABLE),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "x.xlsx",
            Code.FILE_PROTECTED,
        ),
        (TEXT.encode(), "x.xlsx", Code.FILE_MISNAMED),
        (b"<html><table><tr><td>a</td></tr></table>", "x.xls", Code.FILE_IS_WEB_PAGE),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "x.csv", Code.FILE_IS_WEB_PAGE),
        (b"%PDF-1.7", "x.csv", Code.FILE_NOT_TABLE),
        (b"\x7fELF\0\1\2" + bytes(range(256)), "x.csv", Code.FILE_NOT_TABLE),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_a_reason(
    content: bytes, name: str, code: Code
) -> None:
    """Each kind of broken file has its own message, in four languages."""
    with pytest.raises(SheetError) as caught:
        read_sheet(content, file_name=name)

    assert caught.value.code == code
    assert len({caught.value.text(language) for language in ("nb", "nn", "da", "en")}) == 4


def test_a_missing_file_is_an_error() -> None:
    """Its name is in the message."""
    with pytest.raises(SheetError, match="nowhere"):
        read_sheet(Path("nowhere.csv"))


def test_sizes_are_bounded() -> None:
    """Bytes and rows have limits, for text and workbooks."""
    limits = SheetLimits(bytes=40_000, rows=3)
    many = b"a;b\n" * 5

    assert refusal(b"a;b\n" * 20_000, limits=limits) == Code.FILE_TOO_LARGE
    assert refusal(many, limits=limits) == Code.TOO_MANY_ROWS
    assert refusal(xlsx(*[("a", "b")] * 5), limits=limits) == Code.TOO_MANY_ROWS


def test_a_cell_at_the_far_corner_ends_only_the_reading_process() -> None:
    """A dense table of that size would need half a terabyte."""
    out = io.BytesIO(xlsx(("a",)))
    far = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(far, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(
                    b"</sheetData>",
                    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
                )
            target.writestr(name, part)

    assert refusal(far.getvalue()) == Code.TOO_MANY_CELLS


def test_a_reading_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time-out is an error like any other."""

    def too_slow(*arguments: object, **options: object) -> object:
        raise subprocess.TimeoutExpired("reader", 1)

    monkeypatch.setattr("node.importing.workbooks.subprocess.run", too_slow)

    assert refusal(WORKBOOK) == Code.TOO_MANY_CELLS


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
def test_any_bytes_are_a_sheet_or_an_error(content: bytes) -> None:
    """No text file brings anything but SheetError."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return
    with suppress(SheetError):
        read_sheet(content)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_workbook_is_a_sheet_or_an_error(data: st.DataObject) -> None:
    """Bytes of a workbook changed anywhere bring nothing but SheetError."""
    damaged = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(SheetError):
        read_sheet(bytes(damaged))
