from decimal import Decimal
from typing import Any

import pytest

from vocab.models.agreements import read_agreement
from vocab.models.proposals import Intent
from vocab.models.wire_fields import read_fields
from vocab.quantities import (
    Terms,
    UnsuitableQuantity,
    check_quantity,
    number_text,
    read_number,
    terms_of,
    times,
    usual_amount,
)

TEN = Decimal(10)
OM2 = "http://www.ontology-of-units-of-measure.org/resource/om-2/"


def terms(**changes: Any) -> Terms:
    given: dict[str, Any] = {"unit": "hour", "amount": TEN}
    return Terms(**given | changes)


@pytest.mark.parametrize(
    ("given", "number", "unit"),
    [
        (terms(unit_based=False), "10", "hour"),
        (terms(unit_based=False), "10.0", "hour"),
        (terms(unit_based=True), "30", "hour"),
        (terms(), "7.5", "hour"),
        (terms(amount=None), "999", "hour"),
        (terms(unit_based=True, available=Decimal(40)), "40", "hour"),
        (terms(minimum=Decimal(2)), "2", "hour"),
    ],
)
def test_amounts_that_suit(given: Terms, number: str, unit: str) -> None:
    """FEP-0837: the whole, a multiple, or any amount that there is."""
    assert check_quantity(given, number, unit) == Decimal(number)


@pytest.mark.parametrize(
    ("given", "number", "unit", "why"),
    [
        (terms(), "10", "day", "has “hour”"),
        (terms(), "10", None, "has “hour”"),
        (terms(), None, "hour", "no number"),
        (terms(), "ten", "hour", "no number"),
        (terms(), "NaN", "hour", "no number"),
        (terms(), "1e9", "hour", "no number"),
        (terms(), "9" * 40, "hour", "no number"),
        (terms(), "-3", "hour", "more than nothing"),
        (terms(), "0", "hour", "more than nothing"),
        (terms(), "11", "hour", "no more than 10"),
        (terms(unit_based=False), "5", "hour", "comes as a whole"),
        (terms(unit_based=True), "15", "hour", "multiple of 10"),
        (terms(unit_based=True, available=Decimal(40)), "50", "hour", "no more than 40"),
        (terms(minimum=Decimal(2)), "1", "hour", "2 .hour. at least"),
    ],
)
def test_amounts_that_do_not_suit(
    given: Terms, number: str | None, unit: str | None, why: str
) -> None:
    """Each is refused with the reason."""
    with pytest.raises(UnsuitableQuantity, match=why):
        check_quantity(given, number, unit)


def test_numbers_are_written_plainly() -> None:
    """As FEP-0837 has them: text without needless digits."""
    given = ("2", "2.50", "2.0", "100")

    assert [number_text(Decimal(text)) for text in given] == ["2", "2.5", "2", "100"]
    assert read_number("2,5") is None


def test_usual_amount_and_multiples() -> None:
    """What is offered, else the least, else one; price follows the multiple."""
    assert usual_amount(terms()) == TEN
    assert usual_amount(terms(amount=None, minimum=Decimal(3))) == 3
    assert usual_amount(terms(amount=None)) == 1
    assert times(terms(unit_based=True), Decimal(30)) == 3
    assert times(terms(unit_based=False), TEN) == 1


@pytest.mark.parametrize(
    "quantity",
    [
        {"hasUnit": "one", "hasNumericalValue": "1"},
        {"hasUnit": "one", "hasNumericalValue": 1},
        {"om2:hasUnit": "om2:one", "om2:hasNumericalValue": "1"},
        {"vf:hasUnit": "one", "vf:hasNumericalValue": 1},
        {
            "type": f"{OM2}Measure",
            f"{OM2}hasUnit": "one",
            f"{OM2}hasNumericalValue": {"type": "xsd:decimal", "@value": "1"},
        },
        {"hasUnit": {"id": "http://www.ontology-of-units-of-measure.org/resource/om-2/one"}}
        | {"hasNumericalValue": "1"},
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_every_spelling_of_a_quantity_is_read(quantity: dict[str, Any], listed: bool) -> None:
    """om2 and vf, text and number, one or in a list."""
    given = [quantity] if listed else quantity
    intent = Intent(**read_fields(Intent, {"type": "Intent", "resourceQuantity": given}))

    assert terms_of(intent, None) == Terms(unit="one", amount=Decimal(1))


@pytest.mark.parametrize(
    "type",
    [
        "Agreement",
        "vf:Agreement",
        ["Agreement"],
        "https://w3id.org/valueflows/ont/vf#Agreement",
        "https://w3id.org/valueflows#Agreement",
        "https://w3id.org/valueflows/Agreement",
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_every_spelling_of_an_agreement_is_read(type: Any, many: bool) -> None:
    """Three namespaces, one commitment or a list of one, companies by IRI or embedded."""
    commitment = {
        "type": "Commitment",
        "satisfies": {"id": "https://a.example/offers/1#primary"},
        "receiver": "https://b.example/members/1",
        "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": 2},
    }
    stipulates = [commitment] if many else commitment
    found = read_agreement({"type": type, "stipulates": stipulates})

    assert found is not None
    assert found.stipulates is not None
    assert found.stipulates.satisfies == "https://a.example/offers/1#primary"
    assert found.stipulates.receiver is not None
    assert found.stipulates.receiver.id == "https://b.example/members/1"
    assert found.stipulates.quantity is not None
    assert found.stipulates.quantity.number == "2"


@pytest.mark.parametrize("document", [None, "https://a.example/1", [], {"type": "Note"}])
def test_what_is_no_agreement_is_none(document: Any) -> None:
    """A draft of a case, a link and nothing are not agreements."""
    assert read_agreement(document) is None
