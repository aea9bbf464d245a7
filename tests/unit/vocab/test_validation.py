import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocab.errors import UnacceptableDocument
from vocab.personal_data import looks_personal
from vocab.quads import document_quads
from vocab.terms import AS_CONTEXT, SKAGERRAK_CONTEXT
from vocab.validation import Finding, Profile, validate, validate_with_shacl
from vocab.validation.shape_checks import shape_finding
from vocab.validation.shape_graph import node_shapes
from vocab.validation.wire_messages import WIRE_MESSAGES

WRONG = ["", "x", 7, -1, 3.5, True, [], {}, {"nb": "a", "nb-NO": "b"}, {"fr": "a"}, None]
Path_ = tuple[str | int, ...]


def codes(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.severity) for finding in findings}


def of_shapes(findings: list[Finding]) -> set[tuple[str, str]]:
    """Return what the shapes found, without the checks of the JSON."""
    return {pair for pair in codes(findings) if pair[0][3] not in "WO"}


@pytest.mark.parametrize("profile", Profile)
def test_every_example_is_good(example_name: str, profile: Profile, resource_example: Any) -> None:
    """The worked documents have nothing wrong with them."""
    assert validate(resource_example(example_name), profile) == []
    assert validate_with_shacl(resource_example(example_name), profile) == []


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the way to everything in a document but its id and context."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        if key not in ("@context", "id"):
            yield (*path, key)
            if isinstance(inner, (dict, list)):
                yield from places(inner, (*path, key))


def spoilt(document: dict[str, Any], path: Path_, value: Any) -> dict[str, Any]:
    """Return the document with something wrong in one place; None there takes it away."""
    changed = copy.deepcopy(document)
    holder: Any = changed
    for key in path[:-1]:
        holder = holder[key]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return changed


def test_fast_checks_agree_with_pyshacl_on_seeded_faults(
    example_name: str, resource_example: Any
) -> None:
    """Whatever is taken away or spoilt, both ways of reading the shapes find the same."""
    document = resource_example(example_name)
    faults = 0
    for number, path in enumerate(places(document)):
        for value in (None, WRONG[number % (len(WRONG) - 1)]):
            changed = spoilt(document, path, value)
            try:
                expected = codes(validate_with_shacl(changed, Profile.PUBLISH))
            except UnacceptableDocument:
                continue
            assert of_shapes(validate(changed, Profile.PUBLISH)) == expected, (path, value)
            faults += bool(expected)

    assert faults


WORDS_AND_TIMES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("offer-create", {"nameMap": {"nb": "Kurs", "no": "Kurs"}}, {"KX-N04"}),
    ("offer-create", {"nameMap": {"nb": "", "da": "Kursus"}}, {"KX-N04"}),
    ("offer-create", {"nameMap": {"no": "Kurs"}}, {"KX-N04", "KX-P04"}),
    ("offer-create", {"contentMap": {"nb": "<p>x</p>", "fr": "<p>x</p>"}}, {"KX-N06"}),
    ("offer-create", {"nameMap": {"nb-NO": "Kurs", "se": "Gursa"}}, set()),
    ("offer-create", {"partnerSought": {"nb": " "}}, {"KX-P13"}),
    ("event", {"summaryMap": {"nb": "Kort", "sv": "Kort"}}, {"KX-N05"}),
    ("event", {"location": {"type": "Place", "name": "Grimstad"}}, set()),
    ("event", {"location": {"type": "Place", "nameMap": {"no": "Grimstad"}}}, {"KX-N04"}),
    ("case", {"problem": {"nb": "", "da": "Problem"}}, {"KX-B01"}),
    ("offer-create", {"endTime": "2027-06-30"}, {"KX-P17"}),
    ("offer-create", {"endTime": "2027-06-30T21:59:59"}, {"KX-P17"}),
    ("offer-create", {"endTime": "2099-06-30T23:59:59+02:00"}, set()),
    ("offer-create", {"endTime": "30.06.2027"}, {"KX-P17"}),
    ("offer-create", {"endTime": None}, {"KX-P03"}),
    ("offer-create", {"startTime": "2026-01-01T00:00:00"}, {"KX-P09"}),
    ("event", {"startTime": "2027-01-20T09:00:00"}, {"KX-E05"}),
    ("event", {"endTime": "2027-01-20"}, {"KX-E06"}),
    ("collaboration", {"endTime": "2027-01-20"}, {"KX-S06"}),
]


