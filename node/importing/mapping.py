"""Mapping files: a small TOML file that says what an office's own headings mean.

::

    [csv]
    delimiter = ";"
    country = "NO"
    [column.org_id]
    headings = ["Kundenr. i registeret"]
    required = true
"""

import codecs
import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from node.importing.columns import KINDS, REQUIRED
from node.importing.problems import Code, MappingError
from vocab.schemes.languages import LANGUAGES

COLUMN_KEYS = ("headings", "transform", "required", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """What a mapping file says about one column."""

    headings: tuple[str, ...] = ()
    required: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """A mapping file; what it leaves out is found from the sheet or the node's settings."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    country: str | None = None
    nace_revision: str | None = None
    language: str | None = None
    columns: Mapping[str, ColumnMapping] = field(default_factory=dict)


NO_MAPPING = SheetMapping()


def read_mapping(path: Path) -> SheetMapping:
    """Return the mapping that the file at *path* describes.

    Raises MappingError with the place of what is unknown or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MappingError(Code.FILE_MISSING, file=str(path)) from error
    except UnicodeDecodeError as error:
        raise MappingError(Code.MAPPING_UNREADABLE, detail="UTF-8") from error
    return parse_mapping(text)


def parse_mapping(text: str) -> SheetMapping:
    """Return the mapping that TOML *text* describes; raises MappingError."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MappingError(Code.MAPPING_UNREADABLE, detail=str(error)) from error
    _refuse_unknown(tables, ("csv", "column"), "[ ]")
    general = _table(tables, "csv", "[csv]")
    _refuse_unknown(general, GENERAL, "[csv]")
    for key, value in general.items():
        expected, holds = GENERAL[key]
        _check(holds(value), f"[csv] {key}", value, expected)
    columns = _table(tables, "column", "[column]")
    _refuse_unknown(columns, KINDS, "[column]")
    if general.get("encoding") == "auto":
        del general["encoding"]
    return SheetMapping(**general, columns={key: _column(key, columns) for key in columns})


def _column(key: str, columns: Mapping[str, Any]) -> ColumnMapping:
    place = f"[column.{key}]"
    written = _table(columns, key, place)
    _refuse_unknown(written, COLUMN_KEYS, place)
    transform = KINDS[key].transform
    _check(
        written.get("transform", transform) == transform,
        f"{place} transform",
        written.get("transform"),
        f'"{transform}"',
    )
    required = written.get("required", key in REQUIRED)
    fine = isinstance(required, bool) and (required or key not in REQUIRED)
    _check(fine, f"{place} required", required, "true")
    language = written.get("language")
    _check(
        language is None or (KINDS[key].worded and language in LANGUAGES),
        f"{place} language",
        language,
        " | ".join(LANGUAGES) if KINDS[key].worded else "–",
    )
    headings = tuple(_headings(written.get("headings", []), f"{place} headings"))
    return ColumnMapping(headings=headings, required=required, language=language)


def _headings(value: Any, place: str) -> Iterable[str]:
    """Headings stand in a list, or in one list per language."""
    lists = list(value.values()) if isinstance(value, dict) else [value]
    for headings in lists:
        _check(_is_texts(headings), place, headings, '["Org.nr.", …]')
        yield from headings


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)


def _table(tables: Mapping[str, Any], key: str, place: str) -> dict[str, Any]:
    value = tables.get(key, {})
    _check(isinstance(value, dict), place, value, place)
    return dict(value)


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, list(known), n=1)
            raise MappingError(
                Code.MAPPING_KEY,
                place=place,
                key=key,
                near=near[0] if near else "",
                known=", ".join(known),
            )


def _check(holds: bool, place: str, value: Any, expected: str) -> None:
    if not holds:
        raise MappingError(Code.MAPPING_VALUE, place=place, value=str(value), expected=expected)


def _is_encoding(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        codecs.lookup(value)
        "å".encode(value)
    except (LookupError, UnicodeError, ValueError):
        return value == "auto"
    return True


#: Keys of [csv]: what is expected, and whether a value is that.
GENERAL: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "delimiter": (
        '";"',
        lambda value: isinstance(value, str) and len(value) == 1 and value not in '"\r\n\0',
    ),
    "encoding": ('"auto" | "utf-8" | "windows-1252" | "utf-16"', _is_encoding),
    "sheet": ('"Medlemmer"', lambda value: isinstance(value, str) and bool(value.strip())),
    "country": ('"NO" | "DK"', lambda value: value in ("NO", "DK")),
    "nace_revision": ('"2" | "2.1"', lambda value: value in ("2", "2.1")),
    "language": (" | ".join(LANGUAGES), lambda value: value in LANGUAGES),
}
