"""From a wire document to the quads of its named graph."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

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
    return _own(_parsed(tree.jsonld()), iri, tree.label)


def _parsed(jsonld: Mapping[str, Any]) -> list[Quad]:
    try:
        return list(parse(json.dumps(jsonld), RdfFormat.JSON_LD))
    except (SyntaxError, ValueError) as error:
        raise UnacceptableDocument("The document is no JSON-LD.") from error


def _own(quads: Iterable[Quad], iri: str, label: str) -> list[Quad]:
    """Return each quad once that speaks of the document, its fragments or its unnamed parts."""
    fragments = iri + "#"
    lists: dict[BlankNode, BlankNode] = {}
    kept: dict[Quad, None] = {}
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, NamedNode):
            if subject.value != iri and not subject.value.startswith(fragments):
                continue
        elif not isinstance(subject, BlankNode):
            continue
        if _is_unlabelled(subject, label) or _is_unlabelled(value, label):
            quad = _relabelled(quad, lists, label)
        kept[quad] = None
    return list(kept)


def _is_unlabelled(term: object, label: str) -> bool:
    """Say whether the parser made a blank node of its own, as it does for lists."""
    return isinstance(term, BlankNode) and not term.value.startswith(label)


def _relabelled(quad: Quad, lists: dict[BlankNode, BlankNode], label: str) -> Quad:
    """Return the quad with the parser's random labels replaced by numbered ones."""
    subject, value = quad.subject, quad.object
    for term in (subject, value):
        if isinstance(term, BlankNode) and _is_unlabelled(term, label):
            lists.setdefault(term, BlankNode(f"{label}l{len(lists) + 1}"))
    if isinstance(subject, BlankNode):
        subject = lists.get(subject, subject)
    if isinstance(value, BlankNode):
        value = lists.get(value, value)
    return Quad(subject, quad.predicate, value, quad.graph_name)
