"""Two texts side by side, word by word: what stayed, what went, what came.

The shortest script of changes, after E. W. Myers, “An O(ND) Difference Algorithm and Its
Variations” (1986): its time grows with the number of changes, which is bounded here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

Kind = Literal["same", "removed", "added"]

_WORDS: Final = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
#: Changed words; where there are more, the whole text counts as changed.
MOST_CHANGES: Final = 400


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in a row of which the same is true."""

    kind: Kind
    text: str


def word_differences(old: str, new: str) -> tuple[Run, ...]:
    """Return the runs that make *old* of those not added, and *new* of those not removed."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    marked = _marked(before, after)
    return tuple(
        Run(kind, "".join(word for _, word in words))
        for kind, words in groupby(marked, key=lambda entry: entry[0])
    )


def _marked(before: Sequence[str], after: Sequence[str]) -> list[tuple[Kind, str]]:
    trace = _trace(before, after)
    if trace is None:
        return [*(("removed", word) for word in before), *(("added", word) for word in after)]
    return list(_walked_back(trace, before, after))[::-1]


def _trace(before: Sequence[str], after: Sequence[str]) -> list[dict[int, int]] | None:
    """Return how far each diagonal was reached with each number of changes; None for too many."""
    reached: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for changes in range(min(len(before) + len(after), MOST_CHANGES) + 1):
        trace.append(dict(reached))
        for diagonal in range(-changes, changes + 1, 2):
            x = _furthest(reached, diagonal, changes)
            while (
                x < len(before) and x - diagonal < len(after) and before[x] == after[x - diagonal]
            ):
                x += 1
            reached[diagonal] = x
            if x >= len(before) and x - diagonal >= len(after):
                return trace
    return None


def _comes_from_above(reached: dict[int, int], diagonal: int, changes: int) -> bool:
    if diagonal in (-changes, changes):
        return diagonal == -changes
    return reached[diagonal - 1] < reached[diagonal + 1]


def _furthest(reached: dict[int, int], diagonal: int, changes: int) -> int:
    if _comes_from_above(reached, diagonal, changes):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _walked_back(
    trace: list[dict[int, int]], before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[Kind, str]]:
    x, y = len(before), len(after)
    for changes in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[changes], x - y
        above = _comes_from_above(reached, diagonal, changes)
        x_before = reached[diagonal + 1] if above else reached[diagonal - 1]
        y_before = x_before - (diagonal + 1 if above else diagonal - 1)
        while x > max(x_before, 0) and y > max(y_before, 0):
            x, y = x - 1, y - 1
            yield "same", before[x]
        if changes == 0:
            return
        if above:
            y -= 1
            yield "added", after[y]
        else:
            x -= 1
            yield "removed", before[x]
