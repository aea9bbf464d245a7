"""Fields of a proposal, old and new, as the desk's page shows them."""

from collections.abc import Iterable, Mapping, Sequence

from node.desk.review_revision import FieldComparison
from node.endpoints.contribution_items import Surroundings
from node.pages.contribution_views import FieldView, Piece
from node.storage.contributions import ContributionRow
from vocab.schemes.languages import language_name
from vocab.three_way_merge import Side
from vocab.word_differences import Run, word_differences

#: Names that an entry of a list may be the address of.
ADDRESS = ("http://", "https://")


def addresses_in(fields: Iterable[FieldComparison]) -> list[str]:
    """Return the addresses of companies and the like that stand in lists of *fields*."""
    return [
        line
        for field in fields
        for line in f"{field.now}\n{field.proposed}\n{field.before}".split("\n")
        if line.startswith(ADDRESS) and " " not in line
    ]


def field_view(
    field: FieldComparison,
    row: ContributionRow,
    around: Surroundings,
    decided: Mapping[str, Side],
) -> FieldView:
    """Return one field; of what is decided, what it started from beside what was proposed."""
    settled = row.state != "open"
    runs = _since_then(field) if settled else field.differences
    return FieldView(
        field=field.field,
        key=field.key,
        tongue=language_name(field.language, around.context.language) if field.language else "",
        language=field.language,
        old=_pieces(runs, "added", around),
        new=_pieces(runs, "removed", around),
        outcome="applies" if settled else field.outcome,
        before=field.before if field.outcome == "conflict" and not settled else "",
        chosen=decided.get(field.field, ""),
    )


def _since_then(field: FieldComparison) -> Sequence[Run]:
    """Return what was proposed beside what it started from; lists differ line by line."""
    old, new = field.before.split("\n"), field.proposed.split("\n")
    if not all(line.startswith(ADDRESS) for line in (*old, *new) if line):
        return word_differences(field.before, field.proposed)
    kept = [Run("same" if line in new else "removed", f"{line}\n") for line in old]
    return [*kept, *(Run("added", f"{line}\n") for line in new if line not in old)]


def _pieces(runs: Sequence[Run], without: str, around: Surroundings) -> tuple[Piece, ...]:
    """Return the words of one side; the space after marked words is not marked."""
    pieces = []
    for run in runs:
        words = run.text.rstrip()
        if run.kind != without:
            named = around.name(words) if words.startswith(ADDRESS) else words
            pieces.append(Piece(kind=run.kind, text=named, after=run.text[len(words) :]))
    return tuple(pieces)
