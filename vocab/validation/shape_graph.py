"""The shapes as Turtle has them, read into plain records.

Both ways of validating start here: the checks that run on every document, and pySHACL.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from vocab.contexts.term_table import activity_streams_terms, our_terms
from vocab.terms import RDF, RDF_TYPE
from vocab.validation.findings import Severity

SH: Final = "http://www.w3.org/ns/shacl#"
ON_RECEIVE: Final = "https://w3id.org/skagerrak/shapes#onReceive"

Term = NamedNode | BlankNode | Literal
_MESSAGE: Final = re.compile(r"(KX-[A-Z]\d\d) (.+)", re.DOTALL)
_SEVERITIES: Final[Mapping[str, Severity]] = {
    SH + "Violation": "violation",
    SH + "Warning": "warning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyShape:
    """What one property of a thing must be like."""

    code: str
    field: str
    #: The properties that count, one or alternatives.
    paths: tuple[str, ...]
    #: Parameters of SHACL and their values, lists read out.
    constraints: Mapping[str, tuple[Term, ...]]
    messages: Mapping[str, str]
    on_publish: Severity
    on_receive: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeShape:
    """What a thing of one kind must be like."""

    name: str
    classes: frozenset[str]
    subjects_of: frozenset[str]
    properties: tuple[PropertyShape, ...]


def shape_files() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each Turtle file of shapes."""
    for entry in sorted(files("vocab.shapes").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".ttl"):
            yield entry.name, entry.read_text("utf-8")


def shapes_turtle() -> str:
    """Return all shapes as one Turtle document, as nodes serve it at /shapes."""
    return "\n".join(text for _, text in shape_files())


@cache
def node_shapes() -> Mapping[str, NodeShape]:
    """Return the shapes by their IRI."""
    return _ShapeReader().read()


class _ShapeReader:
    """Reads the triples of all files into records."""

    def __init__(self) -> None:
        self._objects: dict[Term, dict[str, list[Term]]] = {}
        for _, text in shape_files():
            for triple in parse(text, RdfFormat.TURTLE, rename_blank_nodes=True):
                self._add(triple)

    def _add(self, triple: Quad) -> None:
        subject, value = triple.subject, triple.object
        if isinstance(subject, (NamedNode, BlankNode)) and isinstance(
            value, (NamedNode, BlankNode, Literal)
        ):
            values = self._objects.setdefault(subject, {})
            values.setdefault(triple.predicate.value, []).append(value)

    def read(self) -> Mapping[str, NodeShape]:
        """Return all node shapes."""
        wanted = NamedNode(SH + "NodeShape")
        return {
            node.value: self._node_shape(node)
            for node, values in self._objects.items()
            if wanted in values.get(RDF_TYPE, ()) and isinstance(node, NamedNode)
        }

    def _node_shape(self, node: NamedNode) -> NodeShape:
        values = self._objects[node]
        return NodeShape(
            name=node.value,
            classes=frozenset(_iris(values.get(SH + "targetClass", []))),
            subjects_of=frozenset(_iris(values.get(SH + "targetSubjectsOf", []))),
            properties=tuple(self._property_shape(p) for p in values.get(SH + "property", [])),
        )

    def _property_shape(self, node: Term) -> PropertyShape:
        values = self._objects[node]
        code, messages = _messages(values.get(SH + "message", []))
        paths = self._paths(values[SH + "path"][0])
        severity = _severity(values.get(SH + "severity"), "violation")
        return PropertyShape(
            code=code,
            field=_field(paths[0]),
            paths=paths,
            constraints=self._constraints(values),
            messages=messages,
            on_publish=severity,
            on_receive=_severity(values.get(ON_RECEIVE), "warning"),
        )

    def _paths(self, node: Term) -> tuple[str, ...]:
        if isinstance(node, NamedNode):
            return (node.value,)
        return tuple(_iris(self._list(self._objects[node][SH + "alternativePath"][0])))

    def _constraints(self, values: Mapping[str, list[Term]]) -> dict[str, tuple[Term, ...]]:
        aside = {"path", "message", "severity"}
        found: dict[str, tuple[Term, ...]] = {}
        for name, terms in values.items():
            parameter = name.removeprefix(SH)
            if name == parameter or parameter in aside:
                continue
            if parameter in ("in", "languageIn"):
                found[parameter] = tuple(self._list(terms[0]))
            elif parameter == "qualifiedValueShape":
                found.update(self._nested("qualified", terms[0]))
            elif parameter == "or":
                choices = found[parameter] = tuple(self._list(terms[0]))
                for number, choice in enumerate(choices):
                    found.update(self._nested(f"or.{number}", choice))
            else:
                found[parameter] = tuple(terms)
        return found

    def _nested(self, name: str, node: Term) -> dict[str, tuple[Term, ...]]:
        """Return the parameters of a shape within this one, each with *name* before it."""
        inner = self._constraints(self._objects[node])
        return {f"{name}.{parameter}": terms for parameter, terms in inner.items()}

    def _list(self, node: Term) -> Iterator[Term]:
        while node != NamedNode(RDF + "nil"):
            values = self._objects[node]
            yield values[RDF + "first"][0]
            node = values[RDF + "rest"][0]


def _iris(terms: list[Term] | Iterator[Term]) -> list[str]:
    return [term.value for term in terms if isinstance(term, NamedNode)]


def _severity(terms: list[Term] | None, otherwise: Severity) -> Severity:
    return _SEVERITIES[terms[0].value] if terms else otherwise


def _messages(terms: list[Term]) -> tuple[str, dict[str, str]]:
    """Split "KX-P03 Set an end date."@en into the code and the text by language."""
    code = ""
    messages: dict[str, str] = {}
    for term in terms:
        found = _MESSAGE.fullmatch(term.value)
        if found is None or not isinstance(term, Literal):
            raise ValueError(f"a message of the shapes has no code: {term}")
        code = found.group(1)
        messages[term.language or "en"] = found.group(2)
    return code, messages


@cache
def _fields() -> Mapping[str, str]:
    fields: dict[str, str] = {}
    for terms in (activity_streams_terms(), our_terms()):
        for term, definition in terms.items():
            fields.setdefault(definition.iri, term)
    return fields


def _field(iri: str) -> str:
    return _fields().get(iri, iri)
