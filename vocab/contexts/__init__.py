"""JSON-LD contexts from disk, and what a document may do with them."""

from collections.abc import Mapping
from typing import Any

from vocab.contexts.bundled import load_context, skagerrak_context_text
from vocab.contexts.term_table import TermTable, term_table
from vocab.errors import UnacceptableDocument
from vocab.terms import AS_CONTEXT

MAX_DEPTH = 64

#: Keywords that a node object may use; the rest would let one tree be read in two ways.
_NODE_KEYWORDS = frozenset(
    {"@context", "@id", "@type", "@value", "@language", "@direction", "@list", "@set", "@index"}
)

__all__ = [
    "MAX_DEPTH",
    "TermTable",
    "check_document",
    "expand_contexts",
    "inherit_context",
    "load_context",
    "skagerrak_context_text",
    "term_table",
]


def expand_contexts(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with every context put in from disk, ActivityStreams first.

    A context that is not bundled is dropped, so its terms stay out. Nested contexts are
    treated alike. Raises UnacceptableDocument as `term_table` does.
    """
    check_document(document)
    expanded: dict[str, Any] = _inlined(document)
    context = expanded.get("@context", [])
    base = load_context(AS_CONTEXT)
    return {**expanded, "@context": [base, *(entry for entry in context if entry != base)]}


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse a document whose JSON-LD says something else than its JSON.

    Raises UnacceptableDocument for a context that `term_table` refuses, at any depth, and for
    the keywords "@graph", "@included", "@reverse", "@nest" and "@import" (SECURITY C1–C4, C13).
    """
    _check(document, 0)


def inherit_context(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """Return an embedded object as a document of its own, in the context of the outer one."""
    if "@context" in inner or "@context" not in outer:
        return dict(inner)
    return {"@context": outer["@context"], **inner}


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise UnacceptableDocument("The document is nested too deeply.")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key.startswith("@"):
                _check_keyword(key, inner)
            if key != "@context" and isinstance(inner, (list, dict)):
                _check(inner, depth + 1)
        if "id" in value and "@id" in value:
            raise UnacceptableDocument("A thing has two ids.")
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (list, dict)):
                _check(inner, depth + 1)


def _check_keyword(key: str, value: Any) -> None:
    if key == "@context":
        term_table(value)
    elif key not in _NODE_KEYWORDS:
        raise UnacceptableDocument(f"The document uses {key[:20]!r}.")


def _inlined(value: Any) -> Any:
    if isinstance(value, list):
        return [_inlined(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    copy = {key: _inlined(inner) for key, inner in value.items() if key != "@context"}
    if "@context" in value:
        context = value["@context"]
        entries = context if isinstance(context, list) else [context]
        loaded = [load_context(entry) if isinstance(entry, str) else entry for entry in entries]
        copy["@context"] = [entry for entry in loaded if entry]
    return copy
