"""The context that our own messages carry: ActivityStreams and only our terms that they use."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from vocab.contexts.bundled import context_url, load_context
from vocab.contexts.term_table import activity_streams_terms
from vocab.terms import (
    AS_CONTEXT,
    DATA_INTEGRITY_CONTEXT,
    DID_CONTEXT,
    MULTIKEY_CONTEXT,
    SECURITY_CONTEXT,
    SKAGERRAK_CONTEXT,
)

#: Which keys of actors and proofs need which contexts, in the order that they stand in.
_BY_KEY: Final = (
    ("publicKey", (SECURITY_CONTEXT,)),
    ("assertionMethod", (DID_CONTEXT, MULTIKEY_CONTEXT)),
    ("proof", (DATA_INTEGRITY_CONTEXT,)),
)
_KNOWN_URLS: Final = frozenset(
    {AS_CONTEXT, SKAGERRAK_CONTEXT, *(url for _, urls in _BY_KEY for url in urls)}
)


def with_inline_context(document: Mapping[str, Any], *, proved: bool = False) -> dict[str, Any]:
    """Return the document with "@context" first: ActivityStreams, then what it needs.

    Security, DID and Multikey contexts stand before our terms where keys need them,
    data-integrity where a proof does or, if it is to be *proved*, will; terms and contexts of
    others that the author wrote are kept. Nobody has to fetch a context of ours.
    """
    names = {*_names(document), *(["proof"] if proved else [])}
    context: list[Any] = [AS_CONTEXT]
    for key, needed in _BY_KEY:
        if key in names:
            context.extend(needed)
    others, terms = _others(document.get("@context"), names)
    context.extend(others)
    terms.update(_our_definitions(names))
    if terms:
        context.append(terms)
    rest = {key: value for key, value in document.items() if key != "@context"}
    return {"@context": context, **rest}


def without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return *document* as it was before `with_inline_context` made it ready for its proof."""
    rest = {key: value for key, value in document.items() if key != "proof"}
    context = document.get("@context")
    if "proof" in document and isinstance(context, list):
        rest["@context"] = [entry for entry in context if entry != DATA_INTEGRITY_CONTEXT]
    return rest


def _names(value: Any) -> Iterator[str]:
    """Yield every key, and every string that could be a term, below *value*.

    What carries a proof has a context of its own, which says all that it needs.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "@context":
                yield key
                yield key.partition(":")[0]
                if not _is_proved(inner):
                    yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
    elif isinstance(value, str) and len(value) <= 64:
        yield value
        yield value.partition(":")[0]


def _is_proved(value: Any) -> bool:
    return isinstance(value, Mapping) and "proof" in value and "@context" in value


def _our_definitions(names: Iterable[str]) -> dict[str, Any]:
    context = _our_context()
    terms = [name for name in names if name in context and not name.startswith("@")]
    used = {name: context[name] for name in terms}
    for definition in list(used.values()):
        used.update(_prefixes(definition))
    return dict(sorted(used.items(), key=_prefixes_first))


def _prefixes(definition: Any) -> dict[str, str]:
    context = _our_context()
    values = definition.values() if isinstance(definition, Mapping) else [definition]
    found = {value.partition(":")[0] for value in values if isinstance(value, str)}
    return {
        prefix: context[prefix]
        for prefix in found
        if prefix in context and prefix not in activity_streams_terms()
    }


def _prefixes_first(pair: tuple[str, Any]) -> tuple[bool, str]:
    name, definition = pair
    return not (isinstance(definition, str) and "://" in definition), name


def _others(context: Any, names: set[str]) -> tuple[list[str], dict[str, Any]]:
    """Return the contexts and the terms of others that the author's own context holds."""
    urls: list[str] = []
    terms: dict[str, Any] = {}
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, str) and context_url(entry) not in _KNOWN_URLS:
            urls.append(entry)
        elif isinstance(entry, Mapping):
            ours = _our_context()
            terms.update((k, v) for k, v in entry.items() if k not in ours)
    return urls, terms if any(name in names for name in terms) else {}


@cache
def _our_context() -> Mapping[str, Any]:
    context = load_context(SKAGERRAK_CONTEXT)
    if context is None:
        raise LookupError("our own context is not bundled")
    return context
