import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.collections import collection, decode_cursor, encode_cursor, page
from federation.errors import MalformedRequest


def test_collection_counts_and_leads_to_its_first_page() -> None:
    """A collection says how many items it has and where they begin."""
    made = collection("https://a.example/c", 3, "https://a.example/c?page=1")

    assert made["type"] == "OrderedCollection"
    assert (made["totalItems"], made["first"]) == (3, "https://a.example/c?page=1")


def test_hidden_collection_only_counts() -> None:
    """A collection without a first page shows nothing but its size."""
    assert "first" not in collection("https://a.example/c", 3, None)


def test_page_belongs_and_leads_on() -> None:
    """A page names its collection, its items and its neighbours, where it has any."""
    made = page("https://a.example/c?p=2", "https://a.example/c", ["x"], next="n")

    assert made["type"] == "OrderedCollectionPage"
    assert (made["partOf"], made["orderedItems"]) == ("https://a.example/c", ["x"])
    assert made["next"] == "n"
    assert "prev" not in made


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_cursor_returns_to_its_position(position: int) -> None:
    """A cursor is safe in a URL and stands for exactly its position."""
    cursor = encode_cursor(position)

    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert decode_cursor(cursor) == position


@given(st.text())
def test_other_cursors_are_refused(text: str) -> None:
    """What was not made as a cursor is refused, never an unforeseen error."""
    try:
        position = decode_cursor(text)
    except MalformedRequest:
        return
    assert encode_cursor(position) == text


@pytest.mark.parametrize("text", ["", "5", "czE", "czEtMQ", "czFfMQ", "czEwMQ", "å", "A" * 5000])
def test_forged_cursors_are_refused(text: str) -> None:
    """An empty, negative, padded or endless position is no cursor."""
    with pytest.raises(MalformedRequest):
        decode_cursor(text)


@pytest.mark.parametrize("position", [-1, 2**63])
def test_positions_are_bounded(position: int) -> None:
    """A cursor stands for a position that a database can hold."""
    with pytest.raises(ValueError, match="no position"):
        encode_cursor(position)
