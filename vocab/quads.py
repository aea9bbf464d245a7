"""From a wire document to the quads of its named graph."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse

from vocab.classes import classify
from vocab.contexts import check_document, term_table
from vocab.document_tree import DocumentTree, own_iri
from vocab.errors import UnacceptableDocument


def document_quads(document: Mapping[str, Any]) -> list[Quad]:
    """Return the quads of a document of the profile, in the graph that its id names.

    They speak of the document, its fragments and its unnamed parts only, whatever else it
    contains (DESIGN §5, "Named graphs"); a document of no class of the profile gives none.
    The same document gives the same quads, blank nodes included, whether its context names
    ours or carries it inline.

    Raises UnacceptableDocument where the context or the keywords would let the document be
    read in two ways (SECURITY C1–C4, C13), or it has no id that is a web address.
    """
    if classify(document) is None:
        return []
    check_document(document)
    table = term_table(document.get("@context"))
    if table.conflicts:
        raise UnacceptableDocument(f"{min(table.conflicts)!r} has another meaning here.")
    iri = own_iri(document)
    tree = DocumentTree(document, iri, table)
    return _reachable(_parsed(tree.jsonld()), _graph_name(iri))


def _graph_name(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise UnacceptableDocument("The id of the document is no IRI.") from error


def _parsed(jsonld: Mapping[str, Any]) -> list[Quad]:
    try:
        return list(parse(json.dumps(jsonld), RdfFormat.JSON_LD))
    except (SyntaxError, ValueError) as error:
        raise UnacceptableDocument("The document is no JSON-LD.") from error


def _reachable(quads: Iterable[Quad], graph: NamedNode) -> list[Quad]:
    """Return what hangs together with the document; one quad, once, in its order."""
    fragments = graph.value + "#"
    kept: dict[Quad, None] = {}
    blanks: dict[BlankNode, list[Quad]] = {}
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph):
            continue
        subject = quad.subject
        own = Quad(subject, quad.predicate, quad.object, graph)
        if isinstance(subject, BlankNode):
            blanks.setdefault(subject, []).append(own)
        elif isinstance(subject, NamedNode) and (
            subject == graph or subject.value.startswith(fragments)
        ):
            kept[own] = None
    _add_blanks(kept, blanks)
    return list(kept)


def _add_blanks(kept: dict[Quad, None], blanks: dict[BlankNode, list[Quad]]) -> None:
    waiting = [quad.object for quad in kept if isinstance(quad.object, BlankNode)]
    while waiting:
        for quad in blanks.pop(waiting.pop(), ()):
            kept[quad] = None
            if isinstance(quad.object, BlankNode):
                waiting.append(quad.object)
