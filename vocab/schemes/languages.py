"""The languages that clusters publish and work in."""

from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError

from vocab.errors import VocabularyError

#: The languages of texts, Northern Sámi included.
LANGUAGES: Final = ("nb", "nn", "da", "en", "se")

_HINTS: Final = {
    "no": "Write nb (bokmål) or nn (nynorsk) instead of no.",
    "dk": "Danish is da; dk is the country.",
    "sv": "Swedish (sv) is none of this node's languages; se is Northern Sámi.",
    "uk": "English is en; uk is Ukrainian.",
    "gb": "English is en; gb is the country.",
}


class UnknownLanguage(VocabularyError):
    """The text names no language that is used here."""


def check_language_tag(tag: str) -> str:
    """Return the language that a tag names: nb, nn, da, en or se; "nb-NO" gives nb.

    Raises UnknownLanguage with a hint otherwise, and for the usual slips: no, dk, sv.
    """
    language = tag.strip().lower().replace("_", "-").partition("-")[0]
    if language not in LANGUAGES:
        hint = _HINTS.get(language, f"Use one of {', '.join(LANGUAGES)}.")
        raise UnknownLanguage(f"{tag!r} is no language here. {hint}")
    return language


@cache
def language_name(tag: str, in_language: str) -> str:
    """Return the name of a language in another one; the tag itself where it has none."""
    try:
        names = Locale.parse(in_language.replace("-", "_")).languages
    except (ValueError, UnknownLocaleError):
        names = Locale.parse("en").languages
    name: str = names.get(tag, names.get(tag.partition("-")[0], tag))
    return name
