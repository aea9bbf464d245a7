"""Whether every key that an author writes means something, and is the author's to say.

A key that nobody knows would go out as it is: a mistyped ``anonymous`` would name the company.
"""

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from node.publishing.drafts import Document
from node.publishing.findings import violation
from node.storage.resource_rows import ResourceRow
from vocab.classes import ResourceClass
from vocab.contexts.term_table import (
    LANGUAGE_TAG,
    Definition,
    TermTable,
    activity_streams_terms,
    define,
    our_terms,
    term_table,
)
from vocab.errors import UnacceptableDocument
from vocab.personal_data import PERSONAL_KEYS
from vocab.schemes.languages import LANGUAGES
from vocab.terms import KX, RDF_TYPE, VF, local_name
from vocab.validation import Finding

#: What only activities, collections and Tombstones say.
NOT_OF_THINGS: Final = frozenset(
    {"actor", "object", "target", "origin", "instrument", "result", "deleted", "formerType"}
    | {"likes", "shares", "replies", "liked", "streams", "items", "orderedItems", "totalItems"}
    | {"proxyUrl", "oauthAuthorizationEndpoint", "oauthTokenEndpoint", "provideClientKey"}
    | {"signClientKey", "uploadMedia"}
)
#: What the node makes anew with every version, whatever stands there.
OF_THE_NODE: Final = frozenset({"signature", "proof", "publicKey", "assertionMethod"})
#: What only actors have.
OF_ACTORS: Final = frozenset(
    {"inbox", "outbox", "followers", "following", "endpoints", "preferredUsername"}
    | {"publicKey", "assertionMethod", "manuallyApprovesFollowers", "discoverable", "indexable"}
)
OF_CLUSTERS: Final = frozenset({"network", "changes", "members", "concepts", "catalog", "peers"})
#: Whom a thing is for is said by ``audienceLevel``; ActivityPub's own words follow from it.
ADDRESSING: Final = frozenset({"to", "cc", "bto", "bcc", "audience"})
#: What decides who sees what, and the only name under which it does.
SPELLED: Final = {
    KX + "audience": "audienceLevel",
    KX + "anonymous": "anonymous",
    VF + "provider": "provider",
    VF + "receiver": "receiver",
}
TOP_ONLY: Final = frozenset({"audienceLevel", "anonymous"})
#: Terms that stand for values, never for keys.
VALUES: Final = frozenset(
    {"offer", "request", "deliverService", "transfer", "copy"}
    | {"idea", "seeking", "applying", "running", "ended"}
)
KEYWORDS: Final = frozenset(
    {"@context", "@id", "@type", "@value", "@language", "@list", "@set", "@graph", "@reverse"}
    | {"@included", "@index", "@nest", "@direction", "@json"}
)
ABSOLUTE: Final = ("https://", "http://", "urn:")


def key_findings(
    written: Mapping[str, Any], klass: ResourceClass, document: Document, before: ResourceRow | None
) -> Iterator[Finding]:
    """Yield what is wrong with the keys of *written*, of which *document* was made.

    What the node publishes may be published again as it is: addressing that says what the node
    says, or said *before*, may stand.
    """
    try:
        table = term_table(document.get("@context"))
    except UnacceptableDocument:
        return  # The validation says so.
    standing = before.document if before else {}
    stated = {key for key in ("to", "cc") if _says(written, key, document, standing)}
    known = {"class", *stated}
    authored = {key: value for key, value in written.items() if key not in OF_THE_NODE}
    for path, key, inside in _keys(authored, table):
        top = not path
        if top and key in known:
            continue
        finding = (
            _language_finding(path, key, inside)
            if inside is not None
            else _key_finding(path, key, klass, table)
        )
        if finding:
            yield finding


def _says(
    written: Mapping[str, Any], key: str, document: Document, standing: Mapping[str, Any]
) -> bool:
    """Whether the recipients under *key* are those that stand there now, or will."""
    named = _recipients(written.get(key))
    return any(
        named == _recipients(said.get(key)) or (key == "cc" and not named)
        for said in (document, standing)
        if said
    )


