import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from pyoxigraph import RdfFormat, parse

from vocab.contexts import check_document, expand_contexts, load_context, term_table
from vocab.contexts.term_table import activity_streams_terms, our_terms
from vocab.errors import UnacceptableDocument
from vocab.terms import AS, AS_CONTEXT, SKAGERRAK_CONTEXT

EVIL = "https://evil.example/ns#"

REFUSED: dict[str, Any] = {
    "a term of ActivityStreams remapped": {"actor": EVIL + "actor"},
    "a term of ActivityStreams unmapped": {"content": None},
    "another term for a property of ActivityStreams": {"foo": "as:actor"},
    "the same by its IRI": {"foo": AS + "actor"},
    "the same through a prefix": {"p": AS, "foo": "p:actor"},
    "another term for the inbox": {"foo": "http://www.w3.org/ns/ldp#inbox"},
    "an alias of @id": {"foo": "@id"},
    "an alias of @graph": {"foo": "@graph"},
    "an alias of @type": {"foo": "@type"},
    "id made a property": {"id": EVIL + "id"},
    "type made an id": {"type": "@id"},
    "a container of graphs": {"foo": {"@id": EVIL + "foo", "@container": "@graph"}},
    "a reverse property": {"foo": {"@reverse": EVIL + "foo"}},
    "a nested property": {"foo": {"@id": EVIL + "foo", "@nest": "bar"}},
    "a scoped context": {"foo": {"@id": EVIL + "foo", "@context": {"actor": EVIL}}},
    "an import": {"@import": "https://evil.example/context"},
    "a circle": {"a": "b:x", "b": "a:x"},
    "a chain": {f"t{n}": f"t{n + 1}:x" for n in range(1_500)},
    "a chain of terms": {f"t{n}": f"t{n + 1}" for n in range(1_500)},
    "a term that is an IRI with another meaning": {AS + "actor": {"@id": EVIL + "x"}},
    "the namespace itself": {"as": EVIL},
    "a number": {"foo": 7},
    "no object": 7,
    "nothing": None,
    "a file": "file:///etc/passwd",
    "data": "data:application/ld+json,{}",
    "a bomb": {f"t{n}": f"{EVIL}t{n}" for n in range(10_000)},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_context_that_plays_games_is_refused(name: str) -> None:
    """A context may not give the standard another meaning, nor hide one (SECURITY C1-C4, C13)."""
    with pytest.raises(UnacceptableDocument):
        check_document({"@context": [AS_CONTEXT, REFUSED[name]], "id": "https://a.example/1"})


@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"nothing"}))
def test_a_nested_context_is_checked_alike(name: str) -> None:
    """A game further down is a game."""
    with pytest.raises(UnacceptableDocument):
        check_document({"object": [{"@context": REFUSED[name]}]})


@pytest.mark.parametrize("keyword", ["@graph", "@included", "@reverse", "@nest", "@import"])
def test_keywords_that_hide_things_are_refused(keyword: str) -> None:
    """One tree has one reading (SECURITY C4)."""
    with pytest.raises(UnacceptableDocument):
        check_document({"object": {keyword: []}})


def test_depth_is_bounded() -> None:
    """A document nested beyond the limit is refused, not recursed into."""
    document: dict[str, Any] = {}
    for _ in range(5_000):
        document = {"object": document}

    with pytest.raises(UnacceptableDocument):
        check_document(document)


@pytest.mark.parametrize(
    "context",
    [
        {
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "toot": "http://joinmastodon.org/ns#",
            "featured": {"@id": "toot:featured", "@type": "@id"},
            "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
            "movedTo": {"@id": "as:movedTo", "@type": "@id"},
            "schema": "http://schema.org#",
            "PropertyValue": "schema:PropertyValue",
            "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
            "Hashtag": "as:Hashtag",
            "sensitive": "as:sensitive",
        },
        "https://litepub.example/schemas/litepub-0.1.jsonld",
        {"@language": "und"},
        {"id": "@id", "type": "@type", "kind": "@type"},
        {"quoteUrl": "as:quoteUrl", "isCat": "misskey:isCat", "misskey": "https://m.example/ns#"},
    ],
)
def test_what_real_servers_write_is_accepted(context: Any) -> None:
    """The contexts of Mastodon, Pleroma and Misskey play no games."""
    check_document({"@context": [AS_CONTEXT, "https://w3id.org/security/v1", context]})


def test_our_context_redefines_no_term_of_activity_streams() -> None:
    """All our terms stand beside the standard's."""
    ours = load_context(SKAGERRAK_CONTEXT)

    assert ours is not None
    assert set(our_terms()) & set(activity_streams_terms()) <= {"as", "xsd", "vcard"}


def test_every_term_of_ours_has_an_absolute_iri() -> None:
    """No definition of ours rests on an unknown prefix."""
    for term, definition in our_terms().items():
        assert definition.iri.startswith(("http://", "https://")), term


def test_a_term_that_is_given_our_iri_takes_our_definition() -> None:
    """FEP-0837 leaves purpose a string; here it is a link."""
    table = term_table(
        [AS_CONTEXT, {"vf": "https://w3id.org/valueflows/", "purpose": "vf:purpose"}]
    )

    assert table.terms["purpose"] == our_terms()["purpose"]


def test_an_unknown_context_gives_no_terms() -> None:
    """Nothing is fetched; the standard's terms stay."""
    assert term_table([AS_CONTEXT, "https://else.example/c"]).terms == term_table(None).terms


@pytest.mark.parametrize("version", ["multikey/v1", "data-integrity/v2"])
def test_our_tables_say_what_the_published_contexts_say(version: str, suite: Any) -> None:
    """A key and a proof expand the same with the table here and with the published context."""
    published = json.loads(Path(suite("contexts"), "contexts", f"{version}.jsonld").read_text())
    ours = {"@context": load_context(f"https://w3id.org/security/{version}")}
    body = {
        "id": "https://a.example/1",
        "type": "Multikey",
        "controller": "https://a.example/",
        "publicKeyMultibase": "z6Mk",
        "expires": "2027-01-01T00:00:00Z",
        "revoked": "2027-01-01T00:00:00Z",
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2027-01-01T00:00:00Z",
            "expires": "2027-01-01T00:00:00Z",
            "verificationMethod": "https://a.example/#key",
            "proofPurpose": "assertionMethod",
            "proofValue": "z58D",
            "previousProof": "https://a.example/#p",
            "domain": "d",
            "challenge": "c",
            "nonce": "n",
        },
    }

    assert jsonld.expand({**ours, **body}) == jsonld.expand({**published, **body})


def test_expanded_contexts_hold_no_address(resource_example: Any) -> None:
    """A document with its contexts put in parses alone, and to the same as with all terms."""
    document = expand_contexts(resource_example("offer-create"))

    assert all(isinstance(entry, dict) for entry in document["@context"])
    assert len(list(parse(json.dumps(document), RdfFormat.JSON_LD))) > 30
