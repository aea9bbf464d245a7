"""Read one sheet of a CSV, XLSX, ODS or XLS file into rows of cells.

The kind of file is told from its first bytes, not from its name. Row numbers are those that a
spreadsheet program shows: title and blank lines count, a record with line breaks inside is one.
"""

from pathlib import Path

from node.importing.delimited_text import read_delimited_text
from node.importing.problems import Code, SheetError
from node.importing.sheet_rows import DEFAULT_LIMITS, Cell, Row, Sheet, SheetLimits
from node.importing.workbooks import read_workbook

__all__ = ["Cell", "Row", "Sheet", "SheetLimits", "read_sheet"]

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
ZIP = b"PK\x03\x04"
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WEB_PAGE = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def read_sheet(
    source: Path | bytes,
    *,
    sheet: str | None = None,
    file_name: str = "",
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: SheetLimits = DEFAULT_LIMITS,
) -> Sheet:
    """Return the sheet named *sheet*, or the first visible one.

    *delimiter* and *encoding* are for CSV; None finds them out. *file_name* is what an upload
    was called. Raises SheetError for every file that cannot be read.
    """
    content = _content(source, limits)
    suffix = Path(file_name or (source.name if isinstance(source, Path) else "")).suffix.lower()
    if not content.strip(b"\0 \r\n\t"):
        raise SheetError(Code.FILE_EMPTY)
    if content.startswith((ZIP, COMPOUND_FILE)):
        return read_workbook(content, sheet=sheet, limits=limits)
    _refuse_other_kinds(content, suffix)
    return read_delimited_text(content, delimiter=delimiter, encoding=encoding, limits=limits)


def _content(source: Path | bytes, limits: SheetLimits) -> bytes:
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                source = file.read(limits.bytes + 1)
        except OSError as error:
            raise SheetError(Code.FILE_MISSING, file=str(source)) from error
    if len(source) > limits.bytes:
        raise SheetError(Code.FILE_TOO_LARGE, limit=str(limits.bytes >> 20))
    return source


def _refuse_other_kinds(content: bytes, suffix: str) -> None:
    start = content[:512].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip().lower()
    if start.startswith(WEB_PAGE):
        raise SheetError(Code.FILE_IS_WEB_PAGE)
    if content.startswith(OTHER_KINDS):
        raise SheetError(Code.FILE_NOT_TABLE)
    if suffix in WORKBOOK_SUFFIXES:
        code = Code.FILE_UNREADABLE if b"\0" in content[:4096] else Code.FILE_MISNAMED
        raise SheetError(code, suffix=suffix)
