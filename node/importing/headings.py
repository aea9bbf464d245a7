"""Find the row of headings and what each column holds."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from node.importing.columns import KINDS, REQUIRED
from node.importing.mapping import NO_MAPPING, SheetMapping
from node.importing.problems import Code, Problem
from node.importing.sheet_rows import Cell, Row, Sheet
from vocab.schemes.languages import LANGUAGES

#: Rows, blank ones not counted, that the headings must be among.
SEARCHED = 20
#: Longer cells are no headings.
HEADING_LENGTH = 120

#: Tags and names of languages after a heading; None is refused with what was perhaps meant.
LANGUAGE_NAMES: Mapping[str, str] = {
    **{tag: tag for tag in LANGUAGES},
    **dict.fromkeys(("bokmål", "norsk bokmål", "norsk", "norwegian"), "nb"),
    **dict.fromkeys(("nynorsk", "norsk nynorsk"), "nn"),
    **dict.fromkeys(("dansk", "danish"), "da"),
    **dict.fromkeys(("engelsk", "english", "eng"), "en"),
    **dict.fromkeys(("nordsamisk", "samisk", "northern sami"), "se"),
}
#: no is a macrolanguage, dk a country, and se is Northern Sámi, not Sweden.
REFUSED_LANGUAGES: Mapping[str, str] = {"no": "nb", "dk": "da", "sv": "", "gb": "en", "uk": "en"}

_SUFFIX = re.compile(
    r"^(?P<base>.*?)(?:\s*[(\[]\s*|\s*[_–/:-]\s*|\s+)(?P<tag>[^\W\d_ ]{2,15})[)\]]?$"
)
_PARENTHESES = re.compile(r"[(\[][^)\]]*[)\]]")
_NUMBERED = re.compile(r"\s*\d{1,2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that is read; ``language`` is None where the default one applies."""

    index: int
    key: str
    heading: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingRow:
    """The columns of a sheet; ``number`` is None where there are no usable headings."""

    number: int | None
    columns: tuple[Column, ...] = ()
    problems: tuple[Problem, ...] = ()

    def keys(self) -> frozenset[str]:
        """Return the keys of all columns that are read."""
        return frozenset(column.key for column in self.columns)


@dataclass(frozen=True, slots=True)
class _Match:
    key: str
    language: str | None = None


@dataclass(slots=True)
class _Reading:
    """Columns and problems as they come up, heading by heading."""

    row: int
    columns: list[Column] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: Code, heading: str, **params: str) -> None:
        self.problems.append(
            Problem(code=code, severity="warning", row=self.row, column=heading, params=params)
        )


def find_headings(sheet: Sheet, mapping: SheetMapping = NO_MAPPING) -> HeadingRow:
    """Return the columns of *sheet*, with everything that is wrong with its headings.

    The row of headings is the one with most known headings among the first rows. Without a
    required column ``number`` is None and an error says what was seen.
    """
    known = _Known(mapping)
    best = max(sheet.rows[:SEARCHED], key=known.count, default=None)
    if best is None or not known.count(best):
        problem = Problem(code=Code.NO_HEADINGS, severity="error", params={"rows": str(SEARCHED)})
        return HeadingRow(number=None, problems=(problem,))
    reading = _Reading(best.number)
    for index, cell in enumerate(best.cells):
        _read_heading(index, cell, known, reading)
    missing = _missing(reading, best, known)
    return HeadingRow(
        number=None if missing else best.number,
        columns=tuple(reading.columns),
        problems=(*missing, *reading.problems),
    )


def country_named(headings: HeadingRow) -> str | None:
    """Return whose register the heading of the numbers names: CVR is Denmark's, Org.nr. Norway's.

    None where it is a heading that any country may use.
    """
    for column in headings.columns:
        if column.key == "org_id":
            return _REGISTERS.get(normalise(column.heading))
    return None


def repeats_headings(row: Row, headings: HeadingRow) -> bool:
    """Whether *row* is the row of headings once more, as on the next printed page."""
    return all(
        index < len(row.cells) and normalise(str(row.cells[index])) == normalise(heading)
        for index, heading in ((column.index, column.heading) for column in headings.columns)
    )


