"""A row of the sheet as a member, and what is wrong with its cells."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from node.importing import amounts_and_dates, cells, places_and_codes
from node.importing.cells import NAME_LENGTH, OrganisationNumber, bounded_text, line, optional_text
from node.importing.expertise import ExpertiseSplitter
from node.importing.headings import Column
from node.importing.person_data import is_personal_email, is_sole_proprietorship
from node.importing.problems import Code, Problem, Severity, UnreadableCell
from node.importing.sheet_rows import Cell, Row

LABEL_LENGTH = 200
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member as a sheet tells of it; ``number`` is the row's in the file, 0 for none.

    ``municipality`` is a code, ``nace`` holds IRIs, ``member_type`` is firm, research, public
    or empty; descriptions are by language, and every offer and need is one text by language.
    """

    number: int = 0
    country: str
    organisation_number: str
    name: str
    legal_form: str = ""
    website: str = ""
    email: str = ""
    contact: str = ""
    consent: dt.date | None = None
    municipality: str = ""
    nace: tuple[str, ...] = ()
    employees: int | None = None
    employees_band: str = ""
    member_since: dt.date | None = None
    member_type: str = ""
    expertise: tuple[str, ...] = ()
    offers: tuple[Texts, ...] = ()
    needs: tuple[Texts, ...] = ()
    descriptions: Texts = field(default_factory=dict)
    publish: bool = False

    @property
    def key(self) -> str:
        """What the node knows the member by, such as ``NO:988077917``."""
        return f"{self.country}:{self.organisation_number}"

    @property
    def is_sole_proprietorship(self) -> bool:
        """Whether the company is one person."""
        return is_sole_proprietorship(self.name, self.legal_form)

    @property
    def has_personal_email(self) -> bool:
        """Whether the mailbox is, or may be, one person's."""
        return bool(self.email) and is_personal_email(self.email, self.name)


