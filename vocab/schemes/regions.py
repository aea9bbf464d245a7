"""Regions: NUTS 2021 of Norway and Denmark, and the municipalities in them.

Sources: Eurostat's NUTS 2021 and list of local units; codes and names of municipalities from
Statistics Norway and Kartverket (2024), and Statistics Denmark.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vocab.terms import NUTS

#: Members of the EU (Greece is EL), of EFTA, and those whose statistical regions Eurostat lists.
NUTS_COUNTRIES = frozenset(
    {"AL", "AT", "BA", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GE"}
    | {"HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MD", "ME", "MK", "MT", "NL", "NO"}
    | {"PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR", "UA", "UK", "XK"}
)
_CODE_LENGTH = {"NO": 4, "DK": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality and where it lies."""

    country: str
    code: str
    name: str
    #: The county (NO) or landsdel (DK).
    region: str
    #: The NUTS code of level 3, such as "NO092".
    nuts3: str

    @property
    def nuts_iri(self) -> str:
        """The IRI of the NUTS region of level 3."""
        return NUTS + self.nuts3


def find_municipality(country: str, name_or_code: str) -> Municipality | None:
    """Return the municipality of *country* ("NO" or "DK") that a name or code means.

    A leading zero that a spreadsheet dropped is put back. None where nothing fits, and where
    several share the name: then "Herøy, Nordland" or the code decides.
    """
    text = name_or_code.strip()
    if text.isascii() and text.isdigit():
        return _by_code().get((country, text.zfill(_CODE_LENGTH.get(country, 4)).lstrip()))
    name, _, region = text.replace("(", ",").replace(")", "").partition(",")
    found = _by_name().get((country, _folded(name)), ())
    if region.strip():
        found = tuple(place for place in found if _folded(place.region) == _folded(region))
    return found[0] if len(found) == 1 else None


def region_name(nuts_iri: str, language: str) -> str:
    """Return the name of a NUTS region in nb, nn, da or en; its code where it is not known."""
    code = nuts_iri.removeprefix(NUTS)
    names = region_names().get(code)
    if names is None:
        return code
    return names.get(language.partition("-")[0], names["en"])


def is_region(nuts_iri: str) -> bool:
    """Whether an IRI names a region of NUTS: by the list of Norway and Denmark, else by its form.

    The codes of other countries are not bundled, only which countries have some.
    """
    code = nuts_iri.removeprefix(NUTS)
    if code == nuts_iri or not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,3}", code):
        return False
    return code in region_names() if code[:2] in _CODE_LENGTH else code[:2] in NUTS_COUNTRIES


def country_of(nuts_iri: str) -> str:
    """Return the two-letter country of a NUTS IRI, empty where it is none."""
    code = nuts_iri.removeprefix(NUTS)
    return code[:2] if nuts_iri.startswith(NUTS) and re.match(r"[A-Z]{2}", code) else ""


@cache
def region_names() -> Mapping[str, Mapping[str, str]]:
    """Return the names of each NUTS code of Norway and Denmark, levels 0 to 3, by language."""
    return {row.pop("code"): row for row in _rows("regions.csv")}


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Return all municipalities."""
    return tuple(Municipality(**row) for row in _rows("municipalities.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("vocab.schemes") / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _by_code() -> Mapping[tuple[str, str], Municipality]:
    return {(place.country, place.code): place for place in municipalities()}


@cache
def _by_name() -> Mapping[tuple[str, str], tuple[Municipality, ...]]:
    found: dict[tuple[str, str], tuple[Municipality, ...]] = {}
    for place in municipalities():
        # Places that share a name carry their county in brackets.
        name = place.name.partition(" (")[0]
        for part in {name, *re.split(r" [-–/] ", name)}:
            key = (place.country, _folded(part))
            found[key] = (*found.get(key, ()), place)
    return found


def _folded(name: str) -> str:
    """Return a name as it is compared: case, "kommune", and å against aa do not count."""
    text = name.casefold().strip().replace("aa", "å")
    shortened = re.sub(r"s? kommune?$", "", text)
    return re.sub(r"\s+", " ", shortened)
