"""What can be wrong with a spreadsheet, a mapping or a cell.

NodeError
├── SheetError      the file cannot be read at all
└── MappingError    the mapping file is wrong

A ``Problem`` is a finding about one cell, row or column; it stops at most its row. The texts of
all codes, in four languages, are in ``problem_texts.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from node.errors import NodeError
from node.importing.problem_texts import problem_text

Severity = Literal["error", "warning", "information"]


class Code(StrEnum):
    """Codes of all problems; they never change their meaning."""

    NO_HEADINGS = "KX-I01"
    COLUMN_MISSING = "KX-I02"
    COLUMN_UNKNOWN = "KX-I03"
    COLUMN_TWICE = "KX-I04"
    OTHER_SHEETS = "KX-I05"
    TOTAL_ROW = "KX-I06"
    NOTE_ROW = "KX-I07"
    COLUMN_LANGUAGE = "KX-I08"
    REPEATED_HEADINGS = "KX-I09"
    NUMBER_MISSING = "KX-I10"
    CHECK_DIGIT = "KX-I11"
    NUMBER_LENGTH = "KX-I12"
    DIGITS_LOST = "KX-I13"
    NUMBER_UNREADABLE = "KX-I14"
    NUMBER_TWICE = "KX-I15"
    NAME_MISSING = "KX-I16"
    REQUIRED_MISSING = "KX-I17"
    COUNTRY_UNKNOWN = "KX-I18"
    SPREADSHEET_ERROR = "KX-I19"
    WEBSITE = "KX-I20"
    EMAIL = "KX-I21"
    EMAIL_PERSONAL = "KX-I22"
    CONTACT_WITHOUT_CONSENT = "KX-I23"
    DATE = "KX-I24"
    DATE_IN_FUTURE = "KX-I25"
    NUMBER_OF_OTHER_COUNTRY = "KX-I26"
    MUNICIPALITY_UNKNOWN = "KX-I30"
    MUNICIPALITY_AMBIGUOUS = "KX-I31"
    ZERO_LOST = "KX-I32"
    NACE_UNKNOWN = "KX-I33"
    EMPLOYEES = "KX-I34"
    BAND_BECAME_DATE = "KX-I35"
    MEMBER_TYPE = "KX-I36"
    PUBLISH = "KX-I37"
    TOO_LONG = "KX-I38"
    NACE_SHORT = "KX-I39"
    SOLE_PROPRIETORSHIP = "KX-I40"
    FILE_MISSING = "KX-I60"
    FILE_EMPTY = "KX-I61"
    FILE_UNREADABLE = "KX-I62"
    FILE_PROTECTED = "KX-I63"
    FILE_IS_WEB_PAGE = "KX-I64"
    FILE_MISNAMED = "KX-I65"
    FILE_NOT_TABLE = "KX-I66"
    FILE_TOO_LARGE = "KX-I67"
    TOO_MANY_ROWS = "KX-I68"
    SHEET_UNKNOWN = "KX-I69"
    ENCODING = "KX-I70"
    QUOTE_OPEN = "KX-I71"
    TOO_MANY_CELLS = "KX-I72"
    NO_MEMBERS = "KX-I73"
    MAPPING_UNREADABLE = "KX-I80"
    MAPPING_KEY = "KX-I81"
    MAPPING_VALUE = "KX-I82"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding; ``row`` is the row's number in the file, ``column`` the heading as written."""

    code: Code
    severity: Severity
    row: int | None = None
    column: str | None = None
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Return place, what is wrong and the remedy, as one line in *language*."""
        return problem_text(
            self.code,
            self.params,
            language=language,
            row=self.row,
            column=self.column,
            value=self.value,
        )


class UnreadableCell(ValueError):
    """A cell does not hold what its column is for."""

    def __init__(self, code: Code, **params: str) -> None:
        """*params* fill the places in the code's text."""
        super().__init__(code)
        self.code = code
        self.params = params


class CodedError(NodeError):
    """The import cannot begin."""

    status = 422

    def __init__(self, code: Code, **params: str) -> None:
        """*params* fill the places in the code's text; ``safe`` is the English one."""
        self.code = code
        self.params = params
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """Return what is wrong and the remedy, as one line in *language*."""
        return problem_text(self.code, self.params, language=language)


class SheetError(CodedError):
    """The file cannot be read as a spreadsheet."""


class MappingError(CodedError):
    """The mapping file cannot be used."""
