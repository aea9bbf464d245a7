"""The order of names: the Scandinavian alphabet, which ends in æ, ø, å."""

import unicodedata
from functools import lru_cache

#: Each letter with what sorts in its place, after z; Swedes' ä and ö count as æ and ø.
_LAST = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})
_LETTERS = {"{": "Æ", "|": "Ø", "}": "Å"}
#: Under this stand names that begin with a figure or another sign.
OTHER = "0–9"


@lru_cache(maxsize=32_768)
def sort_key(name: str) -> str:
    """Return the text by which *name* is sorted; accents and capitals make no difference."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(_LAST)
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).strip()


def initial(name: str) -> str:
    """Return the capital under which *name* stands in a register."""
    first = sort_key(name)[:1]
    letter = _LETTERS.get(first, first.upper())
    return letter if letter.isalpha() else OTHER
