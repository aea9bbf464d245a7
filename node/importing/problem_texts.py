"""Texts of problems, whole sentences per language, from ``problem_texts.toml``."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

LANGUAGES = ("nb", "nn", "da", "en")
#: Longest piece of a cell, and of a list, that a message repeats.
SHOWN = 60
SHOWN_LIST = 400

_ROW = {"nb": "Rad", "nn": "Rad", "da": "Række", "en": "Row"}
_COLUMN = {"nb": "Kolonnen", "nn": "Kolonnen", "da": "Kolonnen", "en": "Column"}
_QUOTES = {"nb": ("«", "»"), "nn": ("«", "»"), "da": ("»", "«"), "en": ("“", "”")}
_DID_YOU_MEAN = {
    "nb": "Mente dere {near}? ",
    "nn": "Meinte de {near}? ",
    "da": "Mente I {near}? ",
    "en": "Did you mean {near}? ",
}


def _read_texts() -> Mapping[str, Mapping[str, str]]:
    source = files(__package__).joinpath("problem_texts.toml").read_text(encoding="utf-8")
    texts: Mapping[str, Mapping[str, str]] = tomllib.loads(source)
    return texts


TEXTS = _read_texts()


def problem_text(
    code: str,
    params: Mapping[str, str],
    *,
    language: str,
    row: int | None = None,
    column: str | None = None,
    value: str = "",
) -> str:
    """Return one line: place, what is wrong, what to do.

    The parameter ``near`` becomes the sentence “Did you mean …?” at ``{suggestion}``.
    A language without texts gets the English ones.
    """
    language = language if language in LANGUAGES else "en"
    shown = {name: shorten(text, SHOWN_LIST) for name, text in params.items()}
    near = params.get("near")
    shown["suggestion"] = _DID_YOU_MEAN[language].format(near=quote(near, language)) if near else ""
    message = TEXTS[code][language].format_map(shown)
    place = _place(language, row, column, value)
    return f"{place}: {message}" if place else message[:1].upper() + message[1:]


def row_name(language: str) -> str:
    """Return what a row is called in *language*."""
    return _ROW.get(language, _ROW["en"])


def quote(text: str, language: str) -> str:
    """Return *text*, shortened, in the quotation marks of *language*."""
    opening, closing = _QUOTES.get(language, _QUOTES["en"])
    return f"{opening}{shorten(text)}{closing}"


def shorten(text: str, length: int = SHOWN) -> str:
    """Return *text* on one line, cut where it is longer than *length*."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _place(language: str, row: int | None, column: str | None, value: str) -> str:
    parts = [] if row is None else [f"{_ROW[language]} {row}"]
    if column:
        heading = shorten(column)
        parts.append(heading if parts else f"{_COLUMN[language]} {quote(heading, language)}")
    place = ", ".join(parts)
    return f"{place} {quote(value, language)}".strip() if value.strip() else place
