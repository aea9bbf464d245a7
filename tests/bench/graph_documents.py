"""Documents as the demonstration's clusters publish them, as many as a measurement needs."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from vocab.inline_context import with_inline_context

BASE = "https://node.digin.example"

_WIRE = Path(__file__).parents[1] / "data" / "wire"
_REGIONS = ("NO092", "NO091", "NO082", "DK01", "DK05", "SE23")
_ACTIVITIES = ("6201", "6202", "7112", "8559", "2611", "3312")
CONCEPTS = 100


def documents() -> Iterator[dict[str, Any]]:
    """Yield documents without end: concepts first, then members and offers in turn."""
    for number in range(CONCEPTS):
        yield _concept(number)
    for number in count():
        yield member(number)
        yield offer(number)


def member(number: int) -> dict[str, Any]:
    """Return a company, with the context that it travels with."""
    document = _template("member")
    _rename(document, f"{BASE}/members/m{number}")
    document["name"] = document["legalName"]["@value"] = f"Eksempel {number} AS"
    document["legalIdentifier"]["notation"] = f"{980_000_000 + number}"
    document["iso6523Code"] = f"0192:{980_000_000 + number}"
    document["companyActivity"] = [
        f"http://data.europa.eu/ux2/nace2/{_ACTIVITIES[number % len(_ACTIVITIES)]}"
    ]
    document["region"] = f"http://data.europa.eu/nuts/code/{_REGIONS[number % len(_REGIONS)]}"
    document["employees"] = 1 + number % 200
    document["knowsAbout"] = [concept_iri(number), concept_iri(number * 7 + 1)]
    return with_inline_context(document)


def offer(number: int) -> dict[str, Any]:
    """Return an offer of a company."""
    document = _template("offer-create")["object"]
    _rename(document, f"{BASE}/offers/o{number}")
    for language in document["nameMap"]:
        document["nameMap"][language] += f" {number}"
    document["name"] = document["nameMap"]["nb"]
    intent = document["publishes"]
    intent["id"] = f"{document['id']}#primary"
    intent["provider"] = f"{BASE}/members/m{number}"
    intent["resourceConformsTo"] = concept_iri(number)
    document["region"] = [f"http://data.europa.eu/nuts/code/{_REGIONS[number % len(_REGIONS)]}"]
    return with_inline_context(document)


def concept_iri(number: int) -> str:
    """Return the IRI of one of the concepts, whatever the number."""
    return f"{BASE}/concepts/c{number % CONCEPTS}"


def _concept(number: int) -> dict[str, Any]:
    document = _template("concept")
    document["id"] = concept_iri(number)
    document["notation"] = f"c{number}"
    document["prefLabel"] = {"nb": f"fag {number}", "en": f"skill {number}"}
    return with_inline_context(document)


def _rename(document: dict[str, Any], iri: str) -> None:
    former = document["id"]
    text = json.dumps(document).replace(former, iri)
    document.clear()
    document.update(json.loads(text))


def _template(name: str) -> dict[str, Any]:
    return copy.deepcopy(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((_WIRE / f"{name}.json").read_text())
    return read
