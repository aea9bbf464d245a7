"""Branches of industry of wire documents: NACE classes, in words."""

from node.pages.views import Passage
from node.pages.wire_values import Document, iris, nested
from vocab.schemes.nace import nace_label

#: The bundled tables are in English.
LABEL_LANGUAGE = "en"


def nace_classes(document: Document) -> list[str]:
    """Return the NACE IRIs of a member, an offer or a need."""
    stated = iris(document.get("companyActivity"))
    stated += iris(nested(document, "publishes").get("resourceClassifiedAs"))
    return [iri for iri in stated if "/ux2/nace" in iri]


def industry(document: Document, language: str) -> Passage | None:
    """Return the name of the first branch."""
    names = (nace_label(iri, language) for iri in nace_classes(document))
    return next((Passage(text=name, language=LABEL_LANGUAGE) for name in names if name), None)


def notation(iri: str) -> str:
    """Return a NACE IRI's class as people write it, such as "NACE 85.59"."""
    digits = iri.rstrip("/").rpartition("/")[2]
    return f"NACE {digits[:2]}.{digits[2:]}" if len(digits) > 2 else f"NACE {digits}"
