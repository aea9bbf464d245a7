import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocab.canonical import canonical_hash
from vocab.classes import ResourceClass, classify
from vocab.errors import UnreadableDocument
from vocab.models import Audience, BusinessCase, Cluster, Member, Need, Offer, Texts
from vocab.quads import document_quads
from vocab.reading import read_resource
from vocab.terms import AS_PUBLIC
from vocab.writing import write_resource


def test_every_example_goes_round(example_name: str, resource_example: Any) -> None:
    """Read and written again, a document has the same keys and is the same graph."""
    document = resource_example(example_name)
    written = write_resource(read_resource(document))

    assert set(written) == set(document)
    assert canonical_hash(document_quads(written)) == canonical_hash(document_quads(document))
    assert read_resource(written) == read_resource(document)


def test_an_unknown_key_is_kept(resource_example: Any) -> None:
    """What the record does not know goes in and out unchanged, also inside its parts."""
    document = resource_example("offer-create")
    document["colour"] = {"a": [1, None]}
    document["publishes"]["shade"] = "red"
    written = write_resource(read_resource(document))

    assert written["colour"] == {"a": [1, None]}
    assert written["publishes"]["shade"] == "red"


def test_a_value_of_another_kind_is_kept(resource_example: Any) -> None:
    """A readiness level that is no number is not lost, and not believed."""
    document = {**resource_example("case"), "trl": "seven", "published": "yesterday"}
    record = read_resource(document)

    assert isinstance(record, BusinessCase)
    assert record.trl is None
    assert write_resource(record)["trl"] == "seven"
    assert write_resource(record)["published"] == "yesterday"


def test_an_offer_is_read(resource_example: Any) -> None:
    """The record says who offers what, in which languages, until when."""
    offer = read_resource(resource_example("offer-create"))

    assert isinstance(offer, Offer)
    assert offer.klass is ResourceClass.OFFER
    assert offer.audience is Audience.PUBLIC
    assert offer.company == "https://node.digin.example/members/k7f2q9"
    assert offer.intent is not None
    assert offer.intent.action == "deliverService"
    assert offer.intent.quantity is not None
    assert offer.intent.quantity.number == "1"
    assert offer.end == datetime(2027, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert offer.name.choose(["nn"]) == ("nb", "Tilbud: kurs i trygg programmering")
    assert offer.working_languages == ("nb", "da", "en")


def test_a_need_names_the_receiver(resource_example: Any) -> None:
    """In a need the company is the one that receives."""
    need = read_resource(resource_example("need-create"))

    assert isinstance(need, Need)
    assert need.company == "https://node.infinit.example/members/p3x8t1"


def test_an_anonymous_offer_names_no_company(resource_example: Any) -> None:
    """Where anonymity is asked for, no company is told, even by a careless document."""
    offer = read_resource({**resource_example("offer-create"), "anonymous": True})

    assert isinstance(offer, Offer)
    assert offer.company is None


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ([AS_PUBLIC], Audience.PUBLIC),
        ("as:Public", Audience.PUBLIC),
        ("Public", Audience.PUBLIC),
        (["https://a.example/cluster/network"], Audience.NETWORK),
        (["https://b.example/cluster"], Audience.PRIVATE),
        ([], Audience.PRIVATE),
    ],
)
def test_the_addressing_says_who_may_see(
    to: Any, expected: Audience, resource_example: Any
) -> None:
    """Public, network or private follows from the recipients."""
    document = {**resource_example("case"), "to": to}

    assert read_resource(document).audience is expected


def test_others_ways_of_writing_are_read() -> None:
    """Lists and single values, objects and IRIs, prefixed names: all are understood."""
    record = read_resource(
        {
            "id": "https://m.example/1",
            "type": "Proposal",
            "vf:purpose": "vf:offer",
            "attributedTo": [{"id": "https://m.example/alice", "type": "Person"}],
            "publishes": [
                {
                    "type": "Intent",
                    "action": "vf:transfer",
                    "provider": {"id": "https://m.example/bike-shop"},
                    "resourceQuantity": {"hasUnit": "om2:one", "hasNumericalValue": 2},
                }
            ],
        }
    )

    assert isinstance(record, Offer)
    assert record.attributed_to == "https://m.example/alice"
    assert record.intent is not None
    assert record.intent.action == "transfer"
    assert record.company == "https://m.example/bike-shop"
    assert record.intent.quantity is not None
    assert (record.intent.quantity.unit, record.intent.quantity.number) == ("one", "2")


def test_a_member_and_its_cluster_are_read(resource_example: Any) -> None:
    """Numbers, names and collections are where the record says."""
    member = read_resource(resource_example("member"))
    cluster = read_resource(resource_example("cluster"))

    assert isinstance(member, Member)
    assert member.legal_identifier is not None
    assert member.legal_identifier.notation == "988077917"
    assert member.legal_name == Texts({"nb": "EKSEMPEL KODE AS"})
    assert member.employees == 12
    assert isinstance(cluster, Cluster)
    assert cluster.audience is Audience.PUBLIC
    assert cluster.preferred_username == "digin"


def test_a_changed_record_is_written_changed(resource_example: Any) -> None:
    """What was replaced in the record stands in the document, the rest as before."""
    document = resource_example("case")
    case = read_resource(document)
    assert isinstance(case, BusinessCase)
    written = write_resource(dataclasses.replace(case, trl=8, lessons=Texts({"nb": "Begynn nå."})))

    assert written["trl"] == 8
    assert written["lessons"] == {"nb": "Begynn nå."}
    assert written["problem"] == document["problem"]


@pytest.mark.parametrize(
    "document", [{}, {"type": "Note", "id": "https://a.example/1"}, {"kind": "Cluster", "id": 7}]
)
def test_what_is_no_resource_is_refused(document: dict[str, Any]) -> None:
    """No class or no id means no record."""
    with pytest.raises(UnreadableDocument):
        read_resource(document)


NAMES = """name nameMap publishes resourceQuantity kind type purpose region location legalName trl
contactPoint startTime endTime latitude prefLabel altLabel to anonymous legalIdentifier @value
@language id"""
KEYS = st.sampled_from(NAMES.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)
KINDS = [
    "Proposal",
    "LegalEntity",
    "BusinessEvent",
    "ContactPoint",
    "Cluster",
    "Concept",
    "BusinessCase",
]


@given(st.sampled_from(KINDS), st.dictionaries(KEYS | st.text(), JSON))
def test_any_object_is_read_or_refused(kind: str, more: dict[str, Any]) -> None:
    """Reading raises UnreadableDocument or nothing, and writing keeps the keys it read."""
    document = {"id": "https://a.example/1", "kind": kind, "purpose": "offer", **more}
    try:
        record = read_resource(document)
    except UnreadableDocument:
        assert classify(document) is None or not isinstance(document["id"], str)
        return

    kept = {key for key, value in document.items() if value not in (None, [], {}, "")}
    assert kept <= set(write_resource(record))