@pytest.mark.parametrize(("name", "change", "expected"), WORDS_AND_TIMES)
def test_words_and_times_are_asked_for_alike_by_both(
    name: str, change: dict[str, Any], expected: set[str], resource_example: Any
) -> None:
    """Texts are in a language of ours and not empty, times have a zone; others only hear of it."""
    document = {
        key: value
        for key, value in {**resource_example(name), **change}.items()
        if value is not None and f"{key}Map" not in change
    }
    found = validate(document, Profile.PUBLISH)

    assert {code for code, _ in of_shapes(found)} == expected
    assert of_shapes(found) == codes(validate_with_shacl(document, Profile.PUBLISH))
    for code, severity in codes(validate(document, Profile.RECEIVE)):
        assert severity == "warning", code


@pytest.mark.parametrize("name", ["offer-create", "member", "event"])
def test_both_agree_on_the_severities_of_receiving(name: str, resource_example: Any) -> None:
    """The profile for receiving is the same in both."""
    document = resource_example(name)
    for path in places(document):
        if len(path) == 1:
            changed = spoilt(document, path, None)
            expected = codes(validate_with_shacl(changed, Profile.RECEIVE))
            assert of_shapes(validate(changed, Profile.RECEIVE)) == expected, path


def test_every_finding_speaks_four_languages() -> None:
    """Each code has one sentence in nb, nn, da and en."""
    shapes = [
        prop
        for shape in node_shapes().values()
        for prop in shape.properties
        if shape.classes or shape.subjects_of
    ]
    for prop in shapes:
        assert prop.code
        assert set(prop.messages) == {"nb", "nn", "da", "en"}, prop.code
        assert prop.field.isidentifier(), prop.code
        assert shape_finding(prop.code, Profile.PUBLISH).message("nn").startswith(prop.code)
    for code, messages in WIRE_MESSAGES.items():
        assert set(messages) == {"nb", "nn", "da", "en"}, code


def test_quads_at_hand_are_used(resource_example: Any) -> None:
    """Passing the quads saves reading the document again, and changes nothing."""
    document = {**resource_example("offer-create"), "endTime": "soon"}
    quads = document_quads(document)

    assert validate(document, Profile.PUBLISH, quads) == validate(document, Profile.PUBLISH)
    assert ("KX-P03", "violation") not in codes(validate(document, Profile.PUBLISH, []))


def test_every_code_stands_once() -> None:
    """A code names one thing to do."""
    found = [p.code for shape in node_shapes().values() for p in shape.properties if p.code]

    assert len(found) == len(set(found))
    assert not set(found) & set(WIRE_MESSAGES)


def test_a_message_falls_back_to_a_near_language() -> None:
    """A reader of Sámi or German gets a sentence all the same."""
    finding = shape_finding("KX-P03", Profile.PUBLISH)

    assert finding.message("da").startswith("KX-P03 Sæt en slutdato.")
    assert finding.message("de") == finding.message("en")


def fep_examples(folder: Path) -> list[dict[str, Any]]:
    blocks = (folder / "0837" / "fep-0837.md").read_text("utf-8").split("```json")[1:]
    found = [json.loads(block.split("```")[0]) for block in blocks]
    return [document for document in found if document["type"] == "Proposal"]


