"""docs/reference/settings.md tells of every setting, its default and its help."""

import json
import re

from node.settings import Settings, described_settings
from tests.house.source_tree import ROOT

PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")


def default_of(name: str) -> str:
    """Return the default of a setting as the page writes it."""
    group, field = name.split(".")
    value = getattr(getattr(Settings(), group), field)
    if value is None:
        return "–"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def test_page_has_a_row_for_every_setting_and_no_other():
    """Name, default and help stand as the program has them; copy a missing row from here."""
    expected = [
        f"| `{name}` | {default_of(name)} | {text} |" for name, text in described_settings()
    ]
    rows = re.findall(r"^\| `[a-z]+\.[a-z_]+` .*$", PAGE, re.MULTILINE)

    assert rows == expected


def test_every_group_is_explained():
    """Each table of the settings file has a heading and its sentence."""
    for name, field in Settings.model_fields.items():
        assert field.annotation is not None
        assert f"## `[{name}]`\n\n{field.annotation.__doc__}\n" in PAGE
