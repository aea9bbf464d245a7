"""From a wire document to a record."""

from collections.abc import Mapping
from typing import Any, Final

from vocab.classes import ResourceClass, classify
from vocab.errors import UnreadableDocument
from vocab.models import (
    BusinessCase,
    Cluster,
    Collaboration,
    Concept,
    ContactPoint,
    Event,
    Member,
    Need,
    Offer,
    Practice,
    Resource,
)
from vocab.models.wire_fields import read_fields

_RECORDS: Final[Mapping[ResourceClass, type[Resource]]] = {
    record.klass: record
    for record in (
        BusinessCase,
        Cluster,
        Collaboration,
        Concept,
        ContactPoint,
        Event,
        Member,
        Need,
        Offer,
        Practice,
    )
}


def read_resource(document: Mapping[str, Any]) -> Resource:
    """Return the record of a wire document, of the class that `classify` finds.

    Reads what others write too: one value or a list, an IRI or an object with it, a term or
    a prefixed name. What it does not know, or cannot read, stays in `extra`.
    Raises UnreadableDocument where the document is of no class of the profile or has no id.
    """
    klass = classify(document)
    if klass is None:
        raise UnreadableDocument("The document is of no class of the profile.")
    if not isinstance(document.get("id"), str):
        raise UnreadableDocument(f"The {klass} has no id.")
    record = _RECORDS[klass]
    return record(**read_fields(record, document))


def record_class(klass: ResourceClass) -> type[Resource]:
    """Return the record of a class."""
    return _RECORDS[klass]
