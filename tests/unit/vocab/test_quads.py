import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from vocab.canonical import canonical_hash
from vocab.contexts import expand_contexts
from vocab.errors import UnacceptableDocument
from vocab.inline_context import with_inline_context
from vocab.quads import document_quads
from vocab.terms import AS, AS_CONTEXT, KX, OM2, RDF_TYPE, SKAGERRAK_CONTEXT, VCARD, VF

IRI = "https://a.example/offers/1"
BODY: dict[str, Any] = {
    "id": IRI,
    "type": "Note",
    "kind": "Proposal",
    "purpose": "offer",
    "attributedTo": "https://a.example/cluster",
}


def offer(context: Any = SKAGERRAK_CONTEXT, **more: Any) -> dict[str, Any]:
    return {"@context": [AS_CONTEXT, context], **BODY, **more}


def read(document: dict[str, Any]) -> list[Any]:
    """Return the quads, their terms taken for what they are."""
    return list(document_quads(document))


def triples(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return the quads as text, without the graph."""
    return {
        (quad.subject.value, quad.predicate.value, quad.object.value) for quad in read(document)
    }


def test_every_example_gives_what_pyld_gives(example_name: str, resource_example: Any) -> None:
    """A second reader of JSON-LD finds the same, doubled texts and keys left aside."""
    document = resource_example(example_name)
    plain = {key: value for key, value in document.items() if key != "publicKey"}
    for key in ("name", "summary", "content"):
        if plain.get(key) in plain.get(f"{key}Map", {}).values():
            del plain[key]
    lines = jsonld.to_rdf(expand_contexts(plain), {"format": "application/n-quads"})
    expected = [
        Quad(triple.subject, triple.predicate, triple.object)
        for triple in parse(lines, RdfFormat.N_QUADS)
    ]
    found = [Quad(q.subject, q.predicate, q.object) for q in document_quads(document)]

    assert canonical_hash(found) == canonical_hash(expected)


def test_the_named_and_the_inline_context_say_the_same(
    example_name: str, resource_example: Any
) -> None:
    """A document is the same graph, blank nodes included, however it names our terms."""
    document = resource_example(example_name)

    assert document_quads(with_inline_context(document)) == document_quads(document)


def test_all_stands_in_the_graph_of_the_document(example_name: str, resource_example: Any) -> None:
    """The name of the graph is the id; nothing is said of another thing; nothing twice."""
    document = resource_example(example_name)
    quads = read(document)

    assert quads
    assert len(quads) == len(set(quads))
    for quad in quads:
        assert quad.graph_name.value == document["id"]
        subject = quad.subject
        assert (
            isinstance(subject, BlankNode)
            or subject.value.split("#")[0] == (document["id"].split("#")[0])
        )


def test_a_nested_foreign_thing_shrinks_to_a_link() -> None:
    """A stranger's offer says nothing about another's company."""
    company = {"id": "https://b.example/members/1", "type": "Organization", "name": "Ruin AS"}
    intent = {"id": IRI + "#primary", "type": "Intent", "provider": company}
    found = triples(offer(publishes=intent))

    assert (IRI + "#primary", VF + "provider", "https://b.example/members/1") in found
    assert not [triple for triple in found if triple[0].startswith("https://b.example")]


def test_a_blank_node_of_a_foreign_thing_does_not_enter() -> None:
    """What hangs below the link goes with it."""
    inner = {"id": "https://b.example/1", "publishes": {"name": "hidden"}}

    assert "hidden" not in str(document_quads(offer(publishes=inner)))


def test_a_fragment_of_a_longer_id_is_foreign() -> None:
    """An id that merely starts alike is another thing."""
    inner = {"id": IRI + "23#primary", "name": "not mine"}

    assert "not mine" not in str(document_quads(offer(publishes=inner)))


def test_unmapped_terms_types_and_values_stay_out() -> None:
    """What has no meaning is dropped, also beside "@vocab"."""
    document = offer({"@vocab": "https://evil.example/"}, colour="red", action="steal")
    document["@context"].insert(1, SKAGERRAK_CONTEXT)
    document["type"] = ["Note", "Thing", "rel/ative", "_:b"]
    found = triples(document)

    assert (IRI, RDF_TYPE, AS + "Note") in found
    assert not [triple for triple in found if "evil" in str(triple) or "red" in triple[2]]
    assert not [triple for triple in found if triple[2].endswith(("steal", "Thing", "ative"))]
    assert not [triple for triple in found if triple[1].startswith("_:")]


def test_terms_of_an_unknown_context_stay_out() -> None:
    """The standard's terms keep their meaning beside a context that is not here."""
    found = triples(offer("https://unknown.example/context", name="Kurs"))

    assert (IRI, AS + "name", "Kurs") in found
    assert not [triple for triple in found if triple[1].startswith(VF)]


@pytest.mark.parametrize("key", ["proof", "publicKey", "signature", "assertionMethod"])
def test_keys_and_proofs_stay_out(key: str) -> None:
    """The graph holds no key and no proof."""
    document = offer(**{key: {"id": IRI + "#x", "type": "Thing", "name": "secret"}})

    assert document_quads(document) == document_quads(offer())


def test_a_name_of_a_person_stays_out() -> None:
    """vcard:fn never enters, nor under another term."""
    document = offer(fn="Kari", contactPoint={"kind": "ContactPoint", "fn": "Kari"})
    document["@context"].append({"who": VCARD + "fn"})
    document["who"] = "Kari"

    assert "Kari" not in str(document_quads(document))


def test_a_text_stands_once() -> None:
    """The untagged text goes where the language map has it, and stays where it has not."""
    found = document_quads(offer(name="Kurs", nameMap={"nb": "Kurs"}, content="A"))

    assert [str(quad.object) for quad in found if quad.predicate.value == AS + "name"] == [
        '"Kurs"@nb'
    ]
    assert [str(quad.object) for quad in found if quad.predicate.value == AS + "content"] == ['"A"']


@pytest.mark.parametrize(
    "namespace",
    [VF, "https://w3id.org/valueflows/", "https://w3id.org/valueflows#"],
)
@pytest.mark.parametrize("units", [OM2, VF])
def test_fep_0837_documents_become_links(namespace: str, units: str) -> None:
    """Strings of FEP-0837 become links in our namespace, whichever was written."""
    context = {
        "vf": namespace,
        "u": units,
        "Proposal": "vf:Proposal",
        "Intent": "vf:Intent",
        "purpose": "vf:purpose",
        "publishes": "vf:publishes",
        "action": "vf:action",
        "resourceConformsTo": "vf:resourceConformsTo",
        "resourceQuantity": "vf:resourceQuantity",
        "hasUnit": "u:hasUnit",
        "hasNumericalValue": "u:hasNumericalValue",
    }
    intent = {
        "type": "Intent",
        "id": IRI + "#primary",
        "action": "transfer",
        "resourceConformsTo": "https://www.wikidata.org/wiki/Q11442",
        "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"},
    }
    document = {
        "@context": [AS_CONTEXT, context],
        "type": "Proposal",
        "id": IRI,
        "purpose": "offer",
        "publishes": intent,
    }
    quads = {(q.subject.value, q.predicate.value, str(q.object)) for q in read(document)}

    assert (IRI, VF + "purpose", f"<{VF}offer>") in quads
    assert (IRI, RDF_TYPE, f"<{VF}Proposal>") in quads
    assert (IRI + "#primary", VF + "action", f"<{VF}transfer>") in quads
    link = "<https://www.wikidata.org/wiki/Q11442>"
    assert (IRI + "#primary", VF + "resourceConformsTo", link) in quads
    assert [quad for quad in quads if quad[1:] == (OM2 + "hasUnit", '"one"')]


