"""Spreadsheet files made for one test."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

import node
from node.importing.sheet_rows import Row, Sheet

DEMO = Path(node.__file__).parent / "demo" / "data" / "spreadsheets"


def sheet(*rows: Sequence[Any]) -> Sheet:
    """Return a sheet; blank rows count, as in a file."""
    return Sheet(
        rows=tuple(
            Row(number=number, cells=tuple(cells))
            for number, cells in enumerate(rows, 1)
            if any(cell != "" for cell in cells)
        )
    )


def xlsx(*rows: Sequence[Any], sheets: Sequence[str] = ("Ark1",), hidden: str = "") -> bytes:
    """Return a workbook with *rows* in every sheet, the sheet's name in the last cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        date = workbook.add_format({"num_format": "dd.mm.yyyy"})
        for name in sheets:
            page = workbook.add_worksheet(name)
            if name == hidden:
                workbook.add_worksheet("shown").activate()
                page.hide()
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if hasattr(cell, "isoformat"):
                        page.write_datetime(number, column, cell, date)
                    else:
                        page.write(number, column, cell)
    return out.getvalue()


def ods(*rows: Sequence[str]) -> bytes:
    """Return the least OpenDocument spreadsheet with *rows* of texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(cell)}</text:p></table:table-cell>"
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
        '<office:body><office:spreadsheet><table:table table:name="Medlemmer">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()
