"""Branches of industry of wire documents: NACE, in words.

Classes have names in English only; in the other languages their division is named, in words of
ours, and the number of the class says the rest.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from node.pages.views import Passage
from node.pages.wire_values import Document, iris, nested
from vocab.schemes.nace import nace_label, parse_nace

#: The tables of classes are in English.
LABEL_LANGUAGE = "en"
#: What revision 2.1 calls otherwise than revision 2.
_REVISED = {
    "60": {
        "nb": "Kringkasting og nyhetsbyråer",
        "nn": "Kringkasting og nyheitsbyrå",
        "da": "Radio, tv og nyhedsbureauer",
    }
}


def nace_classes(document: Document) -> list[str]:
    """Return the NACE IRIs of a member, an offer or a need."""
    stated = iris(document.get("companyActivity"))
    stated += iris(nested(document, "publishes").get("resourceClassifiedAs"))
    return [iri for iri in stated if "/ux2/nace" in iri]


def industry(document: Document, language: str) -> Passage | None:
    """Return the name of the first branch."""
    names = (industry_name(iri, language) for iri in nace_classes(document))
    return next((name for name in names if name.text), None)


def industry_name(iri: str, language: str) -> Passage:
    """Return the name of a class: its division's in *language*, or its own in English."""
    found = parse_nace(iri)
    if found is not None and language != LABEL_LANGUAGE:
        division = found.digits[:2]
        revised = _REVISED.get(division, {}) if found.revision == "2.1" else {}
        name = revised.get(language) or _divisions().get(division, {}).get(language)
        if name:
            return Passage(text=name, language=language)
    return Passage(text=nace_label(iri, language), language=LABEL_LANGUAGE)


@cache
def _divisions() -> Mapping[str, Mapping[str, str]]:
    """Return the names of the divisions by number and language."""
    text = files("node.pages").joinpath("data", "industries.csv").read_text(encoding="utf-8")
    return {row["division"]: row for row in csv.DictReader(text.splitlines())}


def notation(iri: str) -> str:
    """Return a NACE IRI's class as people write it, such as "85.59"."""
    digits = iri.rstrip("/").rpartition("/")[2]
    return f"{digits[:2]}.{digits[2:]}" if len(digits) > 2 else digits