def test_every_action_of_valueflows_is_kept() -> None:
    """FEP-0837 asks for two actions and forbids none."""
    context = {"vf": VF, "action": "vf:action", "publishes": "vf:publishes"}
    document = {**offer(context, publishes={"id": IRI + "#primary", "action": "work"})}

    assert (IRI + "#primary", VF + "action", VF + "work") in triples(document)


def test_prefixed_names_mean_what_terms_mean() -> None:
    """A document that writes vf:purpose says the same as one that writes purpose."""
    plain = offer()
    prefixed = {("vf:purpose" if key == "purpose" else key): value for key, value in plain.items()}

    assert set(document_quads(prefixed)) == set(document_quads(plain))


@pytest.mark.parametrize(
    "change",
    [
        {"as:attributedTo": "https://evil.example/"},
        {AS + "attributedTo": "https://evil.example/"},
        {"ldp:inbox": "https://evil.example/"},
        {"@graph": []},
        {"publishes": {"@reverse": {"provider": "https://b.example/1"}}},
        {"@id": "https://evil.example/2"},
        {"id": "urn:x"},
        {"id": "https://a.example/ space"},
        {"id": None},
    ],
)
def test_a_document_with_two_readings_is_refused(change: dict[str, Any]) -> None:
    """What is verified and what is read are one tree."""
    with pytest.raises(UnacceptableDocument):
        document_quads(offer(**change))


