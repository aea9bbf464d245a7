"""Write members as CSV or XLSX that the import reads back as they are.

A cell that a spreadsheet program would run as a formula gets an apostrophe before it, which
the import takes off again (CWE-1236). In XLSX all cells are texts, so none runs and no
organisation number loses a digit.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import xlsxwriter

from node.importing.columns import KINDS
from node.importing.delimited_text import FORMULA_START
from node.importing.member_rows import MemberRow, Texts
from vocab.schemes.nace import parse_nace

Format = Literal["csv", "xlsx"]

MEDIA_TYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DELIMITERS = {"nb": ";", "nn": ";", "da": ";", "en": ","}
SHEET_NAMES = {"nb": "Medlemmer", "nn": "Medlemer", "da": "Medlemmer", "en": "Members"}
YES_NO = {"nb": ("Ja", "Nei"), "nn": ("Ja", "Nei"), "da": ("Ja", "Nej"), "en": ("Yes", "No")}
MEMBER_TYPES: Mapping[str, Mapping[str, str]] = {
    "nb": {"firm": "Bedrift", "research": "Forskning", "public": "Offentlig"},
    "nn": {"firm": "Bedrift", "research": "Forsking", "public": "Offentleg"},
    "da": {"firm": "Virksomhed", "research": "Forskning", "public": "Offentlig"},
    "en": {"firm": "Firm", "research": "Research", "public": "Public"},
}

Table = list[list[str]]
Writer = Callable[[MemberRow], str]


def export_members(members: Sequence[MemberRow], *, form: Format, language: str) -> bytes:
    """Return a file with one row a member, headings in *language* (nb, nn, da or en)."""
    table = _table(members, language)
    return _csv(table, language) if form == "csv" else _xlsx(table, language)


def csvw_metadata(members: Sequence[MemberRow], *, file_name: str, language: str) -> bytes:
    """Return the W3C CSVW description of the CSV export called *file_name*."""
    columns = [
        {"name": _csvw_name(key, tag), "titles": heading, "datatype": DATATYPES.get(key, "string")}
        | ({"lang": tag} if tag else {})
        | ({"separator": ";"} if key in ("expertise", "nace", "offers", "needs") else {})
        for key, tag, heading, _ in _columns(members, language)
    ]
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": file_name,
        "dialect": {"delimiter": DELIMITERS[language], "encoding": "utf-8", "header": True},
        "tableSchema": {"columns": columns, "primaryKey": ["country", "org_id"]},
    }
    return json.dumps(metadata, ensure_ascii=False, indent=2).encode() + b"\n"


DATATYPES = {"consent": "date", "member_since": "date", "website": "anyURI"}


def _csvw_name(key: str, tag: str) -> str:
    return f"{key}_{tag}" if tag else key


def _table(members: Sequence[MemberRow], language: str) -> Table:
    columns = _columns(members, language)
    headings = [heading for _, _, heading, _ in columns]
    return [headings, *([write(member) for *_, write in columns] for member in members)]


def _columns(members: Sequence[MemberRow], language: str) -> list[tuple[str, str, str, Writer]]:
    """Return key, language, heading and writer of every column there is something in."""
    columns = [(key, "", _heading(key, language), write) for key, write in WRITERS.items()]
    yes, no = YES_NO[language]
    types = MEMBER_TYPES[language]
    columns += [
        (
            "member_type",
            "",
            _heading("member_type", language),
            lambda member: types.get(member.member_type, ""),
        ),
        (
            "publish",
            "",
            _heading("publish", language),
            lambda member: yes if member.publish else no,
        ),
    ]
    for key, texts_of in WORDED.items():
        for tag in _languages(texts for member in members for texts in texts_of(member)):
            heading = f"{_heading(key, language)}_{tag}"
            columns.append((key, tag, heading, _texts_writer(texts_of, tag)))
    return columns


def _heading(key: str, language: str) -> str:
    return KINDS[key].headings[language][0]


def _languages(texts: Iterable[Texts]) -> list[str]:
    return list(dict.fromkeys(tag for by_language in texts for tag in by_language))


def _texts_writer(texts_of: Callable[[MemberRow], Sequence[Texts]], tag: str) -> Writer:
    def write(member: MemberRow) -> str:
        parts = [texts.get(tag, "") for texts in texts_of(member)]
        while parts and not parts[-1]:
            parts.pop()
        return "; ".join(parts)

    return write


def _expertise(member: MemberRow) -> str:
    """A lone label with a comma ends in a semicolon, so that it is read as one."""
    written = "; ".join(member.expertise)
    return f"{written};" if "," in written and ";" not in written else written


def _nace(member: MemberRow) -> str:
    classes = filter(None, map(parse_nace, member.nace))
    return "; ".join(f"NACE {found.revision} {found.code}" for found in classes)


def _employees(member: MemberRow) -> str:
    return member.employees_band if member.employees is None else str(member.employees)


WRITERS: Mapping[str, Writer] = {
    "name": lambda member: member.name,
    "org_id": lambda member: member.organisation_number,
    "country": lambda member: member.country,
    "legal_form": lambda member: member.legal_form,
    "website": lambda member: member.website,
    "email": lambda member: member.email,
    "contact": lambda member: member.contact,
    "consent": lambda member: member.consent.isoformat() if member.consent else "",
    "municipality": lambda member: member.municipality,
    "nace": _nace,
    "employees": _employees,
    "member_since": lambda member: member.member_since.isoformat() if member.member_since else "",
    "expertise": _expertise,
}
WORDED: Mapping[str, Callable[[MemberRow], Sequence[Texts]]] = {
    "offers": lambda member: member.offers,
    "needs": lambda member: member.needs,
    "description": lambda member: (member.descriptions,),
}


def _csv(table: Table, language: str) -> bytes:
    """UTF-8 with a byte order mark: without it Excel takes the letters for Windows-1252."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=DELIMITERS[language], lineterminator="\r\n")
    writer.writerows([[_guarded(cell) for cell in row] for row in table])
    return out.getvalue().encode("utf-8-sig")


def _guarded(cell: str) -> str:
    return f"'{cell}" if FORMULA_START.match(cell) else cell


def _xlsx(table: Table, language: str) -> bytes:
    out = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True}
    with xlsxwriter.Workbook(out, options) as workbook:
        sheet = workbook.add_worksheet(SHEET_NAMES[language])
        text = workbook.add_format({"num_format": "@", "valign": "top"})
        bold = workbook.add_format({"num_format": "@", "bold": True})
        for column in range(len(table[0])):
            sheet.set_column(column, column, 22, text)
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell, bold if number == 0 else text)
        sheet.freeze_panes(1, 1)
    return out.getvalue()
