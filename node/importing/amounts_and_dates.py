"""Read numbers of employees and dates, as people and spreadsheet programs write them."""

import datetime as dt
import re
from typing import NamedTuple

from node.importing.cells import optional_text
from node.importing.problems import Code, UnreadableCell
from node.importing.sheet_rows import Cell

#: More employees than any company has; a larger number is a slip.
MOST_EMPLOYEES = 5_000_000
#: Excel counts days from here; the serials are those of 1930 to 2099.
DAY_ZERO = dt.date(1899, 12, 30)
SERIALS = range(10_959, 73_050)

_WORDS = (
    r"(?:ansatte?|tilsette?|årsverk|årsværk|medarbejdere?|medarbeidere?|employees?|stk|fte"
    r"|pers(?:oner)?)"
)
_ABOUT = re.compile(
    r"^(?:ca|cirka|circa|omtrent|omlag|om lag|rundt|omkring|about|approx|around|~|±|≈)\.?\s*"
)
_BAND = re.compile(r"(\d+)\s*(?:-|–|—|til|to)\s*(\d+)")
_OPEN_BAND = re.compile(
    r"(?:>|over|mer enn|meir enn|mere end|flere enn|more than)\s*(\d+)|(\d+)\s*\+"
)
_UNDER = re.compile(r"(?:<|under|færre enn|færre end|less than|fewer than)\s*(\d+)")

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_IN_WORDS = re.compile(r"(?:(\d{1,2})\s*\.?\s+)?([^\W\d_]{3,9})\.?,?\s+(\d{4})")
_TIME = re.compile(
    r"(?:[T ]+|,\s*)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$"
)
_MONTHS = (
    ("jan",),
    ("feb",),
    ("mar",),
    ("apr",),
    ("mai", "maj", "may"),
    ("jun",),
    ("jul",),
    ("aug",),
    ("sep",),
    ("okt", "oct"),
    ("nov",),
    ("des", "dec"),
)


class Employees(NamedTuple):
    """A number, or a band such as ``10–19`` or ``100+``; neither where nothing is said."""

    number: int | None = None
    band: str = ""


def employees(cell: Cell) -> Employees:
    """Return how many work there; raises UnreadableCell.

    “ca. 30” is 30. A date is what Excel makes of 10-12, and is refused with that remedy.
    """
    if isinstance(cell, dt.date):
        raise UnreadableCell(Code.BAND_BECAME_DATE)
    written = optional_text(cell, 100).casefold()
    if not written:
        return Employees()
    if re.fullmatch(r"\d{1,2}[.\s-]*[^\W\d_]{3,4}\.?", written) and _month(written):
        raise UnreadableCell(Code.BAND_BECAME_DATE)
    plain = _ABOUT.sub("", re.sub(rf"\s*{_WORDS}\.?$", "", written))
    plain = re.sub(r"(?<=\d)[ .'’](?=\d{3}(?!\d))", "", plain)
    return _band(plain) or Employees(_count(plain))


def _band(written: str) -> Employees | None:
    closed = _BAND.fullmatch(written)
    if closed:
        low, high = _count(closed[1]), _count(closed[2])
        if low > high:
            raise UnreadableCell(Code.EMPLOYEES)
        return Employees(band=f"{low}–{high}")
    opened = _OPEN_BAND.fullmatch(written)
    if opened:
        return Employees(band=f"{_count(opened[1] or opened[2])}+")
    under = _UNDER.fullmatch(written)
    return Employees(band=f"0–{max(_count(under[1]) - 1, 0)}") if under else None


def _count(written: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?", written):
        raise UnreadableCell(Code.EMPLOYEES)
    number = round(float(written.replace(",", ".")))
    if number > MOST_EMPLOYEES:
        raise UnreadableCell(Code.EMPLOYEES)
    return number


def date(cell: Cell) -> dt.date | None:
    """Return the date in *cell*, None where it is empty; raises UnreadableCell.

    Day before month, as the Nordic countries write; a number is a day count of Excel's.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    written = _TIME.sub("", optional_text(cell, 100)).strip().rstrip(".")
    if not written:
        return None
    if re.fullmatch(r"[0-9]{5}(?:[.,][0-9]+)?", written):
        return _from_serial(int(written[:5]))
    try:
        found = _from_numbers(written) or _from_words(written.casefold())
    except ValueError as error:
        raise UnreadableCell(Code.DATE) from error
    if found is None or found.year < 1800:
        raise UnreadableCell(Code.DATE)
    return found


def since(cell: Cell) -> dt.date | None:
    """Return a date as ``date`` does; a lone year is its first day."""
    written = optional_text(cell, 100)
    if re.fullmatch(r"(?:18|19|20)[0-9]{2}", written):
        return dt.date(int(written), 1, 1)
    return date(cell)


def _from_serial(days: int) -> dt.date:
    if days not in SERIALS:
        raise UnreadableCell(Code.DATE)
    return DAY_ZERO + dt.timedelta(days=days)


def _from_numbers(written: str) -> dt.date | None:
    found = _YEAR_FIRST.fullmatch(written)
    if found:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_FIRST.fullmatch(written)
    if not found:
        return None
    year = int(found[3])
    if len(found[3]) == 2:
        year += 2000 if year < 70 else 1900
    return dt.date(year, int(found[2]), int(found[1]))


def _from_words(written: str) -> dt.date | None:
    found = _IN_WORDS.fullmatch(written)
    month = _month(written) if found else 0
    return dt.date(int(found[3]), month, int(found[1] or 1)) if found and month else None


def _month(written: str) -> int:
    word = re.search(r"[^\W\d_]{3,9}", written)
    starts = word[0][:3] if word else ""
    return next((number for number, names in enumerate(_MONTHS, 1) if starts in names), 0)
