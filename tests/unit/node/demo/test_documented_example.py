"""The example in the documentation is the file beside it, and names what the demonstration has."""

import tomllib
from pathlib import Path

import node

HOW_TO = Path(node.__file__).parents[1] / "docs" / "how-to"


def test_the_page_shows_the_file() -> None:
    """What is read on the page is what ``skagerrak publish`` is given."""
    text = (HOW_TO / "offer.toml").read_text(encoding="utf-8")

    assert f"```toml\n{text}```" in (HOW_TO / "publish-an-offer.md").read_text(encoding="utf-8")


def test_the_file_names_a_member_and_an_expertise_of_the_demonstration() -> None:
    """The example can be published on the demonstration's first node as it is."""
    intent = tomllib.loads((HOW_TO / "offer.toml").read_text(encoding="utf-8"))["publishes"]
    sheet = Path(node.__file__).parent / "demo" / "data" / "spreadsheets" / "digin-medlemmer.csv"
    row = next(
        line
        for line in sheet.read_text(encoding="cp1252").splitlines()
        if intent["provider"].removeprefix("org:NO:") in line
    )

    assert row.endswith(";Ja")
    assert intent["resourceConformsTo"].removeprefix("concept:") in row