FIELDS = tuple(found.name for found in fields(MemberRow) if found.name != "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    """What holds for all rows of one sheet."""

    country: str
    language: str
    nace_revision: str
    splitter: ExpertiseSplitter
    required: frozenset[str]
    today: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row that was read; ``member`` is None where an error stops it.

    ``left_out`` names the fields that this row says nothing readable about: an update leaves
    them as they are. ``languages`` are those that the sheet has a column of descriptions in.
    """

    member: MemberRow | None
    key: str | None
    left_out: frozenset[str]
    languages: frozenset[str]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading:
    """One row while it is read."""

    row: Row
    rules: RowRules
    country: str
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def cell(self, column: Column) -> Cell:
        return self.row.cells[column.index] if column.index < len(self.row.cells) else ""

    def report(
        self, code: Code, severity: Severity, column: Column | None = None, **params: str
    ) -> None:
        self.problems.append(
            Problem(
                code=code,
                severity=severity,
                row=self.row.number,
                column=column.heading if column else None,
                value=cells.text(self.cell(column)) if column else "",
                params=params,
            )
        )

    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def read_member_row(row: Row, columns: tuple[Column, ...], rules: RowRules) -> ReadRow:
    """Return the member in *row* with everything that is wrong with its cells.

    Only the number, the name, an unknown country and what the mapping file requires stop a
    row; any other unreadable cell is a warning, and its field is left out.
    """
    reading = _Reading(row, rules, rules.country)
    for column in sorted(columns, key=lambda column: ORDER.index(column.key)):
        _read_cell(reading, column)
    for column in columns:
        _check_required(reading, column)
    _check_contact(reading, columns)
    number = reading.values.pop("org_id", None)
    key = number.key if isinstance(number, OrganisationNumber) else None
    left_out = reading.unreadable | {
        name for name in FIELDS if name not in reading.values and name not in IDENTITY
    }
    member = _member(reading, number, columns)
    return ReadRow(
        member=member,
        key=key,
        left_out=frozenset(left_out),
        languages=frozenset(
            column.language or rules.language for column in columns if column.key == "description"
        ),
        problems=tuple(reading.problems),
    )


def _member(
    reading: _Reading, number: OrganisationNumber | None, columns: tuple[Column, ...]
) -> MemberRow | None:
    if number is None or reading.has_errors():
        return None
    for drafts in ("offers", "needs"):
        if drafts in reading.values:
            reading.values[drafts] = tuple(texts for texts in reading.values[drafts] if texts)
    member = MemberRow(
        number=reading.row.number,
        country=number.country,
        organisation_number=number.number,
        **reading.values,
    )
    if member.has_personal_email:
        column = next(column for column in columns if column.key == "email")
        reading.report(Code.EMAIL_PERSONAL, "warning", column)
    return member


def _read_cell(reading: _Reading, column: Column) -> None:
    try:
        READERS[column.key](reading, column)
    except UnreadableCell as problem:
        stops = column.key in STOPPING
        reading.report(problem.code, "error" if stops else "warning", column, **problem.params)
        reading.unreadable |= FIELDS_OF.get(column.key, {column.key})
        if column.key == "publish":
            reading.values["publish"] = False


def _check_required(reading: _Reading, column: Column) -> None:
    if column.key not in reading.rules.required or column.key in STOPPING:
        return
    empty = not cells.text(reading.cell(column)).strip()
    if empty or not FIELDS_OF.get(column.key, {column.key}).isdisjoint(reading.unreadable):
        reading.report(Code.REQUIRED_MISSING, "error", column)


def _check_contact(reading: _Reading, columns: tuple[Column, ...]) -> None:
    if reading.values.get("contact") and not reading.values.get("consent"):
        column = next(column for column in columns if column.key == "contact")
        reading.report(Code.CONTACT_WITHOUT_CONSENT, "information", column)


def _country(reading: _Reading, column: Column) -> None:
    reading.country = cells.country(reading.cell(column)) or reading.country


def _org_id(reading: _Reading, column: Column) -> None:
    number = cells.organisation_number(reading.cell(column), reading.country)
    reading.country = number.country
    reading.values["org_id"] = number


def _name(reading: _Reading, column: Column) -> None:
    name = " ".join(bounded_text(reading.cell(column), NAME_LENGTH).split())
    if not any(character.isalnum() for character in name):
        raise UnreadableCell(Code.NAME_MISSING)
    reading.values["name"] = name


def _municipality(reading: _Reading, column: Column) -> None:
    found = places_and_codes.municipality(reading.cell(column), reading.country)
    reading.values["municipality"] = found


def _nace(reading: _Reading, column: Column) -> None:
    known: tuple[str, ...] = reading.values.get("nace", ())
    found, unknown = places_and_codes.nace_iris(
        reading.cell(column),
        country=reading.country,
        preferred_revision=reading.rules.nace_revision,
    )
    for problem in unknown:
        reading.report(problem.code, "warning", column, **problem.params)
    if unknown and not found:
        reading.unreadable.add("nace")
    reading.values["nace"] = tuple(dict.fromkeys((*known, *found)))


def _employees(reading: _Reading, column: Column) -> None:
    number, band = amounts_and_dates.employees(reading.cell(column))
    reading.values |= {"employees": number, "employees_band": band}


def _consent(reading: _Reading, column: Column) -> None:
    reading.values["consent"] = _past(amounts_and_dates.date(reading.cell(column)), reading)


def _member_since(reading: _Reading, column: Column) -> None:
    reading.values["member_since"] = amounts_and_dates.since(reading.cell(column))


def _past(date: dt.date | None, reading: _Reading) -> dt.date | None:
    if date is not None and date > reading.rules.today:
        raise UnreadableCell(Code.DATE_IN_FUTURE)
    return date


def _member_type(reading: _Reading, column: Column) -> None:
    """A legal form in the column of types is understood as one."""
    written = line(reading.cell(column))
    if is_sole_proprietorship("", written):
        reading.values["legal_form"] = reading.values.get("legal_form") or written
        reading.values["member_type"] = "firm"
        return
    reading.values["member_type"] = cells.member_type(written)


def _expertise(reading: _Reading, column: Column) -> None:
    written = optional_text(reading.cell(column))
    known: tuple[str, ...] = reading.values.get("expertise", ())
    labels = reading.rules.splitter.split(written)
    for label in labels:
        if len(label) > LABEL_LENGTH:
            raise UnreadableCell(Code.TOO_LONG, found=str(len(label)), limit=str(LABEL_LENGTH))
    reading.values["expertise"] = tuple(dict.fromkeys((*known, *labels)))


def _drafts(reading: _Reading, column: Column) -> None:
    """Semicolons separate drafts; the same place in another language is the same draft."""
    language = column.language or reading.rules.language
    parts = [" ".join(part.split()) for part in optional_text(reading.cell(column)).split(";")]
    drafts = [dict(texts) for texts in reading.values.get(column.key, ())]
    same_language = [index for index, texts in enumerate(drafts) if language in texts]
    start = same_language[-1] + 1 if same_language else 0
    for place, part in enumerate(parts, start):
        while len(drafts) <= place:
            drafts.append({})
        if part:
            drafts[place][language] = part
    reading.values[column.key] = tuple(drafts)


def _description(reading: _Reading, column: Column) -> None:
    language = column.language or reading.rules.language
    descriptions = reading.values.setdefault("descriptions", {})
    written = optional_text(reading.cell(column))
    if written:
        descriptions.setdefault(language, written)


def _publish(reading: _Reading, column: Column) -> None:
    reading.values["publish"] = cells.yes_no(reading.cell(column))


def _plain(name: str, read: Callable[[Cell], Any]) -> Callable[[_Reading, Column], None]:
    def read_into(reading: _Reading, column: Column) -> None:
        reading.values[name] = read(reading.cell(column))

    return read_into


READERS: Mapping[str, Callable[[_Reading, Column], None]] = {
    "country": _country,
    "org_id": _org_id,
    "name": _name,
    "legal_form": _plain("legal_form", line),
    "website": _plain("website", cells.website),
    "email": _plain("email", cells.email),
    "contact": _plain("contact", line),
    "consent": _consent,
    "municipality": _municipality,
    "nace": _nace,
    "employees": _employees,
    "member_since": _member_since,
    "member_type": _member_type,
    "expertise": _expertise,
    "offers": _drafts,
    "needs": _drafts,
    "description": _description,
    "publish": _publish,
}
#: Country before number before municipality: each needs the one before it.
ORDER = tuple(READERS)
#: A column of this kind that cannot be read stops its row.
STOPPING = frozenset({"country", "org_id", "name"})
IDENTITY = frozenset({"country", "organisation_number"})
#: Fields of a column, where they are not called the same.
FIELDS_OF: Mapping[str, set[str]] = {
    "description": {"descriptions"},
    "employees": {"employees", "employees_band"},
    "publish": set(),
}