@pytest.mark.parametrize("term", ["purpose", "provider", "offer", "kind"])
def test_our_own_terms_keep_their_meaning(term: str) -> None:
    """A document of the profile may not turn a term that we read from its JSON."""
    with pytest.raises(UnacceptableDocument):
        document_quads(offer({term: "https://evil.example/ns#x"}))


def test_an_iri_whose_scheme_is_a_term_stays_an_iri() -> None:
    """tag:… and acct:… are not expanded by the terms of that name."""
    found = triples(offer(region=["tag:a.example,2026:1", "~0:x", "name:x"]))

    regions = {triple[2] for triple in found if triple[1].endswith("spatial")}
    assert regions == {"tag:a.example,2026:1", "name:x"}


def test_only_classes_of_the_profile_enter() -> None:
    """A note is no quad."""
    assert document_quads({"@context": AS_CONTEXT, "id": IRI, "type": "Note"}) == []


def test_blank_nodes_are_named_by_the_document() -> None:
    """Labels are the same each time, differ between documents, and are not the author's."""
    quantity = {"id": "_:x", "hasUnit": "one"}
    first = document_quads(offer(publishes={"resourceQuantity": quantity}))
    again = document_quads(offer(publishes={"resourceQuantity": quantity}))
    other = document_quads({**offer(publishes={"resourceQuantity": quantity}), "id": IRI + "2"})

    assert first == again
    assert "_:x" not in str(first)
    labels = [
        {q.subject for q in quads if isinstance(q.subject, BlankNode)} for quads in (first, other)
    ]
    assert labels[0]
    assert not labels[0] & labels[1]


def test_lists_are_named_by_the_document_too() -> None:
    """The cells of a list have the same labels each time."""
    document = offer(orderedItems=["https://a.example/1", {"@list": ["https://a.example/2"]}])
    first = document_quads(document)

    assert first == document_quads(document)
    assert len({q.subject for q in first if isinstance(q.subject, BlankNode)}) >= 2


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, resource_example: Any) -> None:
    """Reading opens no socket, whatever the context names."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert document_quads(offer("https://canary.example/context"))
    assert document_quads(resource_example("cluster"))


def test_every_property_of_ours_has_our_namespace_on_the_wire(resource_example: Any) -> None:
    """The texts of a case stand under our own properties, tagged."""
    found = read(resource_example("case"))

    assert {q.object.language for q in found if q.predicate.value == KX + "problem"} == {"da", "en"}


NAMES = """name nameMap publishes resourceQuantity kind purpose region location tag altLabel
legalName contactPoint trl startTime latitude id orderedItems @value @list @language @type"""
KEYS = st.sampled_from(NAMES.split())
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from([IRI, IRI + "#a", "_:b", "as:Public", "nb", "offer"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=5)
    ),
    max_leaves=25,
)


def assert_own(quads: list[Any]) -> None:
    """Every quad is in the document's graph and hangs together with the document."""
    reached = {IRI}
    for _ in quads:
        reached |= {str(q.object) for q in quads if str(q.subject).strip("<>") in reached}
    for quad in quads:
        assert quad.graph_name.value == IRI
        if isinstance(quad.subject, BlankNode):
            assert str(quad.subject) in reached
        else:
            assert quad.subject.value.split("#")[0] == IRI


@given(st.dictionaries(KEYS | st.text(), JSON))
def test_any_object_gives_quads_or_a_refusal(more: dict[str, Any]) -> None:
    """No JSON raises anything but UnacceptableDocument, nor speaks of another thing."""
    try:
        quads = document_quads({**offer(), **more, "id": IRI})
    except UnacceptableDocument:
        return
    assert_own(quads)


@given(st.dictionaries(st.text() | st.sampled_from(["a", "b", "id", "@vocab"]), JSON))
def test_any_context_gives_quads_or_a_refusal(context: dict[str, Any]) -> None:
    """No context raises anything but UnacceptableDocument."""
    try:
        document_quads({**offer(context), "a": "x", "b": json.dumps(1)})
    except UnacceptableDocument:
        return
