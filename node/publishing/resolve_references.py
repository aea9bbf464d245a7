"""References as an author writes them, made into IRIs.

``org:NO:900407939`` names a member by its organisation number, ``concept:sikker koding`` an
expertise by one of its labels. What cannot be found becomes a finding, never a dead link.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from node.publishing.complete_document import TEXTS
from node.publishing.drafts import Draft
from node.publishing.findings import violation
from node.storage import resources
from vocab.classes import ResourceClass
from vocab.validation import Finding

MEMBER, CONCEPT = "org:", "concept:"
#: Keys of texts for people, which may begin with anything, and of names from vocabularies.
NO_REFERENCES = frozenset(
    {*TEXTS, *(f"{key}Map" for key in TEXTS), "@context", "@type", "type", "kind"}
)


async def resolve_references(
    connection: AsyncConnection, drafts: Sequence[Draft]
) -> list[tuple[dict[str, Any], list[Finding]]]:
    """Return each draft's document with IRIs for references, and what was not found."""
    written = [reference for draft in drafts for reference in _references(draft.document)]
    known = await _known(connection, written) if written else {}
    results = []
    for draft in drafts:
        names = dict.fromkeys(_references(draft.document))
        missing = [violation("KX-D11", name) for name in names if _folded(name) not in known]
        results.append((_replaced(dict(draft.document), known), missing))
    return results


def _is_reference(text: str) -> bool:
    return text.startswith((MEMBER, CONCEPT))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _is_reference(value):
            yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in NO_REFERENCES:
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _replaced(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return known.get(_folded(value), value) if _is_reference(value) else value
    if isinstance(value, Mapping):
        return {
            key: part if key in NO_REFERENCES else _replaced(part, known)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_replaced(part, known) for part in value]
    return value


def _folded(reference: str) -> str:
    """Case and spacing do not count; in a number no space does."""
    if reference.startswith(MEMBER):
        return MEMBER + "".join(reference.removeprefix(MEMBER).split()).upper()
    return CONCEPT + " ".join(reference.removeprefix(CONCEPT).split()).lower()


async def _known(connection: AsyncConnection, written: Sequence[str]) -> dict[str, str]:
    folded = {_folded(name) for name in written}
    numbers = [name.removeprefix(MEMBER) for name in folded if name.startswith(MEMBER)]
    members = await resources.by_organisation_numbers(connection, numbers)
    known = {f"{MEMBER}{number}": row.iri for number, row in members.items()}
    if len(numbers) < len(folded):
        labels = await concept_labels(connection)
        known |= {_folded(f"{CONCEPT}{label}"): iri for label, iri in labels.items()}
    return known


async def concept_labels(connection: AsyncConnection) -> dict[str, str]:
    """Return the IRI of every local concept by each of its labels, in lower case."""
    concepts = await resources.all_local(connection, ResourceClass.CONCEPT)
    return {
        label.lower(): row.iri
        for key in ("altLabel", "prefLabel")  # where two share one, the preferred label counts
        for row in concepts
        for label in labels_of(row.document, key)
    }


def labels_of(document: Mapping[str, Any], key: str) -> Iterator[str]:
    """Yield the texts under *key* of a concept, in all languages."""
    texts = document.get(key)
    for value in texts.values() if isinstance(texts, Mapping) else [texts]:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield text
