"""Colours are legible in both schemes (WCAG 2.2 AA, success criteria 1.4.3 and 1.4.11)."""

import re

import pytest

from node.pages.accent import GROUNDS, accent_styles, contrast, legible
from node.pages.assets import STATIC

STYLES = (STATIC / "style.css").read_text(encoding="utf-8")
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLES
    )
}
TEXTS = ["ink", "muted", "sea", "signal", "offer", "need", "case", "event", "practice"]
PAIRS = [
    *((text, ground, 4.5) for text in TEXTS for ground in ("paper", "raised")),
    *((text, ground, 4.5) for text in ("ink", "muted") for ground in ("water", "land")),
    ("on-signal", "signal", 4.5),
    *((mark, ground, 3.0) for mark in ("focus", "edge") for ground in ("paper", "raised")),
    ("focus", "water", 3.0),
    ("signal", "land", 3.0),
    ("sea", "water", 3.0),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_is_legible_on_its_ground(text, ground, least, scheme):
    """Text has 4.5:1 on every ground it stands on, marks and focus rings 3:1."""
    assert contrast(TOKENS[text][scheme], TOKENS[ground][scheme]) >= least


def test_accent_grounds_are_the_papers():
    """The accent is checked against the papers that the styles use."""
    assert TOKENS["paper"] == GROUNDS


@pytest.mark.parametrize("accent", ["#ffff00", "#000000", "#ffffff", "#0f4c63", "#b8321c"])
def test_any_accent_becomes_legible(accent):
    """A cluster may choose any colour; it is shifted until it can be read on both papers."""
    for ground in GROUNDS:
        assert contrast(legible(accent, ground), ground) >= 4.5


def test_legible_accent_stays():
    """A colour that is legible is not touched."""
    assert legible("#0f4c63", GROUNDS[0]) == "#0f4c63"
    assert "#0f4c63" in accent_styles("#0f4c63")


def test_contrast_of_black_on_white_is_21():
    """The ratio is WCAG's."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_styles_are_small():
    """The stylesheet stays under 18 KB."""
    assert len(STYLES.encode()) < 18_000
