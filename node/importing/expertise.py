"""Cut a cell of expertise into labels.

The rule: where a semicolon or a line break stands in the cell, those separate; otherwise commas
do. Some phrases hold commas themselves (“helse, miljø og sikkerhet”): two or more neighbouring
parts, the last with “og”, “samt”, “and” or “&” in it, stay whole where

1. the node has an expertise of that name, or
2. it stands whole between semicolons somewhere in the sheet, or
3. it is one of the well-known phrases below, or
4. an offer, a need or a description in the sheet uses it whole, and its first part stands
   nowhere in the sheet as an expertise of its own.

The longest such phrase wins.
"""

import re
from collections.abc import Iterable, Sequence

_CONJUNCTION = re.compile(r"\s(?:og|samt|and|&)\s", re.IGNORECASE)
_STRONG = re.compile(r"[;\n]")
MOST_PARTS = 5
#: Characters to search through for rule 4; a sheet that needs more does without the rule.
MOST_COMPARED = 300_000_000

KNOWN_PHRASES = (
    "helse, miljø og sikkerhet",
    "helse, miljø og tryggleik",
    "helse, miljø, sikkerhet og kvalitet",
    "miljø, sundhed og sikkerhed",
    "sundhed, miljø og sikkerhed",
    "sikkerhed, sundhed og miljø",
    "health, safety and environment",
    "environment, health and safety",
    "forskning, utvikling og innovasjon",
    "forsking, utvikling og innovasjon",
    "forskning, udvikling og innovation",
    "research, development and innovation",
    "miljø, samfunn og selskapsstyring",
    "environmental, social and governance",
    "drift, vedlikehold og service",
)


def fold_label(label: str) -> str:
    """Return *label* as it is compared: case and spacing do not count."""
    return " ".join(label.split()).casefold()


class ExpertiseSplitter:
    """Knows the phrases that stay whole in one sheet."""

    def __init__(
        self, cells: Sequence[str], *, labels: Iterable[str] = (), texts: Iterable[str] = ()
    ) -> None:
        """*cells* are all cells of expertise, *labels* the node's, *texts* other cells."""
        strong = {
            fold_label(part) for cell in cells if _STRONG.search(cell) for part in _cut(cell, ";")
        }
        self._phrases = {fold_label(label) for label in (*KNOWN_PHRASES, *labels)} | strong
        self._add_used(cells, strong, texts)

    def split(self, cell: str) -> tuple[str, ...]:
        """Return the labels in *cell*, each once, in order."""
        strong = _STRONG.search(cell)
        labels = _cut(cell, ";") if strong else self._joined(_cut(cell, ","))
        return tuple({fold_label(label): label for label in reversed(labels)}.values())[::-1]

    def _joined(self, parts: list[str]) -> list[str]:
        joined, start = [], 0
        while start < len(parts):
            end = self._phrase_end(parts, start)
            joined.append(", ".join(parts[start:end]))
            start = end
        return joined

    def _phrase_end(self, parts: list[str], start: int) -> int:
        for end in range(min(start + MOST_PARTS, len(parts)), start + 1, -1):
            if fold_label(", ".join(parts[start:end])) in self._phrases:
                return end
        return start + 1

    def _add_used(self, cells: Sequence[str], strong: set[str], texts: Iterable[str]) -> None:
        lists = [self._joined(_cut(cell, ",")) for cell in cells if not _STRONG.search(cell)]
        candidates = {phrase for parts in lists for phrase in _candidates(parts)}
        if not candidates:
            return
        used = "\n".join(fold_label(text) for text in texts)
        if len(candidates) * len(used) > MOST_COMPARED:
            return
        alone = strong | {fold_label(part) for parts in lists for part in _unjoined(parts)}
        self._phrases |= {
            phrase
            for phrase in candidates
            if phrase.split(", ")[0] not in alone and _stands_whole(phrase, used)
        }


def _cut(cell: str, separator: str) -> list[str]:
    parts = _STRONG.split(cell) if separator == ";" else cell.split(separator)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _candidates(parts: list[str]) -> Iterable[str]:
    """Yield every run of parts that ends in one with a conjunction."""
    for end, part in enumerate(parts):
        if _CONJUNCTION.search(part):
            for start in range(max(0, end - MOST_PARTS + 1), end):
                yield fold_label(", ".join(parts[start : end + 1]))


def _unjoined(parts: list[str]) -> Iterable[str]:
    """Yield the parts that cannot belong to a phrase: those with no conjunction after them."""
    last = max((index for index, part in enumerate(parts) if _CONJUNCTION.search(part)), default=-1)
    yield from parts[last + 1 :]


def _stands_whole(phrase: str, used: str) -> bool:
    """Whether a text has the phrase, and not only as the end of a longer list."""
    return re.search(rf"(?<!\w)(?<!, ){re.escape(phrase)}(?!\w)", used) is not None
