"""Our own classes and properties, for people and machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from vocab.terms import KX, RDF_TYPE, RDFS


@dataclass(frozen=True, slots=True, kw_only=True)
class OntologyTerm:
    """A class, property or value of the namespace."""

    iri: str
    #: The IRIs of its classes, such as owl:ObjectProperty.
    types: frozenset[str]
    #: By language: en and nb.
    labels: Mapping[str, str]
    definitions: Mapping[str, str]

    @property
    def name(self) -> str:
        """The part behind the "#"."""
        return self.iri.removeprefix(KX)


def ontology_turtle() -> str:
    """Return the ontology as nodes serve it at /ns."""
    return (files("vocab") / "ontology.ttl").read_text("utf-8")


@cache
def ontology_terms() -> tuple[OntologyTerm, ...]:
    """Return the terms of the namespace in the order of the file."""
    types: dict[str, set[str]] = {}
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for triple in parse(ontology_turtle(), RdfFormat.TURTLE):
        subject, value = triple.subject, triple.object
        if not isinstance(subject, NamedNode) or not subject.value.startswith(KX):
            continue
        if triple.predicate.value == RDF_TYPE and isinstance(value, NamedNode):
            types.setdefault(subject.value, set()).add(value.value)
        elif isinstance(value, Literal) and value.language:
            texts.setdefault((subject.value, triple.predicate.value), {})[value.language] = (
                value.value
            )
    return tuple(
        OntologyTerm(
            iri=iri,
            types=frozenset(found),
            labels=texts.get((iri, RDFS + "label"), {}),
            definitions=texts.get((iri, RDFS + "comment"), {}),
        )
        for iri, found in types.items()
    )
