"""Lists of domains as Mastodon writes them: to block by, or to let in by.

A list to block by has the columns ``#domain,#severity,#reject_media,#reject_reports,
#public_comment,#obfuscate``, one to let in by only ``#domain``. Ours knows severities as states:
``silence`` is limited, ``suspend`` is blocked, ``noop`` is nothing.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from federation.errors import FederationError
from federation.host_patterns import read_pattern
from node.errors import NodeError

#: Bytes and lines of a list that is read.
MOST_BYTES, MOST_LINES = 4 << 20, 50_000
#: Characters of a comment.
LONGEST_COMMENT = 500
BLOCK_COLUMNS = (
    "#domain",
    "#severity",
    "#reject_media",
    "#reject_reports",
    "#public_comment",
    "#obfuscate",
)
ALLOW_COLUMNS = ("#domain",)
STATES = {"silence": "limited", "suspend": "blocked", "noop": None}
SEVERITIES = {"limited": "silence", "blocked": "suspend"}
#: What spreadsheet programs take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableList(NodeError):
    """The file is no list of domains."""

    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDomain:
    """A line of a list."""

    line: int
    host: str
    #: approved, limited or blocked; None where the list wants nothing of it.
    state: str | None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """A line that cannot be read, and why."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainList:
    """What a file says."""

    domains: tuple[ListedDomain, ...]
    problems: tuple[LineProblem, ...]


def read_list(data: bytes, *, allow: bool = False) -> DomainList:
    """Return what the file *data* says: whom to block, or with *allow* whom to let in.

    A line that cannot be read is a problem of its own. Raises UnreadableList where all is wrong.
    """
    rows = csv.reader(io.StringIO(list_text(data)), strict=True)
    try:
        places = _places(next(rows, []), allow=allow)
        return _read_rows(rows, places, allow=allow)
    except csv.Error as error:
        raise UnreadableList(
            f"The list is not readable as CSV: line {rows.line_num}: {error}.",
            remedy="Save it as CSV with commas, in UTF-8.",
        ) from error


def as_list(text: str, *, allow: bool = False) -> str:
    """Return *text* as a list: names alone, one on a line, are meant to be blocked or let in."""
    lines = text.splitlines()
    first = next((line.strip().lower() for line in lines if line.strip()), "")
    if not first or "," in first or first.lstrip("#") == "domain":
        return text
    header, ending = (ALLOW_COLUMNS, "") if allow else (BLOCK_COLUMNS[:2], ",suspend")
    named = (f"{line.strip()}{ending}" if line.strip() else "" for line in lines)
    return "\n".join((",".join(header), *named))


def list_text(data: bytes) -> str:
    """Return the text of a list: in UTF-8, with its mark or without, or in Windows-1252.

    Spreadsheet programs save in the latter where nobody tells them otherwise. Raises
    UnreadableList where it is too long or no text.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableList(
            f"The list has more than {MOST_BYTES >> 20} MiB.", remedy="Cut it in parts."
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableList(
        "The file is no list: it is no text.", remedy="Save it as CSV with commas, in UTF-8."
    )


def _places(header: list[str], *, allow: bool) -> dict[str, int]:
    names = [f"#{name.strip().lower().lstrip('#')}" for name in header]
    places = {name: place for place, name in enumerate(names)}
    if "#domain" not in places:
        raise UnreadableList(
            "The list has no column #domain.",
            remedy=f"Its first line must name the columns: {','.join(BLOCK_COLUMNS)}.",
        )
    if not allow and "#severity" not in places:
        raise UnreadableList(
            "The list has no column #severity, so it does not say whom to block.",
            remedy="To let in all that it names, import it as a list of whom to let in.",
        )
    if allow and "#severity" in places:
        raise UnreadableList(
            "The list has a column #severity: it says whom to block, not whom to let in.",
            remedy="Import it as a list of whom to block.",
        )
    return places


def _read_rows(rows: Iterable[list[str]], places: dict[str, int], *, allow: bool) -> DomainList:
    domains: dict[str, ListedDomain] = {}
    problems: list[LineProblem] = []
    for line, row in enumerate(rows, start=2):
        if line > MOST_LINES:
            raise UnreadableList(f"The list has more than {MOST_LINES} lines.")
        if not any(cell.strip() for cell in row):
            continue
        found = _read_row(line, row, places, allow=allow)
        if isinstance(found, LineProblem):
            problems.append(found)
        elif found.host in domains:
            first = domains[found.host].line
            problems.append(LineProblem(line=line, text=f"{found.host} stands in line {first} too"))
        else:
            domains[found.host] = found
    return DomainList(domains=tuple(domains.values()), problems=tuple(problems))


def _read_row(
    line: int, row: list[str], places: dict[str, int], *, allow: bool
) -> ListedDomain | LineProblem:
    written = _cell(row, places, "#domain")
    try:
        host = read_pattern(written)
    except FederationError:
        hidden = " (the list hides a part of it)" if "*" in written else ""
        return LineProblem(line=line, text=f"“{written[:100]}” is no domain{hidden}")
    if allow:
        return ListedDomain(line=line, host=host, state="approved")
    severity = _cell(row, places, "#severity").lower()
    if severity not in STATES:
        known = ", ".join(STATES)
        return LineProblem(line=line, text=f"“{severity[:100]}” is none of {known}")
    comment = _cell(row, places, "#public_comment")[:LONGEST_COMMENT]
    return ListedDomain(line=line, host=host, state=STATES[severity], comment=comment or None)


def _cell(row: list[str], places: dict[str, int], name: str) -> str:
    place = places.get(name)
    cell = row[place].strip() if place is not None and place < len(row) else ""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def write_list(domains: Iterable[ListedDomain], *, allow: bool = False) -> str:
    """Return the list of *domains*, to block by or to let in by, safe to open as a sheet."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(ALLOW_COLUMNS if allow else BLOCK_COLUMNS)
    for domain in domains:
        if allow:
            writer.writerow([_safe(domain.host)])
            continue
        severity = SEVERITIES[domain.state or ""]
        media = "TRUE" if domain.state == "blocked" else "FALSE"
        comment = _safe(domain.comment or "")
        writer.writerow([_safe(domain.host), severity, media, media, comment, "FALSE"])
    return output.getvalue()


def _safe(cell: str) -> str:
    """Return *cell* so that no spreadsheet program computes it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
