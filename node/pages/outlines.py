"""The coasts of Northern Europe, read from node/pages/data/outlines.json."""

import json
from functools import cache
from itertools import accumulate
from pathlib import Path

#: Longitude and latitude in degrees, or x and y in pixels.
Point = tuple[float, float]
OUTLINES = Path(__file__).parent / "data" / "outlines.json"


@cache
def coasts() -> tuple[tuple[Point, ...], ...]:
    """Return the rings of all land, as longitude and latitude."""
    document = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return tuple(_ring(numbers, document["scale"]) for numbers in document["rings"])


def _ring(numbers: list[int], scale: int) -> tuple[Point, ...]:
    xs, ys = accumulate(numbers[::2]), accumulate(numbers[1::2])
    return tuple((x / scale, y / scale) for x, y in zip(xs, ys, strict=True))
