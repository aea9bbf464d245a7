"""What an import would do: rows to create, update and skip, and every problem at once."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from node.importing.cells import text
from node.importing.expertise import ExpertiseSplitter, fold_label
from node.importing.headings import (
    HeadingRow,
    country_named,
    find_headings,
    normalise,
    repeats_headings,
)
from node.importing.mapping import NO_MAPPING, SheetMapping
from node.importing.member_rows import FIELDS, MemberRow, ReadRow, RowRules, read_member_row
from node.importing.problems import Code, Problem
from node.importing.sheet_rows import Row, Sheet
from vocab.clock import now

Action = Literal["create", "update", "unchanged"]

_TOTAL = re.compile(
    r"(?:(?:sum|totalsum|delsum|sub-?total|totalt?|grand total|i ?alt|til ?sammen|samlet|samla"
    r"|antall|antal|talet på|number of|count|gjennomsnitt(?:lig)?|gennemsnit|snitt|average)\b)"
    r"(?:\s+(?:i ?alt|medlemm?er|medlemsbedrifter|bedrifter|verksemder|virksomheter"
    r"|virksomheder|ansatte|tilsette|members|companies|employees))*\s*[:=]?\s*[\d\s.,]*"
)
_NOTE = re.compile(
    r"#|//|\*|merk|note|nb!|bemærk|obs|kilde|kjelde|source|oppdatert|opdateret|updated"
)

_SUMMARY = {
    "nb": "opprett {create}, oppdater {update}, hopp over {skip}",
    "nn": "opprett {create}, oppdater {update}, hopp over {skip}",
    "da": "opret {create}, opdatér {update}, spring over {skip}",
    "en": "create {create}, update {update}, skip {skip}",
}
_UNCHANGED = {
    "nb": "uendret {unchanged}",
    "nn": "uendra {unchanged}",
    "da": "uændret {unchanged}",
    "en": "unchanged {unchanged}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDefaults:
    """What the node's settings say where neither the sheet nor its mapping file does.

    ``labels`` are the node's expertises, ``synonyms`` has for each of their labels, by
    ``fold_label``, the one that *existing* members have; ``today`` is the day the dates are
    judged by.
    """

    country: str = "NO"
    language: str = "nb"
    nace_revision: str = "2"
    labels: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    today: dt.date = field(default_factory=lambda: now().date())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One member and what the import does with it; ``changed`` names the fields that differ."""

    member: MemberRow
    action: Action
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """Everything that an import would do, in the order of the file.

    ``skipped`` holds the numbers of the rows that an error stops; titles, blank lines, notes
    and totals are not among them. Without usable headings nothing is read at all; without a
    member under them there is nothing to import either.
    """

    rows: tuple[PlannedRow, ...] = ()
    skipped: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    usable: bool = True

    def count(self, action: Action) -> int:
        """Return how many rows the import would treat so."""
        return sum(row.action == action for row in self.rows)


def plan_import(
    sheet: Sheet,
    mapping: SheetMapping = NO_MAPPING,
    existing: Mapping[str, MemberRow] | None = None,
    defaults: ImportDefaults | None = None,
) -> ImportPlan:
    """Return what importing *sheet* would do to the *existing* members, by ``MemberRow.key``.

    Of two rows with one number the first counts. A column that the sheet lacks, and a cell
    that cannot be read, leave what stands; an empty cell empties it. Nothing is deleted.
    """
    defaults = defaults or ImportDefaults()
    headings = find_headings(sheet, mapping)
    if headings.number is None:
        return ImportPlan(problems=headings.problems, usable=False)
    rules = _rules(sheet, headings, mapping, defaults)
    planning = _Planning(existing or {}, defaults.synonyms)
    planning.problems += [*_other_sheets(sheet), *headings.problems]
    for row in sheet.rows:
        if row.number <= headings.number:
            continue
        aside = _set_aside(row, headings)
        if aside:
            planning.problems.append(aside)
        else:
            planning.add(read_member_row(row, headings.columns, rules), row, headings)
    if not (planning.rows or planning.skipped):
        planning.problems.append(
            Problem(code=Code.NO_MEMBERS, severity="error", row=headings.number)
        )
    return planning.plan()


def summary(plan: ImportPlan, language: str = "en") -> str:
    """Return one line such as “create 59, update 0, skip 3”."""
    language = language if language in _SUMMARY else "en"
    parts = [_SUMMARY[language]] + ([_UNCHANGED[language]] if plan.count("unchanged") else [])
    return ", ".join(parts).format(
        create=plan.count("create"),
        update=plan.count("update"),
        unchanged=plan.count("unchanged"),
        skip=len(plan.skipped),
    )


