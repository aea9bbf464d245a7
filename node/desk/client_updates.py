"""An Update by a client says what changes, not the whole (ActivityPub, 6.3)."""

from collections.abc import Mapping
from typing import Any, Final

TEXTS: Final = ("name", "summary", "content")


def merged(standing: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return *standing* with what *changes* names at its top replaced, and removed by a null.

    A plain text is the one in the first language of its map, which is the author's.
    """
    document = {**standing, **changes}
    for name in TEXTS:
        texts = standing.get(f"{name}Map")
        if isinstance(texts, Mapping) and texts and name in changes and f"{name}Map" not in changes:
            first = next(iter(texts))
            document[f"{name}Map"] = {**texts, first: changes[name]}
    return {key: value for key, value in document.items() if value is not None}