def test_the_examples_of_fep_0837_get_in(suite: Any) -> None:
    """They have no end date and no language, which is a warning and no more."""
    proposals = fep_examples(suite("fep"))

    assert len(proposals) == 2
    for proposal in proposals:
        findings = validate(proposal, Profile.RECEIVE)
        assert {finding.severity for finding in findings} == {"warning"}
        assert ("KX-P03", "violation") in codes(validate(proposal, Profile.PUBLISH))


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("attributedTo", "KX-P05"),
        ("to", "KX-P06"),
    ],
)
def test_what_fep_0837_requires_is_required(key: str, code: str, resource_example: Any) -> None:
    """A proposal without an author or an audience is not taken."""
    document = resource_example("offer-create")
    del document[key]

    assert (code, "violation") in codes(validate(document, Profile.RECEIVE))


def test_a_purpose_that_is_neither_is_not_taken() -> None:
    """A gift is of no class of the profile."""
    assert validate({"type": "Proposal", "purpose": "gift", "id": "x"}, Profile.RECEIVE)


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("offer-create", {"type": ["Note", "Proposal"]}, "KX-W01"),
        ("offer-create", {"@context": [SKAGERRAK_CONTEXT, AS_CONTEXT]}, "KX-W02"),
        ("offer-create", {"@graph": []}, "KX-W03"),
        ("offer-create", {"@context": AS_CONTEXT}, "KX-W04"),
        ("member", {"contactPoint": {"kind": "ContactPoint", "fn": "Kari"}}, "KX-W05"),
        ("offer-create", {"tag": [{"type": "Person", "name": "Kari"}]}, "KX-W05"),
        ("offer-create", {"endTime": "2026-11-30T00:00:00Z"}, "KX-W07"),
        ("offer-create", {"url": "https://else.example/1"}, "KX-W08"),
        ("offer-create", {"anonymous": True}, "KX-W09"),
        ("offer-create", {"region": ["http://data.europa.eu/nuts/code/XX999"]}, "KX-W11"),
        ("member", {"region": "http://data.europa.eu/nuts/code/NO999"}, "KX-W11"),
        ("member", {"companyActivity": "http://data.europa.eu/ux2/nace2.1/9999"}, "KX-W10"),
        (
            "member",
            {"legalIdentifier": {"kind": "Identifier", "notation": "988077918"}},
            "KX-O01",
        ),
    ],
)
def test_the_json_is_checked_too(
    name: str, change: dict[str, Any], code: str, resource_example: Any
) -> None:
    """Slips that no shape can see stop publishing."""
    document = {**resource_example(name), **change}

    assert (code, "violation") in codes(validate(document, Profile.PUBLISH))


def test_a_persons_mailbox_is_a_warning() -> None:
    """An address that looks private is pointed out, and may stand."""
    contact = {
        "@context": [AS_CONTEXT, SKAGERRAK_CONTEXT],
        "kind": "ContactPoint",
        "id": "https://a.example/1#contact",
        "email": "kari.nordmann@firma.example",
    }

    assert codes(validate(contact, Profile.PUBLISH)) == {("KX-W06", "warning")}


@pytest.mark.parametrize(
    ("email", "personal"),
    [
        ("kari.nordmann@firma.example", True),
        ("kari@firma.example", True),
        ("k.nordmann@firma.example", True),
        ("post@firma.example", False),
        ("salg.nord@firma.example", False),
        ("firma@firma.example", False),
        ("24@firma.example", False),
    ],
)
def test_a_persons_address_is_told_from_a_roles(email: str, personal: bool) -> None:
    """Names look like names, and roles like roles."""
    assert looks_personal(email) is personal


NAMES = """name nameMap publishes legalIdentifier contactPoint type kind url startTime endTime
anonymous purpose @type"""
KEYS = st.sampled_from(NAMES.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)
KINDS = ["Proposal", "LegalEntity", "BusinessEvent", "ContactPoint"]


@given(st.sampled_from(KINDS), st.dictionaries(KEYS | st.text(), JSON))
def test_any_object_can_be_validated(kind: str, more: dict[str, Any]) -> None:
    """Validation finds things, and raises nothing."""
    document = {
        "@context": [AS_CONTEXT, SKAGERRAK_CONTEXT],
        "id": "https://a.example/1",
        "kind": kind,
        "purpose": "offer",
        **more,
    }

    for profile in Profile:
        for finding in validate(document, profile):
            assert finding.message("nb")