class _Planning:
    """The plan while it grows."""

    def __init__(self, existing: Mapping[str, MemberRow], synonyms: Mapping[str, str]) -> None:
        self.existing = existing
        self.synonyms = synonyms
        self.rows: list[PlannedRow] = []
        self.skipped: list[int] = []
        self.problems: list[Problem] = []
        self.first_rows: dict[str, int] = {}

    def add(self, read: ReadRow, row: Row, headings: HeadingRow) -> None:
        """Plan one row, or skip it with its errors."""
        problems = list(read.problems)
        first = self.first_rows.get(read.key or "")
        if first is not None:
            problems.append(_twice(row, headings, first))
        if read.member is None or first is not None:
            self.skipped.append(row.number)
        else:
            self.first_rows[read.member.key] = row.number
            self._plan(read, read.member, problems, headings)
        self.problems += problems

    def _plan(
        self, read: ReadRow, member: MemberRow, problems: list[Problem], headings: HeadingRow
    ) -> None:
        known = self.existing.get(member.key)
        if member.publish and member.is_sole_proprietorship and not (known and known.publish):
            problems.append(_sole_proprietorship(member, headings))
            member = replace(member, publish=False)
        if known is None:
            self.rows.append(PlannedRow(member=member, action="create"))
            return
        merged = merge_member(known, member, read.left_out, read.languages)
        merged = _with_known_labels(merged, known, self.synonyms)
        changed = tuple(name for name in FIELDS if getattr(merged, name) != getattr(known, name))
        action: Action = "update" if changed else "unchanged"
        self.rows.append(PlannedRow(member=merged, action=action, changed=changed))

    def plan(self) -> ImportPlan:
        """Return the finished plan, problems in the order of the rows."""
        ordered = sorted(self.problems, key=lambda problem: problem.row or 0)
        return ImportPlan(
            rows=tuple(self.rows),
            skipped=tuple(self.skipped),
            problems=tuple(ordered),
            usable=bool(self.rows or self.skipped),
        )


def merge_member(
    known: MemberRow, member: MemberRow, left_out: Iterable[str], languages: frozenset[str]
) -> MemberRow:
    """Return *member* with what its row does not speak of taken from *known*."""
    kept = {name: getattr(known, name) for name in left_out if name in FIELDS}
    if "descriptions" not in kept:
        others = {
            language: description
            for language, description in known.descriptions.items()
            if language not in languages
        }
        kept["descriptions"] = {**member.descriptions, **others}
    return replace(member, **kept)


def _with_known_labels(
    member: MemberRow, known: MemberRow, synonyms: Mapping[str, str]
) -> MemberRow:
    """Another spelling of an expertise, or its label in another language, is no change."""
    labels = {**synonyms, **{fold_label(label): label for label in known.expertise}}
    expertise = dict.fromkeys(labels.get(fold_label(label), label) for label in member.expertise)
    return replace(member, expertise=tuple(expertise))


def _rules(
    sheet: Sheet, headings: HeadingRow, mapping: SheetMapping, defaults: ImportDefaults
) -> RowRules:
    below = [row for row in sheet.rows if row.number > (headings.number or 0)]
    splitter = ExpertiseSplitter(
        list(_texts(below, headings, {"expertise"})),
        labels=defaults.labels,
        texts=_texts(below, headings, {"offers", "needs", "description"}),
    )
    required = {key for key, column in mapping.columns.items() if column.required}
    return RowRules(
        country=mapping.country or country_named(headings) or defaults.country,
        language=mapping.language or defaults.language,
        nace_revision=mapping.nace_revision or defaults.nace_revision,
        splitter=splitter,
        required=frozenset(required),
        today=defaults.today,
    )


def _texts(rows: Sequence[Row], headings: HeadingRow, keys: set[str]) -> Iterator[str]:
    indexes = [column.index for column in headings.columns if column.key in keys]
    for row in rows:
        for index in indexes:
            cell = row.cells[index] if index < len(row.cells) else ""
            if isinstance(cell, str) and cell.strip():
                yield text(cell)


def _other_sheets(sheet: Sheet) -> list[Problem]:
    if not sheet.other_sheets:
        return []
    params = {"sheet": sheet.name, "others": ", ".join(sheet.other_sheets)}
    return [Problem(code=Code.OTHER_SHEETS, severity="information", params=params)]


def _set_aside(row: Row, headings: HeadingRow) -> Problem | None:
    """Return the information that *row* is no member, or None where it is one."""
    cells = [written for written in map(text, row.cells) if written]
    code = _reason_to_set_aside(row, cells, headings)
    if code is None:
        return None
    value = cells[0] if cells else ""
    return Problem(code=code, severity="information", row=row.number, value=value)


def _reason_to_set_aside(row: Row, cells: list[str], headings: HeadingRow) -> Code | None:
    if not cells:
        return Code.NOTE_ROW
    if repeats_headings(row, headings):
        return Code.REPEATED_HEADINGS
    identity = {column.key: _cell(row, column.index) for column in headings.columns}
    if identity["org_id"]:
        return None
    first, name = _start(cells[0]), _start(identity["name"])
    if _TOTAL.fullmatch(first) or _TOTAL.fullmatch(name):
        return Code.TOTAL_ROW
    if not identity["name"] and all(_is_amount(cell) for cell in cells):
        return Code.TOTAL_ROW
    alone = len(cells) == 1
    return Code.NOTE_ROW if alone and (_NOTE.match(first) or not identity["name"]) else None


def _start(written: str) -> str:
    """Enough of a cell to know a total or a note by."""
    return " ".join(written[:200].casefold().split())


def _cell(row: Row, index: int) -> str:
    return text(row.cells[index]) if index < len(row.cells) else ""


def _is_amount(written: str) -> bool:
    digits = normalise(written)
    return not digits or (digits.isdigit() and not re.fullmatch(r"\d{8,9}", digits))


def _twice(row: Row, headings: HeadingRow, first: int) -> Problem:
    column = next(column for column in headings.columns if column.key == "org_id")
    return Problem(
        code=Code.NUMBER_TWICE,
        severity="error",
        row=row.number,
        column=column.heading,
        value=_cell(row, column.index),
        params={"first": str(first)},
    )


def _sole_proprietorship(member: MemberRow, headings: HeadingRow) -> Problem:
    column = next(column for column in headings.columns if column.key == "name")
    return Problem(
        code=Code.SOLE_PROPRIETORSHIP,
        severity="warning",
        row=member.number,
        column=column.heading,
        value=member.name,
    )
