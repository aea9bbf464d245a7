from pathlib import Path

import pytest

from node.importing.mapping import parse_mapping, read_mapping
from node.importing.problems import Code, MappingError

EXAMPLE = """
[csv]
delimiter = ";"      # Excel in nb/da
encoding = "auto"    # UTF-8 with or without BOM, Windows-1252
country = "NO"
nace_revision = "2"
[column.org_id]
headings = ["Org.nr.", "Organisasjonsnummer", "CVR-nr.", "CVR"]
transform = "org_number"
required = true
"""


def test_a_mapping_file_says_how_a_sheet_is_read(tmp_path: Path) -> None:
    """The documented example is understood."""
    path = tmp_path / "mapping.toml"
    path.write_text(EXAMPLE, encoding="utf-8-sig")

    mapping = read_mapping(path)

    assert (mapping.delimiter, mapping.encoding, mapping.country) == (";", None, "NO")
    assert mapping.columns["org_id"].headings[1] == "Organisasjonsnummer"


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("[csv", Code.MAPPING_UNREADABLE, "TOML"),
        ("[cvs]", Code.MAPPING_KEY, "“csv”"),
        ('[csv]\ndelimitr = ";"', Code.MAPPING_KEY, "“delimiter”"),
        ('[csv]\ndelimiter = ";;"', Code.MAPPING_VALUE, "[csv] delimiter"),
        ('[csv]\nencoding = "klingon"', Code.MAPPING_VALUE, "klingon"),
        ('[csv]\ncountry = "SE"', Code.MAPPING_VALUE, "SE"),
        ("[csv]\nnace_revision = 2", Code.MAPPING_VALUE, "2.1"),
        ('[csv]\nlanguage = "no"', Code.MAPPING_VALUE, "nb"),
        ("[column.orgnr]", Code.MAPPING_KEY, "[column]"),
        ('[column.org_id]\nheading = "x"', Code.MAPPING_KEY, "“headings”"),
        ('[column.org_id]\nheadings = "x"', Code.MAPPING_VALUE, "headings"),
        ('[column.org_id]\ntransform = "upper"', Code.MAPPING_VALUE, "org_number"),
        ("[column.org_id]\nrequired = false", Code.MAPPING_VALUE, "required"),
        ('[column.website]\nlanguage = "nb"', Code.MAPPING_VALUE, "language"),
        ("column = 1", Code.MAPPING_VALUE, "[column]"),
    ],
)
def test_what_is_unknown_or_wrong_is_named_with_its_place(
    text: str, code: Code, named: str
) -> None:
    """Nothing in a mapping file is passed over in silence."""
    with pytest.raises(MappingError) as caught:
        parse_mapping(text)

    assert caught.value.code == code
    assert named in caught.value.text("en")


def test_a_missing_mapping_file_is_an_error() -> None:
    """Its name is in the message."""
    with pytest.raises(MappingError, match=r"nowhere\.toml"):
        read_mapping(Path("nowhere.toml"))
