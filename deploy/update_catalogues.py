"""Bring the catalogues of the pages up to date with their templates and tables.

    python deploy/update_catalogues.py

New texts stand in ``node/pages/translations/*/LC_MESSAGES/pages.po`` without a translation,
those that are gone are dropped; English is the text itself.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

PAGES = Path(__file__).parent.parent / "node" / "pages"
LANGUAGES = ("nb", "nn", "da")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def main() -> None:
    """Write the catalogue of each language."""
    template = extracted()
    for language in LANGUAGES:
        path = PAGES / "translations" / language / "LC_MESSAGES" / "pages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = read(path, language)
        known.update(template, no_fuzzy_matching=True)
        with path.open("wb") as file:
            write_po(file, known, width=100, ignore_obsolete=True, omit_header=False)


def extracted() -> Catalog:
    """Return every text of the pages and the files that it stands in."""
    catalog = Catalog(project="skagerrak", domain="pages", fuzzy=False)
    for path in sorted([*PAGES.glob("templates/*.html"), *PAGES.glob("*.py")]):
        for message in messages(path):
            catalog.add(message, locations=[(path.relative_to(PAGES).as_posix(), 0)])
    return catalog


def messages(path: Path) -> Iterator[str | tuple[str, ...]]:
    """Yield the texts of one file; one with a plural form is a tuple of both."""
    method = "python" if path.suffix == ".py" else babel_extract
    extracted_texts = extract_from_file(method, path, keywords=KEYWORDS)  # type: ignore[arg-type] # jinja2 types its own more narrowly
    for _, message, _, _ in extracted_texts:
        yield message


def read(path: Path, language: str) -> Catalog:
    """Return the catalogue at *path*, or an empty one."""
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=language, domain="pages")
    return Catalog(locale=language, project="skagerrak", domain="pages", fuzzy=False)


if __name__ == "__main__":
    main()
