"""The languages of the pages, and which of them a reader gets."""

from collections.abc import Iterable

#: Tag and the language's own name, in the order of the switch.
PAGE_LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "da": "Dansk", "en": "English"}

#: In which order texts are looked for, when there is none in the reader's language.
FALLBACKS = {
    "nb": ("nb", "nn", "da", "en"),
    "nn": ("nn", "nb", "da", "en"),
    "da": ("da", "nb", "nn", "en"),
    "en": ("en", "nb", "da", "nn"),
}


def choose_language(
    asked: str | None, cookie: str | None, accept_language: str | None, default: str
) -> str:
    """Return one of nb, nn, da, en: the first that is wanted and there.

    *asked* is the ``lang`` of the address, *accept_language* the header of RFC 9110, section
    12.5.4. A macrolanguage ``no`` counts as nb.
    """
    for tag in (asked, cookie, *_accepted(accept_language or ""), default):
        language = _known(tag)
        if language:
            return language
    return "nb"


def _known(tag: str | None) -> str | None:
    primary = (tag or "").strip().lower().replace("_", "-").partition("-")[0]
    primary = "nb" if primary == "no" else primary
    return primary if primary in PAGE_LANGUAGES else None


def _accepted(header: str) -> Iterable[str]:
    weighted = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        if weight > 0:
            weighted.append((-weight, place, tag))
    return [tag for _, _, tag in sorted(weighted)]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
