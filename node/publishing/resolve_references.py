"""References as an author writes them, made into IRIs.

``org:NO:900407939`` names a member by its organisation number, ``concept:sikker koding`` an
expertise by one of its labels. What cannot be found becomes a finding, never a dead link.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.publishing.drafts import Draft
from node.storage import resources
from vocab.classes import ResourceClass
from vocab.validation import Finding

MEMBER, CONCEPT = "org:", "concept:"


async def resolve_references(
    connection: AsyncConnection, drafts: Sequence[Draft]
) -> list[tuple[dict[str, Any], list[Finding]]]:
    """Return each draft's document with IRIs for references, and what was not found."""
    written = [reference for draft in drafts for reference in _references(draft.document)]
    known = await _known(connection, written) if written else {}
    results = []
    for draft in drafts:
        missing = [name for name in _references(draft.document) if name.lower() not in known]
        document = _replaced(dict(draft.document), known)
        results.append((document, [_not_found(name) for name in dict.fromkeys(missing)]))
    return results


def _is_reference(text: str) -> bool:
    return text.startswith((MEMBER, CONCEPT))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _is_reference(value):
            yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _replaced(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return known.get(value.lower(), value) if _is_reference(value) else value
    if isinstance(value, Mapping):
        return {key: _replaced(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, known) for part in value]
    return value


async def _known(connection: AsyncConnection, written: Sequence[str]) -> dict[str, str]:
    numbers = [name.removeprefix(MEMBER) for name in written if name.startswith(MEMBER)]
    members = await resources.by_organisation_numbers(connection, numbers)
    known = {f"{MEMBER}{number}".lower(): row.iri for number, row in members.items()}
    if any(name.startswith(CONCEPT) for name in written):
        known |= {
            f"{CONCEPT}{label}": iri for label, iri in (await concept_labels(connection)).items()
        }
    return known


async def concept_labels(connection: AsyncConnection) -> dict[str, str]:
    """Return the IRI of every local concept by each of its labels, in lower case."""
    labels: dict[str, str] = {}
    for row in await resources.all_local(connection, ResourceClass.CONCEPT):
        for key in ("altLabel", "prefLabel"):
            for texts in (row.document.get(key) or {}).values():
                for text in texts if isinstance(texts, list) else [texts]:
                    labels[str(text).lower()] = row.iri
    return labels


def _not_found(name: str) -> Finding:
    return Finding(
        code="KX-R01",
        field=name,
        severity="violation",
        messages={
            "nb": f"KX-R01 «{name}» finnes ikke på denne noden. Sjekk skrivemåten, "
            "eller importer medlemmet eller kompetansen først.",
            "nn": f"KX-R01 «{name}» finst ikkje på denne noden. Sjekk skrivemåten, "
            "eller importer medlemmen eller kompetansen først.",
            "da": f"KX-R01 «{name}» findes ikke på denne node. Kontrollér stavemåden, "
            "eller importér medlemmet eller kompetencen først.",
            "en": f"KX-R01 “{name}” is not known on this node. Check the spelling, "
            "or import the member or the expertise first.",
        },
    )
