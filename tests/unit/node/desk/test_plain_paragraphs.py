import pytest

from node.desk.plain_paragraphs import as_markup, as_typed


@pytest.mark.parametrize(
    ("markup", "typed"),
    [
        ("", ""),
        ("Bare tekst &amp; mer.", "Bare tekst & mer."),
        ("<p>En.</p>", "En."),
        ("<p>En\n  linje.</p>\n<p>To &lt;b&gt;.</p>", "En linje.\n\nTo <b>."),
        ("<p>En<br>to<br />tre</p>", "En\nto\ntre"),
    ],
)
def test_paragraphs_are_typed_with_blank_lines_between(markup: str, typed: str) -> None:
    """Line breaks stay, and signs stand as they are read."""
    assert as_typed(markup) == typed


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Se <a href='https://a.example'>her</a>.</p>",
        "<ul><li>En</li></ul>",
        "<p lang='en'>One.</p>",
        "<p>En.</p> løst",
        "<p>" * 5_000,
    ],
)
def test_what_is_more_than_paragraphs_stays_markup(markup: str) -> None:
    """Nothing is lost by typing."""
    assert as_typed(markup) is None


@pytest.mark.parametrize("typed", ["En.", "En & <b>.\n\nTo\ntre.", "a < b > c"])
def test_what_is_typed_comes_back(typed: str) -> None:
    """As markup and as typed again, it is the same text."""
    assert as_typed(as_markup(typed)) == typed


def test_blank_lines_make_no_empty_paragraphs() -> None:
    """However many there are, and at the ends too."""
    assert as_markup("\n\nEn.\n \n\n\nTo.\n\n") == "<p>En.</p><p>To.</p>"
