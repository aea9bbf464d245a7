from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocab.classes import PROFILES, ResourceClass, classify

VALUEFLOWS = [
    "https://w3id.org/valueflows/ont/vf#",
    "https://w3id.org/valueflows/",
    "https://w3id.org/valueflows#",
]
EXPECTED = {
    "case": ResourceClass.CASE,
    "cluster": ResourceClass.CLUSTER,
    "collaboration": ResourceClass.COLLABORATION,
    "concept": ResourceClass.CONCEPT,
    "concept2": ResourceClass.CONCEPT,
    "contact": ResourceClass.CONTACT,
    "event": ResourceClass.EVENT,
    "member": ResourceClass.MEMBER,
    "need-create": ResourceClass.NEED,
    "offer-create": ResourceClass.OFFER,
    "practice": ResourceClass.PRACTICE,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_example_is_of_its_class(name: str, resource_example: Any) -> None:
    """Each worked document is recognised."""
    assert classify(resource_example(name)) is EXPECTED[name]


@pytest.mark.parametrize("name", ["need-create", "offer-create"])
def test_an_activity_is_of_no_class(name: str, read_example: Any) -> None:
    """A Create around an offer is not the offer."""
    assert classify(read_example(name)) is None


@pytest.mark.parametrize("namespace", VALUEFLOWS)
@pytest.mark.parametrize("purpose", ["offer", "request"])
def test_a_proposal_counts_in_all_three_namespaces(namespace: str, purpose: str) -> None:
    """Epicyon, Bonfire and Mitra write three namespaces of ValueFlows."""
    document = {"type": [namespace + "Proposal"], "purpose": namespace + purpose}

    assert classify(document) is (ResourceClass.OFFER if purpose == "offer" else ResourceClass.NEED)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Note", "kind": "Proposal", "purpose": "offer"},
        {"type": ["Note", "Proposal"], "purpose": ["offer"]},
        {"type": "Note", "@type": "vf:Proposal", "vf:purpose": "vf:offer"},
        {"type": "Note", "purpose": "offer", "publishes": {"type": "Intent"}},
        {"type": "Note", "purpose": "offer", "publishes": [{"type": "Intent"}]},
        {"type": "Proposal", "purpose": {"id": "https://w3id.org/valueflows/ont/vf#offer"}},
    ],
)
def test_an_offer_is_known_by_its_shape(document: dict[str, Any]) -> None:
    """Arrays, kinds, prefixed names and the mere shape all do (FEP-2277)."""
    assert classify(document) is ResourceClass.OFFER


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "Note", "content": "hei"},
        {"type": "Proposal", "purpose": "gift"},
        {"type": "Offer", "actor": "https://a.example/", "object": {"type": "Proposal"}},
        {"type": "Event", "name": "no time"},
        {"type": 7, "kind": {"a": 1}},
    ],
)
def test_what_the_profile_lacks_is_of_no_class(document: dict[str, Any]) -> None:
    """Notes, activities and nonsense give None."""
    assert classify(document) is None


def test_collections_are_named_apart() -> None:
    """No two classes share a segment of the URL."""
    segments = [profile.collection for profile in PROFILES.values() if profile.collection]

    assert len(segments) == len(set(segments))
    assert set(PROFILES) == set(ResourceClass)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)
KEYS = st.sampled_from(["type", "kind", "@type", "purpose", "publishes", "vf:purpose", "actor"])


@given(st.dictionaries(KEYS | st.text(), JSON))
def test_any_object_can_be_classified(document: dict[str, Any]) -> None:
    """Classifying raises nothing, whatever the object holds."""
    assert classify(document) in {None, *ResourceClass}
