"""A document cut down to what it may say about itself, before it becomes RDF.

What stays is the document, its fragments and its unnamed parts; what has another id becomes
a link. Terms without a meaning, keys and proofs, and texts that stand there twice, go.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from pyoxigraph import NamedNode

from vocab.contexts import MAX_DEPTH
from vocab.contexts.term_table import (
    LANGUAGE_TAG,
    Definition,
    TermTable,
    our_definitions,
    our_terms,
    reserved_iris,
)
from vocab.errors import UnacceptableDocument
from vocab.terms import AS, PERSONAL_PROPERTIES, VALUEFLOWS_ACTIONS, VF

_STRIPPED: Final = frozenset({"proof", "publicKey", "signature", "assertionMethod"})
_IDENTITY: Final = frozenset({"id", "@id", "type", "@type", "kind"})
#: ActivityStreams writes a text untagged beside its language map.
_DOUBLED: Final = {"name": "nameMap", "summary": "summaryMap", "content": "contentMap"}
_VALUE_KEYS: Final = frozenset({"@value", "@type", "@language"})


class DocumentTree:
    """The pruned tree of one document, and the small context it needs."""

    def __init__(self, document: Mapping[str, Any], iri: str, table: TermTable) -> None:
        """Prune *document*, whose id is *iri*.

        Raises UnacceptableDocument where an ActivityStreams property stands under another
        name than its own, or the nesting is too deep.
        """
        self._iri = iri
        self._table = table
        #: What the labels of all blank nodes of the document start with.
        self.label = "b" + sha256(iri.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        self._labels: dict[str, str] = {}
        self._count = 0
        self._names: dict[str, str] = {}
        self._context: dict[str, Any] = {}
        self.root = self._node(document, 0)

    def jsonld(self) -> dict[str, Any]:
        """Return the tree, in the graph that the document names, with the terms it uses."""
        context = dict(self._context)
        if self._table.language:
            context["@language"] = self._table.language
        return {"@context": context, "@id": self._iri, "@graph": [self.root]}

    def _name(self, key: str, definition: Definition) -> str:
        """Return what *key* is called in the tree: a prefixed name cannot be a term, and a
        name that is no scheme cannot be a prefix."""
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"~{len(self._names)}"
            self._context[name] = definition.json
        return name

    def _node(self, node: Mapping[str, Any], depth: int) -> dict[str, Any]:
        if depth > MAX_DEPTH:
            raise UnacceptableDocument("The document is nested too deeply.")
        pruned: dict[str, Any] = {"@id": self._node_id(node)}
        types = self._types(node)
        if types:
            pruned["@type"] = types
        for key in sorted(node):
            if key in _IDENTITY or key in _STRIPPED or key.startswith("@"):
                continue
            definition = self._table.find(key)
            if definition is None or definition.iri in PERSONAL_PROPERTIES:
                continue
            if ":" in key and (definition.iri.startswith(AS) or definition.iri in reserved_iris()):
                raise UnacceptableDocument(f"{key[:100]!r} is another name for a standard term.")
            value = self._value(node[key], definition, depth)
            if key in _DOUBLED:
                value = _without_doubles(value, node.get(_DOUBLED[key]))
            if value is not None:
                pruned[self._name(key, definition)] = value
        return pruned

    def _node_id(self, node: Mapping[str, Any]) -> str:
        name = node.get("id", node.get("@id"))
        if not isinstance(name, str):
            self._count += 1
            return f"_:{self.label}n{self._count}"
        return self._relabelled(name) if name.startswith("_:") else name

    def _relabelled(self, name: str) -> str:
        label = self._labels.get(name)
        if label is None:
            label = self._labels[name] = f"_:{self.label}m{len(self._labels) + 1}"
        return label

    def _types(self, node: Mapping[str, Any]) -> list[str]:
        found: list[str] = []
        for key in ("type", "@type", "kind"):
            if key == "kind" and "kind" not in self._table.terms:
                continue
            value = node.get(key)
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, Mapping):
                    name = name.get("id", name.get("@id"))
                iri = self._vocabulary_iri(name)
                if iri is not None and iri not in found:
                    found.append(iri)
        return found

    def _vocabulary_iri(self, name: Any) -> str | None:
        if not isinstance(name, str):
            return None
        definition = self._table.terms.get(name)
        return definition.iri if definition is not None else self._table.expand(name)

    def _value(self, value: Any, definition: Definition, depth: int) -> Any:
        if isinstance(value, list):
            items = [self._value(item, definition, depth + 1) for item in value]
            return [item for item in items if item is not None]
        if isinstance(value, str):
            return self._text(value, definition)
        if not isinstance(value, Mapping):
            return value
        if "@language" in definition.container:
            return _language_map(value)
        if "@value" in value:
            return self._value_object(value)
        for keyword in ("@list", "@set"):
            if keyword in value:
                return {keyword: self._value(value[keyword], definition, depth + 1)}
        return self._inner_node(value, depth)

    def _text(self, value: str, definition: Definition) -> Any:
        if definition.coercion == "@vocab":
            iri = self._vocabulary_iri(value) or _value_of_ours(value, definition)
            return None if iri is None else {"@id": iri}
        if definition.coercion == "@id":
            if value.startswith("_:"):
                return {"@id": self._relabelled(value)}
            iri = self._table.expand(value)
            return None if iri is None else {"@id": iri}
        if "@language" in definition.container:
            return None
        return value

    def _value_object(self, value: Mapping[str, Any]) -> dict[str, Any] | None:
        kept = {key: value[key] for key in _VALUE_KEYS if isinstance(value.get(key), str)}
        if isinstance(value["@value"], (bool, int, float)):
            kept["@value"] = value["@value"]
            kept.pop("@language", None)
        if "@value" not in kept:
            return None
        if "@type" in kept:
            kept.pop("@language", None)
            datatype = self._vocabulary_iri(kept["@type"])
            if datatype is None:
                return None
            kept["@type"] = datatype
        if "@language" in kept and not LANGUAGE_TAG.fullmatch(kept["@language"]):
            del kept["@language"]
        return kept

    def _inner_node(self, node: Mapping[str, Any], depth: int) -> dict[str, Any] | None:
        name = node.get("id", node.get("@id"))
        if name is None or (isinstance(name, str) and name.startswith("_:")):
            return self._node(node, depth + 1)
        if not isinstance(name, str):
            return None
        if name.startswith(self._iri + "#"):
            return self._node(node, depth + 1)
        iri = self._table.expand(name)
        return None if iri is None else {"@id": iri}


def _value_of_ours(name: str, definition: Definition) -> str | None:
    """Return what a value means that the property implies: FEP-0837 maps purpose, not offer."""
    if definition.iri not in our_definitions():
        return None
    if definition.iri == VF + "action" and name in VALUEFLOWS_ACTIONS:
        return VF + name
    return our_terms()[name].iri if name in our_terms() else None


def _language_map(value: Mapping[str, Any]) -> dict[str, Any] | None:
    kept = {}
    for tag, texts in value.items():
        strings = [text for text in _listed(texts) if isinstance(text, str)]
        if strings and LANGUAGE_TAG.fullmatch(tag):
            kept[tag] = strings
    return kept or None


def _without_doubles(value: Any, language_map: Any) -> Any:
    if not isinstance(language_map, Mapping):
        return value
    tagged = [text for texts in language_map.values() for text in _listed(texts)]
    kept = [text for text in _listed(value) if text not in tagged]
    return kept or None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def own_iri(document: Mapping[str, Any]) -> str:
    """Return the absolute IRI of a document.

    Raises UnacceptableDocument where it has none, or two.
    """
    names = [document[key] for key in ("id", "@id") if key in document]
    if len(names) != 1 or not isinstance(names[0], str):
        raise UnacceptableDocument("The document has no single id.")
    if not names[0].startswith(("https://", "http://")):
        raise UnacceptableDocument("The id of the document is no web address.")
    try:
        return NamedNode(names[0]).value
    except ValueError as error:
        raise UnacceptableDocument("The id of the document is no IRI.") from error
