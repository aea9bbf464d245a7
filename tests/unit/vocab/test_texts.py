from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocab.sanitising import clean_html
from vocab.texts import choose, plain_text, text_map, title

TEXTS = {"da": "dansk", "en": "English", "nb": "bokmål"}


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        (["nn"], "nb"),
        (["nb"], "nb"),
        (["no"], "nb"),
        (["nb-NO"], "nb"),
        (["en-GB"], "en"),
        (["de", "da"], "da"),
        (["de"], "en"),
        ([], "en"),
    ],
)
def test_the_nearest_language_is_chosen(preferred: list[str], language: str) -> None:
    """Nynorsk falls back to bokmål, an unknown language to English."""
    assert choose(TEXTS, preferred) == (language, TEXTS[language])


def test_any_text_is_better_than_none() -> None:
    """A language that nobody asked for is shown rather than nothing."""
    assert choose({"fr": "texte"}, ["nb"]) == ("fr", "texte")
    assert choose({}, ["nb"]) == ("und", "")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"name": "Kurs", "nameMap": {"nb": "Kurs", "en": "Course"}}, ("en", "Course")),
        ({"name": "Kurs"}, ("und", "Kurs")),
        ({"prefLabel": {"nb": "koding"}}, ("nb", "koding")),
        ({"legalName": {"@value": "X AS", "@language": "nb"}}, ("nb", "X AS")),
        ({"content": "<p>Blå <b>sykkel</b></p>"}, ("und", "Blå sykkel")),
        ({"name": 7, "id": "https://a.example/1"}, ("und", "https://a.example/1")),
        ({"nameMap": ["x", {"nb": ["A", "B"]}]}, ("nb", "A")),
        ({}, ("und", "")),
    ],
)
def test_a_thing_has_a_title(document: dict[str, Any], expected: tuple[str, str]) -> None:
    """Name, label or legal name, else the start of what it says."""
    assert title(document, ["en"]) == expected


def test_a_text_that_stands_twice_counts_once() -> None:
    """The untagged twin of a tagged text is no language of its own."""
    assert text_map({"name": "Kurs", "nameMap": {"nb": "Kurs"}}, "name") == {"nb": "Kurs"}


def test_text_is_read_out_of_html() -> None:
    """Blocks become lines, entities letters, and scripts nothing."""
    markup = "<p>a &amp; b<br>c</p><script>alert(1)</script><ul><li>d</li></ul>&lt;e&gt;"

    assert plain_text(markup) == "a & b\nc\nd\n<e>"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick='x()'>a</p>",
        "<a href='javascript:x()'>a</a>",
        "<a href='/logout'>a</a>",
        "<img src=x onerror=x()>",
        "<svg><script>x</script></svg>",
        "<style>p{}</style>",
        "<iframe src='https://evil.example'></iframe>",
        "<p style='position:fixed'>a</p>",
        "<form action='/'><input></form>",
    ],
)
def test_what_can_harm_is_taken_out(html: str) -> None:
    """No script, handler, frame, form, style, image or local link survives."""
    cleaned = clean_html(html)

    for word in ["script", "onclick", "onerror", "style", "href", "iframe", "form", "img", "svg"]:
        assert f"<{word}" not in cleaned
        assert f"{word}=" not in cleaned


def test_plain_markup_survives() -> None:
    """Paragraphs, lists and web links stay, and links vouch for nothing."""
    cleaned = clean_html('<p lang="nb">a <a href="https://a.example/">b</a></p>')

    assert cleaned.startswith('<p lang="nb">a <a href="https://a.example/" rel="')
    assert "nofollow" in cleaned


@given(st.text())
def test_any_text_can_be_cleaned(text: str) -> None:
    """Cleaning twice changes nothing more."""
    once = clean_html(text)

    assert clean_html(once) == once
    assert isinstance(plain_text(text), str)


def test_two_languages_may_share_a_text():
    """A label that reads the same in two languages is there in both; the plain form is not."""
    document = {"name": "e-læring", "nameMap": {"nb": "e-læring", "da": "e-læring"}}
    assert text_map(document, "name") == {"nb": "e-læring", "da": "e-læring"}
