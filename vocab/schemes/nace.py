"""NACE, the European classification of industries, in both revisions that are in use.

The tables and their English labels are those of python-stdnum, from Eurostat (reuse under
Commission Decision 2011/833/EU).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stdnum.eu import nace as tables
from stdnum.exceptions import ValidationError

from vocab.terms import NACE_2, NACE_2_1

_NAMESPACES: Final = {"2": NACE_2, "2.1": NACE_2_1}
_TABLES: Final = {"2": "2.0", "2.1": "2.1"}
_SECTIONS: Final = {
    "2": frozenset("ABCDEFGHIJKLMNOPQRSTU"),
    "2.1": frozenset("ABCDEFGHIJKLMNOPQRSTUV"),
}
# Norway's SN codes add one digit to NACE, Denmark's DB codes two.
_NATIONAL_DIGITS: Final = {"NO": 5, "DK": 6}
_CODE: Final = re.compile(r"\s*[A-Va-v]?\s*([0-9]{1,2})(?:[., ]?([0-9][0-9 .]*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NaceClass:
    """A class of NACE (or a group or division, where only two or three digits are known)."""

    #: As printed: "62.01".
    code: str
    #: As in the IRI: "6201".
    digits: str
    #: "2" or "2.1".
    revision: str

    @property
    def iri(self) -> str:
        """The IRI of the Publications Office of the EU."""
        return _NAMESPACES[self.revision] + self.digits


def find_nace(code: str, *, country: str, preferred_revision: str) -> NaceClass | None:
    """Return the class that a national or European industry code means, or None.

    National codes (NO five digits, DK six) are cut to NACE's four. The revision is the one
    that holds the code, and *preferred_revision* ("2" or "2.1") where both do.
    """
    digits = _european_digits(code, country)
    if digits is None:
        return None
    for revision in (preferred_revision, *(r for r in _TABLES if r != preferred_revision)):
        if _label(digits, revision) is not None:
            return NaceClass(code=tables.format(digits), digits=digits, revision=revision)
    return None


def parse_nace(iri: str) -> NaceClass | None:
    """Return the class that an IRI names, None where it is none of NACE's."""
    for revision, namespace in _NAMESPACES.items():
        digits = iri.removeprefix(namespace)
        if digits != iri and _label(digits, revision) is not None:
            return NaceClass(code=tables.format(digits), digits=digits, revision=revision)
    return None


def is_nace(iri: str) -> bool:
    """Whether an IRI names a class, group, division or section of either revision."""
    if parse_nace(iri) is not None:
        return True
    for revision, namespace in _NAMESPACES.items():
        letter = iri.removeprefix(namespace)
        if letter != iri and letter in _SECTIONS[revision]:
            return True
    return False


def nace_label(iri: str, language: str) -> str:
    """Return the label of a class; the IRI's last part where it is not known.

    The tables hold English labels only, so *language* makes no difference yet.
    """
    found = parse_nace(iri)
    label = _label(found.digits, found.revision) if found else None
    return label or iri.rpartition("/")[2]


def nace_bridge(iri_a: str, iri_b: str) -> int:
    """Return how many digits two classes share: 4, 3, 2, or 0 for none.

    Across revisions only divisions compare, for groups and classes were cut anew: 2 or 0.
    """
    a, b = parse_nace(iri_a), parse_nace(iri_b)
    if a is None or b is None:
        return 0
    longest = 4 if a.revision == b.revision else 2
    for length in range(longest, 1, -1):
        if len(a.digits) >= length and a.digits[:length] == b.digits[:length]:
            return length
    return 0


def _european_digits(code: str, country: str) -> str | None:
    found = _CODE.match(code)
    if found is None:
        return None
    division, rest = found.group(1), re.sub(r"\D", "", found.group(2) or "")
    separated = rest and not code[found.end(1)].isdigit()
    if separated:
        division = division.zfill(2)
    digits = division + rest
    if not separated and len(digits) == _NATIONAL_DIGITS.get(country, 0) - 1 == 5:
        digits = "0" + digits
    if len(digits) > max(_NATIONAL_DIGITS.get(country, 6), 4) or len(digits) < 2:
        return None
    return digits[:4]


@lru_cache(maxsize=4096)
def _label(digits: str, revision: str) -> str | None:
    if revision not in _TABLES or not 2 <= len(digits) <= 4 or not digits.isdecimal():
        return None
    try:
        return tables.get_label(digits, revision=_TABLES[revision])
    except ValidationError:
        return None
