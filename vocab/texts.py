"""Choosing among the languages of a text, and reading text out of HTML."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import nh3

#: What a reader of each language reads most easily next.
_NEXT_BEST: Final[Mapping[str, tuple[str, ...]]] = {
    "nb": ("nn", "da", "en"),
    "nn": ("nb", "da", "en"),
    "da": ("nb", "nn", "en"),
    "en": ("nb", "da", "nn"),
    "se": ("nb", "nn", "da", "en"),
}
#: The tag of a text whose language is not said (BCP 47).
UNDETERMINED: Final = "und"

_BLOCK_ENDS: Final = re.compile(r"<(?:br|hr|/p|/li|/div|/h[1-6]|/tr|/blockquote)\b[^>]*>", re.I)
_SPACES: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*")


def choose(text_map: Mapping[str, str], preferred: Sequence[str]) -> tuple[str, str]:
    """Return the language and text that suit a reader best; ("und", "") where there is none.

    The preferred languages come first, in order; then what their readers read most easily
    (nn falls back to nb, then da, then en); then whatever stands first.
    """
    for wanted in reading_order(preferred):
        for tag, text in text_map.items():
            if tag == wanted or tag.partition("-")[0].lower() == wanted:
                return tag, text
    for tag, text in text_map.items():
        return tag, text
    return UNDETERMINED, ""


def reading_order(preferred: Iterable[str]) -> tuple[str, ...]:
    """Return the languages to try for a reader, best first; "no" counts as bokmål."""
    asked = ["nb" if tag.lower() == "no" else tag.lower() for tag in preferred] or ["en"]
    order: dict[str, None] = {}
    for tag in asked:
        order.update({tag: None, tag.partition("-")[0]: None})
    for tag in asked:
        order.update(dict.fromkeys(_NEXT_BEST.get(tag.partition("-")[0], ("en",))))
    order.update(dict.fromkeys(("en", "nb", "da", "nn", "no")))
    return tuple(order)


def text_map(document: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return the texts of a property by language, from its map or its plain form.

    Reads "nameMap", then "name": a string (language unknown), a map, a value object, or a
    list of these. What is no text is left out.
    """
    texts: dict[str, str] = {}
    for value in (document.get(f"{key}Map"), document.get(key)):
        for item in value if isinstance(value, list) else [value]:
            for tag, text in _tagged(item):
                # A plain form only repeats one of the map's; two languages may share a text.
                if tag != UNDETERMINED or text not in texts.values():
                    texts.setdefault(tag, text)
    return texts


def _tagged(value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, str):
        yield UNDETERMINED, value
    elif isinstance(value, Mapping) and "@value" in value:
        if isinstance(value["@value"], str):
            tag = value.get("@language")
            yield tag if isinstance(tag, str) else UNDETERMINED, value["@value"]
    elif isinstance(value, Mapping):
        for tag, text in value.items():
            first = text[0] if isinstance(text, list) and text else text
            if isinstance(tag, str) and isinstance(first, str):
                yield tag, first


def title(document: Mapping[str, Any], preferred: Sequence[str]) -> tuple[str, str]:
    """Return the language and text of what a thing is called, without markup.

    Taken from its name, its label or its legal name; where it has none, from the start of
    its content, then from its id.
    """
    for key in ("name", "prefLabel", "legalName", "summary", "content"):
        texts = text_map(document, key)
        if texts:
            language, text = choose(texts, preferred)
            plain = _shortened(plain_text(text).replace("\n", " "))
            if plain:
                return language, plain
    name = document.get("id")
    return UNDETERMINED, name if isinstance(name, str) else ""


def _shortened(text: str, longest: int = 160) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + " …"


def plain_text(markup: str) -> str:
    """Return the text of an HTML fragment, one line for each block."""
    broken = _BLOCK_ENDS.sub("\n", markup)
    text = html.unescape(nh3.clean(broken, tags=set()))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