def normalise(heading: str) -> str:
    """Return letters and digits of *heading* only, in lower case: Org.nr. → orgnr."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(character for character in folded if character.isalnum())


def _registers() -> dict[str, str]:
    named = {
        language: {normalise(heading) for heading in headings}
        for language, headings in KINDS["org_id"].headings.items()
    }
    norwegian = (named["nb"] | named["nn"]) - named["da"] - named["en"]
    danish = {heading for headings in named.values() for heading in headings if "cvr" in heading}
    return dict.fromkeys(norwegian, "NO") | dict.fromkeys(danish, "DK")


_REGISTERS = _registers()


class _Known:
    """Every known heading in normal form, those of the mapping file first."""

    def __init__(self, mapping: SheetMapping) -> None:
        self.mapping = mapping
        self.written: dict[str, str] = {}
        keys: dict[str, str] = {}
        for kind in KINDS.values():
            for headings in kind.headings.values():
                for heading in headings:
                    keys.setdefault(normalise(heading), kind.key)
                    self.written.setdefault(normalise(heading), heading)
        for key, column in mapping.columns.items():
            for heading in column.headings:
                keys[normalise(heading)] = key
                self.written[normalise(heading)] = heading
        self.keys = keys

    def required(self) -> list[str]:
        more = [key for key, column in self.mapping.columns.items() if column.required]
        return list(dict.fromkeys([*REQUIRED, *more]))

    def count(self, row: Row) -> int:
        """Count the different columns that the cells of *row* name."""
        matches = (self.match(cell) for cell in row.cells if isinstance(cell, str))
        return len({(match.key, match.language) for match in matches if match})

    def match(self, heading: str) -> _Match | None:
        """Return what *heading* names: as written, with a language, in part."""
        if len(heading) > HEADING_LENGTH:
            return None
        key = self._key(heading)
        if key:
            named = self.mapping.columns.get(key)
            return _Match(key, named.language if named else None)
        suffix = _SUFFIX.match(heading.strip())
        if suffix and _is_language(suffix["tag"]):
            key = self._key(suffix["base"])
            if key and KINDS[key].worded:
                return _Match(key, suffix["tag"].casefold())
            if key:
                return _Match(key)
        return self._match_in_two_languages(heading)

    def near(self, heading: str) -> str:
        """Return the known heading that *heading* looks like, or nothing."""
        close = difflib.get_close_matches(
            normalise(heading[:HEADING_LENGTH]), self.keys, n=1, cutoff=0.75
        )
        return self.written[close[0]] if close else ""

    def _key(self, heading: str) -> str | None:
        full = normalise(heading)
        if full in self.keys:
            return self.keys[full]
        bare = self.keys.get(normalise(_PARENTHESES.sub("", heading)))
        if bare and not _language_in_parentheses(heading):
            return bare
        counted = self.keys.get(normalise(_NUMBERED.sub("", heading)))
        return counted if counted and KINDS[counted].repeated else None

    def _match_in_two_languages(self, heading: str) -> _Match | None:
        keys = {self._key(part) for part in re.split(r"[/|\n]", heading) if part.strip()}
        key = keys.pop() if len(keys) == 1 else None
        return _Match(key) if key else None


def _is_language(tag: str) -> bool:
    return tag.casefold() in LANGUAGE_NAMES or tag.casefold() in REFUSED_LANGUAGES


def _language_in_parentheses(heading: str) -> bool:
    suffix = _SUFFIX.match(heading.strip())
    return bool(suffix and _is_language(suffix["tag"]))


def _read_heading(index: int, cell: Cell, known: _Known, reading: _Reading) -> None:
    heading = " ".join(str(cell).split())
    if not heading:
        return
    match = known.match(str(cell)) if isinstance(cell, str) else None
    if match is None:
        reading.report(Code.COLUMN_UNKNOWN, heading, near=known.near(heading))
        return
    language = LANGUAGE_NAMES.get(match.language) if match.language else None
    if match.language and language is None:
        near = REFUSED_LANGUAGES[match.language]
        reading.report(Code.COLUMN_LANGUAGE, heading, language=match.language, near=near)
        return
    first = _same_column(reading.columns, match.key, language)
    if first:
        reading.report(Code.COLUMN_TWICE, heading, first=first.heading)
        return
    reading.columns.append(Column(index=index, key=match.key, heading=heading, language=language))


def _same_column(columns: Sequence[Column], key: str, language: str | None) -> Column | None:
    if KINDS[key].repeated:
        return None
    same = (column for column in columns if column.key == key and column.language == language)
    return next(same, None)


def _missing(reading: _Reading, row: Row, known: _Known) -> list[Problem]:
    found = {column.key for column in reading.columns}
    seen = [" ".join(str(cell).split()) for cell in row.cells if str(cell).strip()]
    return [
        Problem(
            code=Code.COLUMN_MISSING,
            severity="error",
            row=row.number,
            params={
                "missing": _first_heading(key, known),
                "seen": ", ".join(seen),
                "near": _unknown_like(key, reading, known),
            },
        )
        for key in known.required()
        if key not in found
    ]


def _first_heading(key: str, known: _Known) -> str:
    named = known.mapping.columns.get(key)
    if named and named.headings:
        return named.headings[0]
    headings = KINDS[key].headings
    return " / ".join(dict.fromkeys(headings[language][0] for language in ("nb", "da", "en")))


def _unknown_like(key: str, reading: _Reading, known: _Known) -> str:
    """Return the unread heading that may have been meant for *key*."""
    for problem in reading.problems:
        near = problem.params.get("near", "")
        if problem.code is Code.COLUMN_UNKNOWN and known.keys.get(normalise(near)) == key:
            return problem.column or ""
    return ""
