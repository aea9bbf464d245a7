"""Look municipalities and industry codes up in the node's tables."""

import difflib
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from node.importing.cells import bounded_text, line
from node.importing.problems import Code, UnreadableCell
from node.importing.sheet_rows import Cell
from vocab.schemes.nace import find_nace
from vocab.schemes.regions import Municipality, find_municipality, municipalities

MUNICIPALITY_DIGITS = {"NO": 4, "DK": 3}

_CODE_FIRST = re.compile(r"([0-9]{2,4})(?:[\s,:–-]+[^\W\d_].*)?")
_CODE_LAST = re.compile(r"[^\W\d_].*?[\s(,]+([0-9]{3,4})\)?")
_NAME_SUFFIX = re.compile(r"s?\s+(?:kommune|municipality)$", re.IGNORECASE)

_SEPARATORS = re.compile(r"[;\n|]|,(?!\d)|(?<!\d),|\s+/\s+")
_IRI = re.compile(r"https?://data\.europa\.eu/ux2/nace(2(?:\.1)?)/([0-9]{4})")
_REVISION = re.compile(
    r"(?:NACE|SN|DB)\s*(?:REV\.?\s*)?(2\.1|2007|2025|07|25|2)\s*:?\s+(?=[0-9])", re.IGNORECASE
)
_REVISIONS = {"2007": "2", "07": "2", "2025": "2.1", "25": "2.1"}
_CODE = re.compile(
    r"(?:([0-9]{1,2})[.,]([0-9]{1,4})(?:[.,][0-9]{1,2})?|([0-9]{4,6}))(?:[\s:–-]+\D.*)?"
)
#: A section, division or group: industries that no register puts a company in.
_SHORT = re.compile(r"(?:[A-V]|[A-V]?\s*[0-9]{1,3})(?:[\s:–-]+\D.*)?")
#: Digits of a national code: a shorter one has lost its leading zero, or is the class alone.
NACE_DIGITS = {"NO": 5, "DK": 6}


def municipality(cell: Cell, country: str) -> str:
    """Return the code of the municipality that *cell* names, nothing where it is empty.

    A code beside a name decides. Raises UnreadableCell for unknown and ambiguous names, and
    for a code whose leading zero a spreadsheet took away.
    """
    written = line(cell)
    if not written:
        return ""
    coded = _CODE_FIRST.fullmatch(written) or _CODE_LAST.fullmatch(written)
    return _by_code(coded[1], country) if coded else _by_name(written, country)


def _by_code(digits: str, country: str) -> str:
    found = find_municipality(country, digits)
    if found is not None and len(digits) == MUNICIPALITY_DIGITS[country]:
        return found.code
    padded = digits.zfill(MUNICIPALITY_DIGITS[country])
    if padded != digits and find_municipality(country, padded):
        raise UnreadableCell(Code.ZERO_LOST, expected=padded)
    raise UnreadableCell(Code.MUNICIPALITY_UNKNOWN)


def _by_name(written: str, country: str) -> str:
    found = find_municipality(country, written)
    if found is not None:
        return found.code
    named = _by_names(country)
    choices = named.get(_folded(_NAME_SUFFIX.sub("", written)), ())
    if len(choices) == 1:
        return choices[0].code
    if choices:
        shown = ", ".join(f"{choice.code} {choice.name}" for choice in choices)
        raise UnreadableCell(Code.MUNICIPALITY_AMBIGUOUS, choices=shown)
    raise UnreadableCell(Code.MUNICIPALITY_UNKNOWN, near=_near(_folded(written), country))


@lru_cache(maxsize=1024)
def _near(name: str, country: str) -> str:
    """Return the municipality that is spelt nearly so; comparing with all takes a while."""
    named = _by_names(country)
    near = difflib.get_close_matches(name[:60], named, n=1, cutoff=0.8)
    return named[near[0]][0].name if near else ""


@cache
def _by_names(country: str) -> dict[str, tuple[Municipality, ...]]:
    """Return the municipalities of a country by name, with and without what tells them apart."""
    named: dict[str, tuple[Municipality, ...]] = {}
    for found in municipalities():
        for name in {_folded(found.name), _folded(found.name.partition(" (")[0])}:
            if found.country == country:
                named[name] = (*named.get(name, ()), found)
    return named


def _folded(name: str) -> str:
    """Høje Taastrup is Høje-Taastrup, and Århus is Aarhus."""
    letters = name.casefold().replace("aa", "å")
    return "".join(character for character in letters if character.isalnum())


def nace_iris(
    cell: Cell, *, country: str, preferred_revision: str
) -> tuple[tuple[str, ...], tuple[UnreadableCell, ...]]:
    """Return the IRIs of the NACE classes in *cell*, and what in it is no class.

    National codes (62.010, 62.10.00, 621000) are cut to the class. The revision is the one
    that has the code, *preferred_revision* where both do, or the one named before the code
    (“NACE 2.1 62.10”, as exports write).
    """
    found: list[str] = []
    unknown: list[UnreadableCell] = []
    for part in _SEPARATORS.split(bounded_text(cell, 1_000)):
        if not part.strip() or (found and not re.search(r"\d", part)):
            continue  # Words after a comma belong to the name of the code before.
        try:
            found.append(_nace_iri(part.strip(), country, preferred_revision))
        except UnreadableCell as problem:
            unknown.append(problem)
    return tuple(dict.fromkeys(found)), tuple(unknown)


def _nace_iri(written: str, country: str, preferred_revision: str) -> str:
    named = ""
    iri, revision = _IRI.fullmatch(written), _REVISION.match(written)
    if iri:
        named, code = iri[1], iri[2]
    elif revision:
        named, code = _REVISIONS.get(revision[1], revision[1]), written[revision.end() :]
    else:
        code = written
    for candidate in _nace_classes(code, country):
        found = find_nace(
            candidate, country=country, preferred_revision=named or preferred_revision
        )
        if found is not None and named in ("", found.revision):
            return found.iri
    short = _SHORT.fullmatch(code.strip()) is not None
    raise UnreadableCell(Code.NACE_SHORT if short else Code.NACE_UNKNOWN, nace=written)


def _nace_classes(written: str, country: str) -> Sequence[str]:
    """Return the classes that *written* may mean, as 62.01; raises ZERO_LOST.

    A spreadsheet's number 62.1 is 62.10, and its 1.11 was 01.11.
    """
    code = _CODE.fullmatch(written)
    if not code:
        return ()
    if code[3]:
        return _from_digits(code[3], country)
    detail = code[2].ljust(2, "0")[:2]
    if len(code[1]) == 1:
        raise UnreadableCell(Code.ZERO_LOST, expected=f"0{code[1]}.{detail}")
    return (f"{code[1]}.{detail}",)


def _from_digits(digits: str, country: str) -> Sequence[str]:
    whole = f"{digits[:2]}.{digits[2:4]}"
    if len(digits) not in (4, NACE_DIGITS[country] - 1):
        return (whole,)
    padded = f"0{digits[0]}.{digits[1:3]}"
    exists = {
        code: find_nace(code, country=country, preferred_revision="2.1") is not None
        for code in (whole, padded)
    }
    if exists[padded] and (not exists[whole] or (country == "DK" and len(digits) == 5)):
        raise UnreadableCell(Code.ZERO_LOST, expected=f"0{digits}")
    return (whole,)
