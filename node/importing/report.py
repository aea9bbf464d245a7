"""What the person at the terminal reads of a plan: which rows are left out, then the rest."""

from collections.abc import Iterator, Mapping, Sequence

from node.importing.import_plan import ImportPlan
from node.importing.problem_texts import row_name
from node.importing.problems import Problem

#: Most row numbers that a heading repeats.
SHOWN_ROWS = 30

Headings = Mapping[str, str]
UNUSABLE: Headings = {
    "nb": "Filen kan ikke importeres:",
    "nn": "Fila kan ikkje importerast:",
    "da": "Filen kan ikke importeres:",
    "en": "The file cannot be imported:",
}
LEFT_OUT: Headings = {
    "nb": "Rader som ikke importeres ({count}): {rows}",
    "nn": "Rader som ikkje blir importerte ({count}): {rows}",
    "da": "Rækker, der ikke importeres ({count}): {rows}",
    "en": "Rows that are not imported ({count}): {rows}",
}
WARNINGS: Headings = {
    "nb": "Se på dette; radene importeres ({count}):",
    "nn": "Sjå på dette; radene blir importerte ({count}):",
    "da": "Se på dette; rækkerne importeres ({count}):",
    "en": "Look at these; the rows are imported ({count}):",
}
INFORMATION: Headings = {
    "nb": "Til orientering ({count}):",
    "nn": "Til orientering ({count}):",
    "da": "Til orientering ({count}):",
    "en": "For your information ({count}):",
}


def report_lines(plan: ImportPlan, language: str) -> Iterator[str]:
    """Yield every problem of *plan*, under what it means for the import."""
    if not plan.usable:
        yield _in(UNUSABLE, language)
        yield from _indented(plan.problems, language)
        return
    out = frozenset(plan.skipped)
    if out:
        yield left_out_heading(plan.skipped, language)
        yield from _indented([it for it in plan.problems if it.row in out], language)
    others = [problem for problem in plan.problems if problem.row not in out]
    notes = [problem for problem in others if problem.severity == "information"]
    warnings = [problem for problem in others if problem.severity != "information"]
    for headings, problems in ((WARNINGS, warnings), (INFORMATION, notes)):
        if problems:
            yield _in(headings, language).format(count=len(problems))
            yield from _indented(problems, language)


def left_out_heading(rows: Sequence[int], language: str) -> str:
    """Return the line that names the rows that are left out."""
    shown = ", ".join(map(str, rows[:SHOWN_ROWS])) + (" …" if len(rows) > SHOWN_ROWS else "")
    return _in(LEFT_OUT, language).format(count=len(rows), rows=shown)


def row_line(row: int, text: str, language: str) -> str:
    """Return one line about a row, as it stands under its heading."""
    return f"  {row_name(language)} {row}: {text}"


def _indented(problems: Sequence[Problem], language: str) -> Iterator[str]:
    return (f"  {problem.text(language)}" for problem in problems)


def _in(headings: Headings, language: str) -> str:
    return headings.get(language, headings["en"])
