"""The coasts of Northern Europe, read from node/pages/data/outlines.json."""

import json
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
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


def on_land(place: Point) -> bool:
    """Whether a place, as longitude and latitude, lies on land: within an odd number of coasts."""
    return sum(_surrounds(ring, place) for ring in coasts()) % 2 == 1


def _surrounds(ring: Sequence[Point], place: Point) -> bool:
    """Whether a line from *place* to the east crosses *ring* an odd number of times."""
    x, y = place
    crossings = 0
    for (from_x, from_y), (to_x, to_y) in pairwise([*ring, ring[0]]):
        if (from_y > y) != (to_y > y):
            crossings += x < from_x + (y - from_y) / (to_y - from_y) * (to_x - from_x)
    return crossings % 2 == 1
