"""What the terms of a document mean: its contexts, flattened into one table.

ActivityStreams always applies (Activity Streams 2.0 §2.1) and cannot be overruled. A term to
which a document gives one of our IRIs takes our definition, so that FEP-0837's plain strings
become links. Of a context that is not bundled, the terms stay out.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final

from vocab.contexts.bundled import context_url, load_context
from vocab.errors import UnacceptableDocument
from vocab.terms import AS, AS_CONTEXT, RDF_TYPE, SKAGERRAK_CONTEXT, current_iri

MAX_TERMS: Final = 2_000
#: How many terms may be defined one by the other.
MAX_CHAIN: Final = 16
MAX_CONTEXT_CHARACTERS: Final = 128 * 1024
#: Longer contexts are read anew each time: half a megabyte of memory each would be a
#: stranger's to fill. Those of nodes' own documents have a thousand or two.
CACHED_CHARACTERS: Final = 8 * 1024
LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,6}")

# What the scheme of an IRI looks like, and every prefix that is used in earnest.
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*")
# Only a term whose IRI ends in one of these is a prefix (JSON-LD 1.1 §4.1.5): "tag:…" is an
# IRI although "tag" is a term of ActivityStreams.
_DELIMITERS: Final = (":", "/", "?", "#", "[", "]", "@")

_IGNORED_KEYWORDS: Final = frozenset(
    {"@version", "@vocab", "@base", "@protected", "@propagate", "@direction", "@type"}
)
_DEFINITION_KEYS: Final = frozenset(
    {"@id", "@type", "@container", "@language", "@direction", "@protected", "@prefix", "@index"}
)
_CONTAINERS: Final = frozenset({"@language", "@set", "@list"})
_ALIASES: Final = {"id": "@id", "type": "@type", "kind": "@type"}
# Read from the JSON by these names, so no context may make them say something else.
_OURS_FOR_GOOD: Final = frozenset(
    {"kind", "purpose", "publishes", "action", "provider", "receiver", "offer", "request"}
    | {"deliverService", "transfer", "idea", "seeking", "applying", "running", "ended"}
)


@dataclass(frozen=True, slots=True)
class Definition:
    """What one term means."""

    iri: str
    #: "@id", "@vocab", the IRI of a datatype, or None.
    coercion: str | None = None
    container: frozenset[str] = frozenset()
    #: The definition as a context holds it, with absolute IRIs.
    json: Mapping[str, Any] | str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class TermTable:
    """The terms of one context."""

    terms: Mapping[str, Definition]
    language: str | None = None
    #: Terms of ours that the context gives another meaning.
    conflicts: frozenset[str] = frozenset()

    def find(self, name: str) -> Definition | None:
        """Return the definition of a term, a prefixed name or an absolute IRI."""
        definition = self.terms.get(name)
        if definition is None and ":" in name:
            iri = self.expand(name)
            return None if iri is None else (our_definitions().get(iri) or define(iri))
        return definition

    def expand(self, name: str) -> str | None:
        """Return the IRI of a prefixed name or of an IRI, None where it is neither."""
        prefix, colon, local = name.partition(":")
        if not colon or not _SCHEME.fullmatch(prefix):
            return None
        if not local.startswith("//") and prefix in self.terms:
            namespace = self.terms[prefix].iri
            if namespace.endswith(_DELIMITERS):
                return current_iri(namespace + local)
        return current_iri(name)


def define(
    iri: str, coercion: str | None = None, container: frozenset[str] = frozenset()
) -> Definition:
    """Return a definition together with its JSON."""
    body: dict[str, Any] = {"@id": iri}
    if coercion:
        body["@type"] = coercion
    if container:
        body["@container"] = sorted(container)
    return Definition(iri, coercion, container, body if len(body) > 1 else iri)


def term_table(context: Any) -> TermTable:
    """Return the table of a document's "@context"; absent means ActivityStreams alone.

    Raises UnacceptableDocument for a context that gives an ActivityStreams term another
    meaning or another term its IRI, that aliases other keywords than "id" and "type" do, that
    imports, reverses, nests, scopes or uses graph containers, or that is too large.
    """
    if context is None or context == AS_CONTEXT:
        return _base_table()
    try:
        key = json.dumps(context, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError) as error:
        raise UnacceptableDocument("The context is no JSON.") from error
    if len(key) > MAX_CONTEXT_CHARACTERS:
        raise UnacceptableDocument("The context is too large.")
    return _cached_table(key) if len(key) <= CACHED_CHARACTERS else _read_table(key)


@lru_cache(maxsize=512)
def _cached_table(key: str) -> TermTable:
    return _read_table(key)


def _read_table(key: str) -> TermTable:
    builder = _TableBuilder()
    context = json.loads(key)
    for entry in context if isinstance(context, list) else [context]:
        builder.add(entry)
    return TermTable(
        MappingProxyType(builder.terms), builder.language, frozenset(builder.conflicts)
    )


@cache
def _base_table() -> TermTable:
    return TermTable(activity_streams_terms())


@cache
def activity_streams_terms() -> Mapping[str, Definition]:
    """Return the terms of the ActivityStreams context."""
    return _bundled_terms(AS_CONTEXT)


@cache
def our_terms() -> Mapping[str, Definition]:
    """Return the terms of our own context."""
    return _bundled_terms(SKAGERRAK_CONTEXT)


@cache
def our_definitions() -> Mapping[str, Definition]:
    """Return our definitions by the IRI they define."""
    return {definition.iri: definition for definition in our_terms().values()}


@cache
def reserved_iris() -> frozenset[str]:
    """Return the IRIs that only the terms of ActivityStreams may mean."""
    iris = (definition.iri for definition in activity_streams_terms().values())
    return frozenset(iri for iri in iris if not iri.endswith(("#", "/")))


@cache
def _bundled_terms(url: str) -> Mapping[str, Definition]:
    context = load_context(url)
    if context is None:
        raise LookupError(f"{url} is not among the bundled contexts")
    resolved = _InlineContext(context, {} if url == AS_CONTEXT else activity_streams_terms())
    pairs = resolved.definitions(bundled=True)
    return MappingProxyType({term: found for term, found in pairs if found is not None})


class _TableBuilder:
    """Collects the terms of one context after the other."""

    def __init__(self) -> None:
        self.terms: dict[str, Definition] = dict(activity_streams_terms())
        self.language: str | None = None
        self.conflicts: set[str] = set()

    def add(self, entry: Any) -> None:
        """Add a context: the URL of one, or the object itself."""
        if isinstance(entry, str):
            self._add_url(entry)
        elif isinstance(entry, dict):
            self._add_inline(entry)
        else:
            raise UnacceptableDocument("A context is a URL, an object, or a list of these.")

    def _add_url(self, url: str) -> None:
        if not url.startswith(("https://", "http://")):
            raise UnacceptableDocument(f"The context {url[:100]!r} is no web address.")
        if load_context(url) is not None:
            known = _bundled_terms(context_url(url))
            self.terms.update((k, v) for k, v in known.items() if k not in activity_streams_terms())

    def _add_inline(self, context: Mapping[str, Any]) -> None:
        if len(context) + len(self.terms) > MAX_TERMS:
            raise UnacceptableDocument("The context has too many terms.")
        language = context.get("@language")
        if isinstance(language, str) and LANGUAGE_TAG.fullmatch(language):
            self.language = language
        for term, definition in _InlineContext(context, self.terms).definitions():
            self._set(term, definition)

    def _set(self, term: str, definition: Definition | None) -> None:
        standard = activity_streams_terms().get(term)
        if standard is not None:
            if definition is None or definition.iri != standard.iri:
                raise UnacceptableDocument(f"{term!r} belongs to ActivityStreams.")
            return
        if definition is None:
            self.terms.pop(term, None)
            return
        _check_reserved(term, definition.iri)
        ours = our_terms().get(term)
        if ours is not None and ours.iri == definition.iri:
            definition = ours
        elif term in _OURS_FOR_GOOD:
            self.conflicts.add(term)
        else:
            definition = our_definitions().get(definition.iri, definition)
        self.terms[term] = definition


def _check_reserved(term: str, iri: str) -> None:
    in_namespace = iri.startswith(AS) and iri != AS
    if (in_namespace or iri in reserved_iris()) and iri != AS + term:
        raise UnacceptableDocument(f"{term!r} takes the meaning of an ActivityStreams term.")


class _InlineContext:
    """One context object, its terms resolved against those that came before."""

    def __init__(self, context: Mapping[str, Any], before: Mapping[str, Definition]) -> None:
        self._context = context
        self._before = before
        self._open: set[str] = set()

    def definitions(self, *, bundled: bool = False) -> Iterator[tuple[str, Definition | None]]:
        """Yield each term with its definition, None where it has no IRI.

        The contexts that are bundled may scope and use graph containers: their terms for
        proofs and keys never reach the graph.
        """
        for term, value in self._context.items():
            if term.startswith("@"):
                _check_keyword(term)
                continue
            if not bundled:
                _check_definition(term, value)
            yield term, self._definition(term, value)

    def _definition(self, term: str, value: Any) -> Definition | None:
        iri = self._iri_of(term, value)
        if iri == "@type" and term == "kind":
            return define(RDF_TYPE, "@vocab")
        if iri is None or iri.startswith("@"):
            return None
        if ":" in term and iri != self._resolve(term):
            raise UnacceptableDocument(f"{term[:100]!r} is no term, but is defined as one.")
        if not isinstance(value, dict):
            return define(iri)
        containers = _containers(value.get("@container"))
        coercion = value.get("@type")
        if isinstance(coercion, str) and not coercion.startswith("@"):
            coercion = self._resolve(coercion)
        if not containers <= _CONTAINERS or coercion in ("@json", "@none"):
            return None
        return define(iri, coercion if isinstance(coercion, str) else None, containers)

    def _iri_of(self, term: str, value: Any) -> str | None:
        name = value.get("@id", term) if isinstance(value, dict) else value
        if not isinstance(name, str):
            return None
        if name.startswith("@"):
            return name
        if name == term and ":" not in name:
            return None
        return self._resolve(name)

    def _resolve(self, name: str) -> str | None:
        """Return the IRI of *name*, which may be a term or start with a prefix of this context."""
        prefix, colon, local = name.partition(":")
        if colon and (local.startswith("//") or prefix == "_"):
            return None if prefix == "_" else current_iri(name)
        base = self._resolve_term(prefix)
        if not colon:
            return base
        is_prefix = base is not None and base.endswith(_DELIMITERS)
        return current_iri(f"{base}{local}" if is_prefix else name)

    def _resolve_term(self, term: str) -> str | None:
        if term not in self._context:
            return self._before[term].iri if term in self._before else None
        if term in self._open or len(self._open) >= MAX_CHAIN:
            raise UnacceptableDocument(f"The context defines {term[:100]!r} in circles.")
        self._open.add(term)
        try:
            return self._iri_of(term, self._context[term])
        finally:
            self._open.discard(term)


def _containers(value: Any) -> frozenset[str]:
    names = value if isinstance(value, list) else [value]
    return frozenset(name for name in names if isinstance(name, str))


def _check_keyword(keyword: str) -> None:
    if keyword not in _IGNORED_KEYWORDS and keyword != "@language":
        raise UnacceptableDocument(f"A context may not use {keyword[:20]!r}.")


def _check_definition(term: str, value: Any) -> None:
    body = value if isinstance(value, dict) else {"@id": value}
    if not _DEFINITION_KEYS.issuperset(body):
        raise UnacceptableDocument(f"The definition of {term[:100]!r} is not plain.")
    iri = body.get("@id", term)
    if iri is not None and not isinstance(iri, str):
        raise UnacceptableDocument(f"The definition of {term[:100]!r} names no IRI.")
    alias = _ALIASES.get(term)
    if iri != alias and (term in ("id", "type") or (iri or "").startswith("@")):
        raise UnacceptableDocument(f"{term[:100]!r} stands for a keyword of JSON-LD.")
    if "@graph" in _containers(body.get("@container")):
        raise UnacceptableDocument(f"{term[:100]!r} is a container of graphs.")
