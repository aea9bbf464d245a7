"""What was measured, beside its floor and the target of the design."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value. With a floor the target is a ratio to it, else a value."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    #: What the floor is.
    floor_name: str = ""
    target: float | None = None
    #: Times and sizes: the target is the most there may be.
    smaller_is_better: bool = False
    note: str = ""

    @property
    def measured(self) -> float:
        """What is compared with the target."""
        return self.value / self.floor if self.floor else self.value

    @property
    def half_target(self) -> float | None:
        """Half of a rate, twice a time or size."""
        if self.target is None:
            return None
        return self.target * 2 if self.smaller_is_better else self.target / 2

    @property
    def verdict(self) -> str:
        """Return full, half or short; nothing where there is no target."""
        if self.target is None or self.half_target is None:
            return ""
        if self._reaches(self.target):
            return "full"
        return "half" if self._reaches(self.half_target) else "SHORT"

    def _reaches(self, target: float) -> bool:
        return self.measured <= target if self.smaller_is_better else self.measured >= target

    def as_json(self) -> dict[str, Any]:
        """Return the figure for the results file."""
        fields = dataclasses.asdict(self)
        return fields | {"ratio": self.measured if self.floor else None, "verdict": self.verdict}


HEADINGS = ("figure", "measured", "floor", "ratio", "target", "half", "")


def table(figures: Sequence[Figure]) -> str:
    """Return *figures* as lines of text, notes below their line."""
    rows = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = [_line(rows[0], widths)]
    for figure, row in zip(figures, rows[1:], strict=True):
        lines.append(_line(row, widths))
        if figure.note:
            lines.append(f"    {figure.note}")
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "≤" if figure.smaller_is_better else "≥"
    floor = f"{_number(figure.floor)} {figure.floor_name}".strip() if figure.floor else ""
    targets = [
        f"{sign} {_number(target)}" if target is not None else ""
        for target in (figure.target, figure.half_target)
    ]
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        floor,
        f"{figure.measured:.2f}" if figure.floor else "",
        *targets,
        figure.verdict,
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
