"""Catalogues: English is written in the templates, the other three come from ``.po`` files."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parent / "translations"
DOMAIN = "pages"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the texts in *language*; English needs no catalogue.

    Compiled in memory, 10 ms a language at start: no generated files to go stale.
    """
    if language == "en":
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(compile_catalogue(source_of(language))))


def source_of(language: str) -> Path:
    """Return the path of the catalogue of *language*."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compile_catalogue(source: Path) -> bytes:
    """Return the ``.po`` file *source* in the form that gettext reads."""
    with source.open("rb") as file:
        texts = read_po(file)
    target = BytesIO()
    write_mo(target, texts)
    return target.getvalue()


def mark(text: str) -> str:
    """Return *text* as it is: it stands in a table and is translated where it is shown."""
    return text


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Return both forms of a text with a number, ``%(num)s``; marked as ``mark`` does."""
    return one, many
