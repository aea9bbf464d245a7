"""The classes of the application profile, and how to recognise them on the wire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from vocab.terms import CV, KX, LEGAL, ORG, SCHEMA, SKOS, VF, local_name


class ResourceClass(StrEnum):
    """A class of things that nodes publish."""

    CLUSTER = "cluster"
    MEMBER = "member"
    CONCEPT = "concept"
    CASE = "case"
    COLLABORATION = "collaboration"
    OFFER = "offer"
    NEED = "need"
    EVENT = "event"
    PRACTICE = "practice"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassProfile:
    """How a class looks on the wire, in URLs and in the graph."""

    klass: ResourceClass
    #: The single string under "type"; empty where only the kind is said.
    wire_type: str
    #: What stands under "kind".
    kinds: tuple[str, ...]
    #: The segment of the URL under which the things are listed; empty for parts of others.
    collection: str
    rdf_classes: tuple[str, ...]


def _profile(
    klass: ResourceClass, wire_type: str, kinds: str, collection: str, *rdf_classes: str
) -> tuple[ResourceClass, ClassProfile]:
    return klass, ClassProfile(
        klass=klass,
        wire_type=wire_type,
        kinds=tuple(kinds.split()),
        collection=collection,
        rdf_classes=rdf_classes,
    )


PROFILES: Final[Mapping[ResourceClass, ClassProfile]] = MappingProxyType(
    dict(
        [
            _profile(
                ResourceClass.CLUSTER,
                "Organization",
                "Cluster FormalOrganization",
                "cluster",
                KX + "Cluster",
                ORG + "FormalOrganization",
            ),
            _profile(
                ResourceClass.MEMBER,
                "Organization",
                "LegalEntity FormalOrganization",
                "members",
                LEGAL + "LegalEntity",
                ORG + "FormalOrganization",
            ),
            _profile(ResourceClass.CONCEPT, "Concept", "", "concepts", SKOS + "Concept"),
            _profile(ResourceClass.CASE, "Article", "BusinessCase", "cases", KX + "BusinessCase"),
            _profile(
                ResourceClass.COLLABORATION,
                "Article",
                "Collaboration",
                "collaborations",
                KX + "Collaboration",
            ),
            _profile(ResourceClass.OFFER, "Note", "Proposal", "offers", VF + "Proposal"),
            _profile(ResourceClass.NEED, "Note", "Proposal", "needs", VF + "Proposal"),
            _profile(
                ResourceClass.EVENT, "Event", "BusinessEvent", "events", SCHEMA + "BusinessEvent"
            ),
            _profile(
                ResourceClass.PRACTICE,
                "Article",
                "Practice",
                "practices",
                SCHEMA + "LearningResource",
            ),
            _profile(ResourceClass.CONTACT, "", "ContactPoint", "", CV + "ContactPoint"),
        ]
    )
)

#: Classes that go to other nodes only, never to people's time lines (DESIGN §5).
FOR_NODES_ONLY: Final = frozenset({ResourceClass.MEMBER, ResourceClass.CONCEPT})

_PURPOSES: Final = {"offer": ResourceClass.OFFER, "request": ResourceClass.NEED}
_BY_TYPE: Final = {
    "BusinessCase": ResourceClass.CASE,
    "Collaboration": ResourceClass.COLLABORATION,
    "Practice": ResourceClass.PRACTICE,
    "LearningResource": ResourceClass.PRACTICE,
    "BusinessEvent": ResourceClass.EVENT,
    "Cluster": ResourceClass.CLUSTER,
    "LegalEntity": ResourceClass.MEMBER,
    "Concept": ResourceClass.CONCEPT,
    "ContactPoint": ResourceClass.CONTACT,
}


def classify(document: Mapping[str, Any]) -> ResourceClass | None:
    """Return the class of a wire document, or None where the profile has none for it.

    Goes by shape, as FEP-2277 advises: what stands under "type", "@type" and "kind" counts
    the same, alone or in a list, as a term, a prefixed name or an IRI, in any of the three
    namespaces of ValueFlows. Activities are of no class.
    """
    if "actor" in document and "object" in document:
        return None
    names = {local_name(name) for name in type_names(document)}
    if "Proposal" in names or _publishes_intent(document):
        return _proposal_class(document)
    for name, klass in _BY_TYPE.items():
        if name in names:
            return klass
    if "Event" in names and property_of(document, "startTime") is not None:
        return ResourceClass.EVENT
    return None


def type_names(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield every string under "type", "@type" and "kind", as written."""
    for key in ("type", "@type", "kind"):
        value = document.get(key)
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                yield name
            elif isinstance(name, Mapping) and isinstance(name.get("@id"), str):
                yield name["@id"]


def property_of(document: Mapping[str, Any], name: str) -> Any:
    """Return what stands under *name*, or under a prefixed name or IRI that ends in it."""
    if name in document:
        return document[name]
    for key in document:
        if (":" in key) and local_name(key) == name:
            return document[key]
    return None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _publishes_intent(document: Mapping[str, Any]) -> bool:
    intent = _first(property_of(document, "publishes"))
    return isinstance(intent, Mapping) and property_of(document, "purpose") is not None


def _proposal_class(document: Mapping[str, Any]) -> ResourceClass | None:
    purpose = _first(property_of(document, "purpose"))
    if isinstance(purpose, Mapping):
        purpose = purpose.get("id", purpose.get("@id"))
    return _PURPOSES.get(local_name(purpose)) if isinstance(purpose, str) else None
