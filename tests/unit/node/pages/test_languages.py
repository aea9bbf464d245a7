import pytest

from node.pages.languages import choose_language


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "expected"),
    [
        ("nn", "da", "en", "nn"),
        (None, "da", "en", "da"),
        (None, None, "sv, da;q=0.5, en;q=0.8", "en"),
        (None, None, "en;q=0, da;q=0.1", "da"),
        (None, None, None, "nb"),
        ("no", None, None, "nb"),
        (None, None, "no-NO,no;q=0.9", "nb"),
        ("EN-gb", None, None, "en"),
        ("sv", "xx", "de", "nb"),
        (None, None, "da;q=much, en;q=0.2", "en"),
        ("../../etc", None, ";;;,=,q", "nb"),
    ],
)
def test_first_wanted_language_wins(asked, cookie, accepted, expected):
    """The address comes before the cookie, the cookie before the browser; "no" is bokmål."""
    assert choose_language(asked, cookie, accepted, "nb") == expected


def test_unknown_default_is_bokmaal():
    """A node whose own language is none of the four shows bokmål."""
    assert choose_language(None, None, None, "fi") == "nb"
