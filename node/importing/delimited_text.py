"""Read CSV as offices save it: any delimiter, four encodings, line breaks inside fields."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from node.importing.problems import Code, SheetError
from node.importing.sheet_rows import Row, Sheet, SheetLimits

DELIMITERS = (";", ",", "\t", "|")
#: Times and addresses hold colons too, so these count only where none of the others does.
RARE_DELIMITERS = (":", "~")
#: Records, and characters, that the delimiter is judged by.
SAMPLE = 200
SAMPLE_CHARACTERS = 1_000_000
#: A spreadsheet program holds 32,767 characters in a cell; more is a quotation mark left open.
FIELD_CHARACTERS = 200_000

#: å, æ, ø, Å, Æ, Ø of UTF-8 read as Windows-1252: the file is UTF-8 with a damaged byte.
_UTF8_AS_WINDOWS = re.compile("Ã[¥¦¸…†˜]")
#: Excel writes this first line to say which delimiter follows.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
#: ="0123" keeps a spreadsheet program from reading a number.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
#: What our export puts an apostrophe before, and those that already had one (CWE-1236).
FORMULA_START = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def read_delimited_text(
    content: bytes, *, delimiter: str | None, encoding: str | None, limits: SheetLimits
) -> Sheet:
    """Return the rows of a CSV file that are not blank; raises SheetError."""
    text = decode_text(content, encoding)
    separator_line = _SEPARATOR_LINE.match(text)
    if separator_line:
        delimiter = delimiter or separator_line[1]
    csv.field_size_limit(FIELD_CHARACTERS)
    delimiter = delimiter or find_delimiter(text)
    if text.count(delimiter) > limits.cells:
        raise SheetError(Code.TOO_MANY_CELLS)
    records = _records(text, delimiter)
    rows = []
    for number, cells in enumerate(records, 1):
        if number > limits.rows:
            raise SheetError(Code.TOO_MANY_ROWS, limit=f"{limits.rows:,}")
        if any(cell.strip() for cell in cells) and not (number == 1 and separator_line):
            rows.append(Row(number=number, cells=tuple(map(_unguarded, cells))))
    return Sheet(rows=tuple(rows))


def decode_text(content: bytes, encoding: str | None) -> str:
    """Return the text of *content*.

    Without *encoding*: what a byte order mark says, UTF-16 where every other byte is mostly
    zero, UTF-8 where it decodes, else Windows-1252. Raises SheetError, also for a text that is
    mostly UTF-8: read as Windows-1252, every name in it would be spoilt.
    """
    if encoding and encoding != "auto":
        return _decoded(content, encoding)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, name)
    if b"\0" in content[:4096]:
        return _decoded(content, _wide_encoding(content[:4096]))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _decoded(content, "windows-1252")
        if _UTF8_AS_WINDOWS.search(text):
            raise SheetError(Code.ENCODING, encoding="UTF-8") from error
        return text


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise SheetError(Code.ENCODING, encoding=encoding) from error
    if "\0" in text:
        raise SheetError(Code.FILE_NOT_TABLE)
    return text.removeprefix("\ufeff")


def _wide_encoding(start: bytes) -> str:
    """Tell UTF-16 from the side that the zeros of Latin letters are on."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) // 5:
        raise SheetError(Code.FILE_NOT_TABLE)
    return "utf-16-le" if odd > even else "utf-16-be"


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts most records into the same number of fields, and many."""
    start = text[:SAMPLE_CHARACTERS]
    for delimiters in (DELIMITERS, RARE_DELIMITERS):
        found = {delimiter: _regularity(start, delimiter) for delimiter in delimiters}
        best = max(delimiters, key=found.__getitem__)
        if found[best]:
            return best
    return DELIMITERS[0]


def _regularity(text: str, delimiter: str) -> float:
    lengths: Counter[int] = Counter()
    try:
        for record, _ in zip(_reader(text, delimiter), range(SAMPLE), strict=False):
            if any(record):
                lengths[len(record)] += 1
    except csv.Error:
        return 0.0
    if not lengths:
        return 0.0
    return max((fields - 1) * count / lengths.total() for fields, count in lengths.items())


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield every record, blank ones too; raises SheetError where a quotation mark stays open."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number, first_line, next_line = 0, 0, 0
    try:
        for record in reader:
            number += 1
            first_line, next_line = next_line, reader.line_num
            yield record
        if next_line - first_line > 1:
            _refuse_open_quote(text, first_line, number, delimiter)
    except csv.Error as error:
        raise SheetError(Code.QUOTE_OPEN, row=str(number + 1)) from error


def _refuse_open_quote(text: str, first_line: int, number: int, delimiter: str) -> None:
    """Only the strict reader tells that the last record ended inside a quotation."""
    lines = io.StringIO(text, newline="").readlines()[first_line:]
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise SheetError(Code.QUOTE_OPEN, row=str(number)) from error


def _unguarded(cell: str) -> str:
    """Take back what keeps a spreadsheet program from reading a cell as a formula or number."""
    if cell.startswith("'") and FORMULA_START.match(cell):
        return cell[1:]
    formula = _TEXT_FORMULA.fullmatch(cell.strip())
    return formula[1] if formula else cell
