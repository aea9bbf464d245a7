"""A proposal beside what stands, in two columns of a terminal."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from node.desk.review_revision import FieldComparison, Review
from vocab.word_differences import Run

#: Columns narrower than that cannot be read side by side.
NARROWEST = 24
WIDEST = 160
#: How words that went and came are marked where there are no colours.
MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
OUTCOMES = {
    "applies": "",
    "conflict": " – CONFLICT: changed here too, say which counts with --take",
    "stands already": " – stands already",
}


def review_lines(review: Review) -> Iterator[str]:
    """Yield the lines that show *review*."""
    row = review.contribution
    yield f"{review.work.title or row.about}"
    yield f"{row.about}, proposed by {row.partner}, {row.created_at}: {row.state}"
    if row.message:
        yield f"“{row.message}”"
    width = max(NARROWEST, (min(shutil.get_terminal_size((100, 24)).columns, WIDEST) - 3) // 2)
    yield ""
    yield f"{'as it stands':<{width}} | as it is proposed"
    for field in review.fields:
        yield f"── {field.field}{OUTCOMES[field.outcome]}"
        yield from _columns(field, width)
    if not review.fields:
        yield "The proposal changes nothing."


def _columns(field: FieldComparison, width: int) -> Iterator[str]:
    left = _wrapped((run for run in field.differences if run.kind != "added"), width)
    right = _wrapped((run for run in field.differences if run.kind != "removed"), width)
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one:<{width}} | {other}".rstrip()


def _wrapped(runs: Iterable[Run], width: int) -> list[str]:
    text = "".join(_marked(run) for run in runs)
    return [
        part for line in text.splitlines() for part in textwrap.wrap(printable(line), width) or [""]
    ]


def _marked(run: Run) -> str:
    """Marks stand around the words, not around the space after them."""
    words = run.text.rstrip()
    before, after = MARKS.get(run.kind, ("", ""))
    return f"{before}{words}{after}{run.text[len(words) :]}" if words else run.text


def printable(line: str) -> str:
    """Return *line* without what would steer the terminal: a stranger wrote it."""
    return "".join(letter if letter.isprintable() else " " for letter in line)
