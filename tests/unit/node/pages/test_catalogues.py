import importlib.util
import re
from pathlib import Path

import pytest

from node.pages.translating import catalogue

ROOT = Path(__file__).parents[4]


def load(name):
    """Return a script of the folder deploy as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CATALOGUES = load("update_catalogues")
TEXTS = [message.id for message in CATALOGUES.extracted() if message.id]


def forms(text):
    """Return a text with its plural, or alone."""
    return list(text) if isinstance(text, list | tuple) else [text]


def placeholders(text):
    """Return the names that are filled in."""
    return set(re.findall(r"%\((\w+)\)s|\{(\w+)\}", text))


def test_pages_have_texts():
    """The extraction finds the texts of templates and of tables."""
    assert len(TEXTS) > 150
    assert "Get in touch" in TEXTS
    assert "Offered" in TEXTS


@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_catalogue_is_complete(language):
    """Every text of the pages has a translation with the same names to fill in."""
    path = ROOT / "node" / "pages" / "translations" / language / "LC_MESSAGES" / "pages.po"
    known = CATALOGUES.read(path, language)
    for text in TEXTS:
        message = known.get(forms(text)[0])
        assert message is not None, text
        assert not message.fuzzy, text
        for form, translated in zip(forms(text), forms(message.string), strict=True):
            assert translated.strip(), text
            assert placeholders(translated) == placeholders(form), text


@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_catalogue_holds_nothing_else(language):
    """A text that is gone from the pages is gone from the catalogues."""
    path = ROOT / "node" / "pages" / "translations" / language / "LC_MESSAGES" / "pages.po"
    known = {forms(message.id)[0] for message in CATALOGUES.read(path, language) if message.id}
    assert known == {forms(text)[0] for text in TEXTS}


@pytest.mark.parametrize(
    ("language", "offered", "practices", "confirmed"),
    [
        ("nb", "Tilbyr", "Veiledninger", "Avsender bekreftet"),
        ("nn", "Tilbyr", "Rettleiingar", "Avsendar stadfesta"),
        ("da", "Tilbyder", "Vejledninger", "Afsender bekræftet"),
        ("en", "Offered", "Guides", "Sender confirmed"),
    ],
)
def test_words_are_those_of_the_trade(language, offered, practices, confirmed):
    """The words that readers know stand where they expect them."""
    texts = catalogue(language)
    assert texts.gettext("Offered") == offered
    assert texts.gettext("Guides") == practices
    assert texts.gettext("Sender confirmed") == confirmed


def test_numbers_have_plural_forms():
    """One member is not "1 medlemmer"."""
    texts = catalogue("nb")
    one, many = "%(number)s member", "%(number)s members"
    assert texts.ngettext(one, many, 1) == "%(number)s medlem"
    assert texts.ngettext(one, many, 2) == "%(number)s medlemmer"
