"""Make node/pages/data/outlines.json, the coasts that the charts are drawn from.

    python deploy/make_outlines.py countries-10m.json

The input comes from the npm package ``world-atlas`` (a development dependency of
deploy/front_end): Natural Earth 1:10 m, public domain, as TopoJSON. The output keeps Northern
Europe, simplified to what a chart of a few hundred pixels can show.
"""

import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

WEST, SOUTH, EAST, NORTH = -13.0, 49.5, 33.0, 71.5
#: Degrees of latitude that a point may be off its coast.
TOLERANCE = 0.012
#: Islands smaller than this many square degrees are left out.
SMALLEST = 0.0025
#: Output is in hundredths of a degree.
SCALE = 100
OUTPUT = Path(__file__).parent.parent / "node" / "pages" / "data" / "outlines.json"


def main(source: Path) -> None:
    """Write the outlines made from the TopoJSON file *source*."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    rings = [ring for ring in map(prepare, land_rings(topology)) if ring]
    document = {
        "source": "Natural Earth 1:10 m by way of world-atlas; public domain",
        "scale": SCALE,
        "box": [WEST, SOUTH, EAST, NORTH],
        "rings": sorted(rings, key=len, reverse=True),
    }
    OUTPUT.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


def land_rings(topology: dict[str, Any]) -> Iterator[Ring]:
    """Yield the outer and inner rings of all land of a TopoJSON topology."""
    arcs = [decode_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                yield join_arcs(ring, arcs)


def decode_arc(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    """Return the points of an arc written as quantised differences (TopoJSON, section 2.1.3)."""
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    points, x, y = [], 0, 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + move_x, y * scale_y + move_y))
    return points


def join_arcs(indexes: list[int], arcs: list[Ring]) -> Ring:
    """Return the ring that the arcs form; a negative index means the arc backwards."""
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def prepare(ring: Ring) -> list[int] | None:
    """Return *ring* clipped, simplified and as differences; None where nothing is left."""
    clipped = clip(ring)
    if len(clipped) < 4 or abs(area(clipped)) < SMALLEST:
        return None
    half = len(clipped) // 2
    simple = simplify(clipped[: half + 1])[:-1] + simplify(clipped[half:])
    return as_differences(simple) if len(simple) >= 4 else None


def clip(ring: Ring) -> Ring:
    """Return *ring* cut to the box, one side after another (Sutherland and Hodgman, 1974)."""
    sides: list[tuple[Callable[[Point], bool], Callable[[Point, Point], Point]]] = [
        (lambda p: p[0] >= WEST, lambda a, b: cross_at_x(a, b, WEST)),
        (lambda p: p[0] <= EAST, lambda a, b: cross_at_x(a, b, EAST)),
        (lambda p: p[1] >= SOUTH, lambda a, b: cross_at_y(a, b, SOUTH)),
        (lambda p: p[1] <= NORTH, lambda a, b: cross_at_y(a, b, NORTH)),
    ]
    for is_inside, crossing in sides:
        kept: Ring = []
        for before, point in zip(ring[-1:] + ring[:-1], ring, strict=True):
            if is_inside(point) != is_inside(before):
                kept.append(crossing(before, point))
            if is_inside(point):
                kept.append(point)
        ring = kept
    return ring


def cross_at_x(start: Point, end: Point, x: float) -> Point:
    """Return where the line from *start* to *end* has the longitude *x*."""
    share = (x - start[0]) / (end[0] - start[0])
    return (x, start[1] + share * (end[1] - start[1]))


def cross_at_y(start: Point, end: Point, y: float) -> Point:
    """Return where the line from *start* to *end* has the latitude *y*."""
    share = (y - start[1]) / (end[1] - start[1])
    return (start[0] + share * (end[0] - start[0]), y)


def area(ring: Ring) -> float:
    """Return the signed area of *ring* in square degrees."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def simplify(line: Ring) -> Ring:
    """Return *line* with the points that matter (Douglas and Peucker, 1973), without recursion."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        index = max(range(first + 1, last), key=lambda i: offset(line[i], line[first], line[last]))
        if offset(line[index], line[first], line[last]) > TOLERANCE:
            keep.add(index)
            spans += [(first, index), (index, last)]
    return [line[index] for index in sorted(keep)]


def offset(point: Point, start: Point, end: Point) -> float:
    """Return how far *point* is from the segment, in degrees of latitude."""
    narrow = math.cos(math.radians(point[1]))
    px, py = (point[0] - start[0]) * narrow, point[1] - start[1]
    ex, ey = (end[0] - start[0]) * narrow, end[1] - start[1]
    length = ex * ex + ey * ey
    share = min(1.0, max(0.0, (px * ex + py * ey) / length)) if length else 0.0
    return math.hypot(px - share * ex, py - share * ey)


def as_differences(ring: Ring) -> list[int]:
    """Return *ring* as whole hundredths of a degree, each pair relative to the one before."""
    numbers: list[int] = []
    x, y = 0, 0
    for longitude, latitude in ring:
        next_x, next_y = round(longitude * SCALE), round(latitude * SCALE)
        if numbers and (next_x, next_y) == (x, y):
            continue
        numbers += [next_x - x, next_y - y]
        x, y = next_x, next_y
    return numbers


if __name__ == "__main__":
    main(Path(sys.argv[1]))
