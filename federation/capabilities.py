"""What a server can do, said and read (FEP-844e)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from federation.origins import same_origin
from federation.signature_formats import SignatureFormat

#: Names in the registry of FEP-844e.
RFC_9421: Final = "https://datatracker.ietf.org/doc/html/rfc9421"
RFC_9421_ED25519: Final = f"{RFC_9421}#name-eddsa-using-curve-edwards25"

_NAMES: Final = {
    RFC_9421: "RFC-9421: HTTP Message Signatures",
    RFC_9421_ED25519: "RFC-9421 signatures using the Ed25519 algorithm",
}
#: The one term of the FEP, so that nobody has to fetch its context.
TERMS: Final[Mapping[str, Any]] = {
    "implements": {"@id": "https://w3id.org/fep/844e#implements", "@type": "@id"}
}
_MOST_READ: Final = 64


def implements() -> list[dict[str, str]]:
    """Return what this node can do, as ``implements`` of an Application says it."""
    return [{"type": "Link", "href": href, "name": name} for href, name in _NAMES.items()]


def generator(instance: str) -> dict[str, Any]:
    """Return the ``generator`` of our actors: who reads one of them need ask no further."""
    return {"type": "Application", "id": instance, "implements": implements()}


def advertised_format(document: Mapping[str, Any]) -> SignatureFormat | None:
    """Return the form of signature that an actor, or its ``generator``, says its server takes.

    None where it says nothing of RFC 9421. A generator of another origin speaks for itself.
    """
    hrefs = set(_hrefs(document.get("implements")))
    generator = document.get("generator")
    if isinstance(generator, dict) and _is_of(generator, document.get("id")):
        hrefs.update(_hrefs(generator.get("implements")))
    if RFC_9421_ED25519 in hrefs:
        return SignatureFormat.RFC_9421_ED25519
    return SignatureFormat.RFC_9421 if RFC_9421 in hrefs else None


def _is_of(generator: Mapping[str, Any], iri: object) -> bool:
    """Say whether *generator* is a part of the document *iri*, or stands beside it."""
    identity = generator.get("id")
    if identity is None:
        return True
    return isinstance(identity, str) and isinstance(iri, str) and same_origin(identity, iri)


def _hrefs(value: object) -> Iterator[str]:
    """Yield the identifiers of capabilities, written as links or as plain addresses."""
    entries = value if isinstance(value, list) else [value]
    for entry in entries[:_MOST_READ]:
        href = entry.get("href") if isinstance(entry, dict) else entry
        if isinstance(href, str):
            yield href
