"""HTML that an author wrote, made safe before it is kept."""

from collections.abc import Mapping
from typing import Any, Final

from vocab.sanitising import clean_html

#: Keys of texts with markup; the others are plain, and pages show them as such.
WITH_MARKUP: Final = ("content", "summary")


def with_safe_texts(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return *document* with nothing in its texts that could harm."""
    safe = dict(document)
    for key in WITH_MARKUP:
        if isinstance(safe.get(key), str):
            safe[key] = clean_html(safe[key])
        texts = safe.get(f"{key}Map")
        if isinstance(texts, dict):
            safe[f"{key}Map"] = {
                language: clean_html(text) if isinstance(text, str) else text
                for language, text in texts.items()
            }
    return safe
