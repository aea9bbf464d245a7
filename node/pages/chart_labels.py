"""Names beside their ports: inside the box, clear of each other and of every port."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NAME_SIZE = 15
PLACE_SIZE = 13
LINE = 17
GAP = 13
#: Width of a letter in parts of the type size, measured generously: no name may be cut.
NARROW_LETTERS = frozenset("fijlrtI.,:;'|()[]1 -")
WIDE_LETTERS = frozenset("mwMW@ÆæŒœ")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, reach: float) -> "Box":
        """Return the square with its middle at *x*, *y*."""
        return cls(x - reach, y - reach, x + reach, y + reach)

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def touches(self, other: "Box") -> bool:
        """Whether the two share any area."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def outline(self) -> list[tuple[float, float]]:
        """Return points along the upper and the lower side."""
        steps = [self.left + self.width * share / 8 for share in range(9)]
        return [(x, y) for x in steps for y in (self.top, self.bottom)]

    def count_inside(self, points: Sequence[tuple[float, float]]) -> int:
        """Return how many of *points* lie within."""
        return sum(self.left < x < self.right and self.top < y < self.bottom for x, y in points)

    def inside(self, other: "Box") -> bool:
        """Whether all of this lies within *other*."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name and a place in two lines; ``y`` is the base of the first, ``anchor`` as in SVG."""

    x: float
    y: float
    anchor: str
    name: str
    place: str
    box: Box


def text_width(text: str, size: float) -> float:
    """Return how wide *text* is at most, in pixels, set semi-bold at *size*."""
    parts = (
        0.36 if letter in NARROW_LETTERS else 0.95 if letter in WIDE_LETTERS else 0.63
        for letter in text
    )
    return sum(parts) * size


def place_labels(
    names: Sequence[tuple[str, str]],
    points: Sequence[tuple[float, float]],
    bounds: Box,
    avoided: Sequence[tuple[float, float]] = (),
) -> list[Label | None]:
    """Return a label for each port, or None where there is no free place for it.

    Of the free places, the one with the fewest of the *avoided* points under it is taken; the
    longest name, which has the fewest, comes first.
    """
    taken = [Box.around(x, y, 10) for x, y in points]
    labels: list[Label | None] = [None] * len(names)
    for index in sorted(range(len(names)), key=lambda index: -text_width(names[index][0], 1)):
        (name, place), (x, y) = names[index], points[index]
        free = [
            candidate
            for candidate in _candidates(name, place, x, y)
            if candidate.box.inside(bounds)
            and not any(candidate.box.touches(other) for other in taken)
        ]
        label = min(free, key=lambda one: one.box.count_inside(avoided), default=None)
        labels[index] = label
        if label:
            taken.append(label.box)
    return labels


def _candidates(name: str, place: str, x: float, y: float) -> Iterator[Label]:
    """Yield labels to the right, the left, below, above and at the corners of a port."""
    width = max(text_width(name, NAME_SIZE), text_width(place, PLACE_SIZE))
    height = LINE * (2 if place else 1)
    right, left, middle = x + GAP, x - GAP - width, x - width / 2
    beside, below, above = y - height / 2, y + GAP, y - GAP - height
    spots = [
        (right, beside, "start"),
        (left, beside, "end"),
        (middle, below, "middle"),
        (middle, above, "middle"),
        (right - 6, below - 6, "start"),
        (right - 6, above + 6, "start"),
        (left + 6, below - 6, "end"),
        (left + 6, above + 6, "end"),
        *(
            (middle + share * width, top, "middle")
            for share in (-1 / 6, 1 / 6, -1 / 3, 1 / 3)
            for top in (below, above)
        ),
    ]
    for edge, top, anchor in spots:
        start = {"start": edge, "middle": edge + width / 2, "end": edge + width}[anchor]
        box = Box(edge, top, edge + width, top + height)
        yield Label(x=start, y=top + 13, anchor=anchor, name=name, place=place, box=box)
