import pytest

from node.importing.expertise import ExpertiseSplitter

HMS = "helse, miljø og sikkerhet"


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("a, b", ("a", "b")),
        ("a; b, c; d", ("a", "b, c", "d")),
        ("a\nb", ("a", "b")),
        (f"a, {HMS}, b", ("a", HMS, "b")),
        (HMS.upper(), (HMS.upper(),)),
        ("a,, ,a, A", ("a",)),
        ("", ()),
    ],
)
def test_semicolons_go_before_commas(cell: str, labels: tuple[str, ...]) -> None:
    """Each label comes once, empty ones not at all; well-known phrases stay whole."""
    assert ExpertiseSplitter([cell]).split(cell) == labels


def test_a_phrase_that_the_node_has_stays_whole() -> None:
    """The node's own labels are known."""
    cell = "drift, x, y og z"

    assert ExpertiseSplitter([cell]).split(cell) == ("drift", "x", "y og z")
    assert ExpertiseSplitter([cell], labels=["X, y og z"]).split(cell) == ("drift", "x, y og z")


def test_a_phrase_between_semicolons_stays_whole_elsewhere() -> None:
    """What one office worker separated well helps the rows of another."""
    cells = ["a; x, y og z", "b, x, y og z"]

    assert ExpertiseSplitter(cells).split(cells[1]) == ("b", "x, y og z")


def test_a_phrase_that_another_cell_uses_stays_whole() -> None:
    """An offer, a need or a description has it as one."""
    cell = "b, x, y og z"

    assert ExpertiseSplitter([cell], texts=["Kurs i x, y og z."]).split(cell) == ("b", "x, y og z")


def test_a_list_in_a_sentence_is_no_phrase() -> None:
    """Its first part is an expertise of its own in another row."""
    cells = ["x, y og z", "x"]

    assert ExpertiseSplitter(cells, texts=["Vi leverer x, y og z."]).split(cells[0]) == (
        "x",
        "y og z",
    )