def _recipients(value: Any) -> list[str]:
    return sorted(map(str, value if isinstance(value, list) else [value]))


def _keys(
    node: Mapping[str, Any], table: TermTable, path: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the key and, of a key among texts by language, the value."""
    for key, value in node.items():
        yield path, key, None
        if key == "@context":
            continue
        by_language = isinstance(value, Mapping) and _is_language_map(table, key)
        for part in value if isinstance(value, list) else [value]:
            if by_language:
                yield from ((f"{path}{key}.", tag, text) for tag, text in part.items())
            elif isinstance(part, Mapping):
                yield from _keys(part, table, f"{path}{key}.")
            elif isinstance(part, list):
                yield from _keys({key: part}, table, path)


def _is_language_map(table: TermTable, key: str) -> bool:
    definition = _meaning(key, table)
    return definition is not None and "@language" in definition.container


def _language_finding(path: str, tag: str, text: Any) -> Finding | None:
    """The shapes see a text in another language; what is no text at all, they do not."""
    known = tag.partition("-")[0].lower() in LANGUAGES
    if known or (
        LANGUAGE_TAG.fullmatch(tag) and isinstance(text, str) and tag not in _properties()
    ):
        return None
    if tag in TOP_ONLY:
        return violation("KX-A05", f"{path}{tag}", near=tag)
    return violation("KX-D08", f"{path}{tag}", near="")


def _key_finding(path: str, key: str, klass: ResourceClass, table: TermTable) -> Finding | None:
    field = f"{path}{key}"
    definition = _meaning(key, table)
    proper = SPELLED.get(definition.iri if definition else "", "")
    if proper in TOP_ONLY and (path or key != proper):
        return violation("KX-A05", field, near=proper)
    if proper and local_name(key) != proper:
        return violation("KX-D06", field, near=proper)
    if key in ADDRESSING:
        return violation("KX-A04", field)
    if key in _not_for(klass):
        return violation("KX-D07", field)
    if key.startswith("@"):
        known = key in KEYWORDS
    else:
        known = definition is not None or key in PERSONAL_KEYS
    return None if known else violation("KX-D06", field, near=_near(key))


def _not_for(klass: ResourceClass) -> frozenset[str]:
    if klass is ResourceClass.CLUSTER:
        return NOT_OF_THINGS
    if klass is ResourceClass.MEMBER:
        return NOT_OF_THINGS | OF_CLUSTERS
    return NOT_OF_THINGS | OF_CLUSTERS | OF_ACTORS


def _meaning(key: str, table: TermTable) -> Definition | None:
    """Return what *key* means, to which the author's own @context counts too; None for nothing."""
    if ":" in key:
        named = key.startswith(ABSOLUTE) or key.partition(":")[0] in table.terms
        return table.find(key) if named else None
    if key in table.terms and key not in our_terms() and key not in activity_streams_terms():
        return table.terms[key]
    return _properties().get(key)


@cache
def _properties() -> Mapping[str, Definition]:
    """Return the terms that may stand as keys: no classes, no values, no prefixes."""
    terms = {**our_terms(), **activity_streams_terms()}
    found = {
        term: definition
        for term, definition in terms.items()
        if term[0].islower() and not definition.iri.endswith(("#", "/")) and term not in VALUES
    }
    return {"id": define("@id"), "type": define("@type"), "kind": define(RDF_TYPE), **found}


def _near(key: str) -> str:
    """Return the key that *key* looks like, or nothing."""
    names = {name.casefold(): name for name in {*_properties(), "class"} - _never()}
    wanted = "".join(letter for letter in key.casefold() if letter.isalnum())[:60]
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.7)
    return names[close[0]] if close else ""


def _never() -> frozenset[str]:
    return NOT_OF_THINGS | OF_CLUSTERS | OF_ACTORS | ADDRESSING
