"""The chart on the home page: the coasts around the clusters, their ports and routes.

A chart is drawn at a fixed size in pixels around the middle of its strip, so that names keep
their size on every screen; the strip shows as much of it as fits. All ports and names lie in a
box that even the narrowest screen of its kind shows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from node.pages.chart_labels import Box, Label, place_labels, text_width
from node.pages.outlines import Point, coasts, on_land
from node.pages.views import Crossing, Port


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Size of a chart, and the box in it that holds ports and names."""

    width: int
    height: int
    box: Box


#: Beside the headline, from 64 rem on; below it on anything narrower. Both reach beyond the least
#: height of the strip (352 and 300 pixels), for headlines that need more.
WIDE = Strip(width=2200, height=480, box=Box(1090, 82, 1580, 398))
NARROW = Strip(width=1024, height=340, box=Box(362, 34, 662, 306))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Mercator's: what seamen steer by. ``scale`` is pixels per degree of longitude."""

    scale: float
    west: float
    north: float

    def point(self, longitude: float, latitude: float) -> Point:
        """Return where on the chart a place lies."""
        x = (longitude - self.west) * self.scale
        return x, (self.north - mercator(latitude)) * self.scale

    def place(self, x: float, y: float) -> Point:
        """Return longitude and latitude of what is drawn at *x*, *y*."""
        northing = math.radians(self.north - y / self.scale)
        return self.west + x / self.scale, math.degrees(math.atan(math.sinh(northing)))


@dataclass(frozen=True, slots=True)
class Curve:
    """An arc between two ports, bent to the east like a course round a coast."""

    start: Point
    bend: Point
    end: Point

    @classmethod
    def between(cls, start: Point, end: Point, bend: float) -> "Curve":
        """Return the arc from the northern to the southern of two points.

        It is bent by *bend* of their distance; less than nothing is to the west.
        """
        if start[1] > end[1]:
            start, end = end, start
        middle_x, middle_y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        through = middle_x + (end[1] - start[1]) * bend, middle_y - (end[0] - start[0]) * bend
        return cls(start, through, end)

    def at(self, share: float) -> Point:
        """Return the point that lies *share* of the way along, 0 to 1."""
        first, second, third = (1 - share) ** 2, 2 * share * (1 - share), share**2
        x, y = (
            first * a + second * b + third * c
            for a, b, c in zip(self.start, self.bend, self.end, strict=True)
        )
        return x, y

    def path(self) -> str:
        """Return the arc as an SVG path."""
        (x, y), (bend_x, bend_y), (to_x, to_y) = self.start, self.bend, self.end
        return f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {to_x:.1f} {to_y:.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaName:
    """Name of a sea: where its middle is, how it lies, how many degrees of longitude it has."""

    text: str
    longitude: float
    latitude: float
    angle: int
    room: float


#: How far a route is bent, the most usual first: it goes where it runs through no name.
BENDS = (0.18, 0.08, 0.28, -0.02, 0.38, -0.12, 0.48, -0.22)
#: Several places for one sea: the first that is free is taken.
SEAS = (
    SeaName(text="SKAGERRAK", longitude=9.05, latitude=57.85, angle=-24, room=3.2),
    SeaName(text="SKAGERRAK", longitude=8.1, latitude=57.55, angle=-20, room=3.2),
    SeaName(text="SKAGERRAK", longitude=7.6, latitude=57.3, angle=-10, room=3.2),
    SeaName(text="KATTEGAT", longitude=11.55, latitude=56.85, angle=68, room=2.9),
    SeaName(text="KATTEGAT", longitude=11.25, latitude=56.75, angle=75, room=2.5),
    SeaName(text="KATTEGAT", longitude=12.0, latitude=56.7, angle=65, room=2.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPort:
    """A port on the chart; the label is missing only where there is no room at all."""

    x: float
    y: float
    name: str
    label: Label | None
    own: bool
    #: Whether the label stands on land.
    ashore: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnName:
    """A sea's name on the chart."""

    x: float
    y: float
    text: str
    angle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart ready to be written as SVG."""

    width: int
    height: int
    land: str
    grid: str
    ports: tuple[DrawnPort, ...]
    routes: tuple[str, ...]
    seas: tuple[DrawnName, ...]


def draw_chart(ports: Sequence[Port], crossings: Sequence[Crossing], strip: Strip) -> Chart:
    """Return the chart of *ports*, the first of which is ours, and the routes between them."""
    projection, points, labels = _fit(ports, crossings, strip)
    curves = _curves(ports, points, crossings, [label.box for label in labels if label])
    drawn = tuple(
        DrawnPort(
            x=x,
            y=y,
            name=port.name,
            label=label,
            own=index == 0,
            ashore=label is not None and on_land(projection.place(*label.box.middle)),
        )
        for index, (port, (x, y), label) in enumerate(zip(ports, points, labels, strict=True))
    )
    taken = [corner for label in labels if label for corner in label.box.outline()]
    taken += [*points, *_course(curves)]
    return Chart(
        width=strip.width,
        height=strip.height,
        land=_land(projection, strip),
        grid=_grid(projection, strip),
        ports=drawn,
        routes=tuple(curve.path() for curve in curves),
        seas=tuple(_seas(projection, strip, taken)),
    )


def mercator(latitude: float) -> float:
    """Return how far north of the equator a latitude lies on the chart, in degrees."""
    bounded = math.radians(max(-80.0, min(80.0, latitude)))
    return math.degrees(math.asinh(math.tan(bounded)))


def _fit(
    ports: Sequence[Port], crossings: Sequence[Crossing], strip: Strip
) -> tuple[Projection, list[Point], list[Label | None]]:
    """Give the ports as much room as their names leave: the largest scale that shows all."""
    best: tuple[Projection, list[Point], list[Label | None]] | None = None
    for margin in range(30, 115, 8):
        projection = _project(ports, strip, margin)
        points = [projection.point(port.longitude, port.latitude) for port in ports]
        names = [(port.name, port.place) for port in ports]
        course = _course(_curves(ports, points, crossings))
        labels = place_labels(names, points, strip.box, course)
        if best is None or sum(map(bool, labels)) > sum(map(bool, best[2])):
            best = projection, points, labels
        if all(labels):
            break
    if best is None:
        raise AssertionError("there is at least one margin")
    return best


def _project(ports: Sequence[Port], strip: Strip, margin: float) -> Projection:
    """Return the projection that puts the ports into the box, *margin* pixels from its sides."""
    east_west = [port.longitude for port in ports] or [9.5]
    south_north = [mercator(port.latitude) for port in ports] or [mercator(57.5)]
    span_x = max(max(east_west) - min(east_west), 2.0)
    span_y = max(max(south_north) - min(south_north), 2.5)
    box = strip.box
    scale = min((box.width - 2 * margin) / span_x, (box.height - 2 * min(margin, 60)) / span_y)
    middle_x = (max(east_west) + min(east_west)) / 2
    middle_y = (max(south_north) + min(south_north)) / 2
    return Projection(
        scale=scale,
        west=middle_x - (box.left + box.right) / 2 / scale,
        north=middle_y + (box.top + box.bottom) / 2 / scale,
    )


def _land(projection: Projection, strip: Strip) -> str:
    """Return the path of all land that the strip shows."""
    paths = []
    for ring in coasts():
        points = _thin([projection.point(*place) for place in ring])
        xs, ys = [x for x, _ in points], [y for _, y in points]
        visible = min(xs) < strip.width and max(xs) > 0 and min(ys) < strip.height and max(ys) > 0
        if visible and len(points) > 3:
            paths.append(_path(_cut(points, strip)))
    return "".join(paths)


def _thin(points: list[Point]) -> list[Point]:
    """Leave out points less than a pixel from the one before."""
    kept = points[:1]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= 1.0:
            kept.append(point)
    return kept


def _cut(points: list[Point], strip: Strip) -> list[Point]:
    """Move what lies outside the strip to just outside its edge, and drop what then repeats."""
    cut: list[Point] = []
    for x, y in points:
        moved = (min(strip.width + 9.0, max(-9.0, x)), min(strip.height + 9.0, max(-9.0, y)))
        if len(cut) > 1 and _in_line(cut[-2], cut[-1], moved):
            cut[-1] = moved
        elif not cut or cut[-1] != moved:
            cut.append(moved)
    return cut


def _in_line(first: Point, second: Point, third: Point) -> bool:
    return first[0] == second[0] == third[0] or first[1] == second[1] == third[1]


def _path(points: list[Point]) -> str:
    """Return a closed path with whole pixels and tenths, each point relative to the last."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [
        f"{_number(x - last_x)} {_number(y - last_y)}"
        for (last_x, last_y), (x, y) in pairwise(tenths)
    ]
    start = f"M{_number(tenths[0][0])} {_number(tenths[0][1])}"
    return f"{start}l{' '.join(steps)}z".replace(" -", "-")


def _number(tenths: int) -> str:
    return f"{tenths / 10:g}"


def _grid(projection: Projection, strip: Strip) -> str:
    """Return the path of the meridians and parallels, as many degrees apart as looks calm."""
    step = next((d for d in (1, 2, 5, 10, 30) if d * projection.scale >= 70), 30)
    first = math.ceil(projection.west / step)
    count = int(strip.width / projection.scale / step) + 1
    lines = [
        f"M{x:.0f} 0V{strip.height}"
        for x in (projection.point(d * step, 0)[0] for d in range(first, first + count))
    ]
    for latitude in range(-75, 80, max(1, step // 2)):
        y = projection.point(0, latitude)[1]
        if 0 < y < strip.height:
            lines.append(f"M0 {y:.0f}H{strip.width}")
    return "".join(lines)


def _curves(
    ports: Sequence[Port],
    points: Sequence[Point],
    crossings: Sequence[Crossing],
    names: Sequence[Box] = (),
) -> list[Curve]:
    """Return one curve for each pair of ports that something crossed between, round *names*."""
    places = {port.name: point for port, point in zip(ports, points, strict=True)}
    pairs = {tuple(sorted((c.origin, c.destination))) for c in crossings if c.count > 0}
    return [
        _round(places[start], places[end], names)
        for start, end in sorted(pairs)
        if start in places and end in places and start != end
    ]


def _round(start: Point, end: Point, names: Sequence[Box]) -> Curve:
    """Return the curve that runs through the least of *names*, bent as usual where it can."""
    curves = [Curve.between(start, end, bend) for bend in BENDS]
    return min(curves, key=lambda curve: _crossed(curve, names))


def _crossed(curve: Curve, names: Sequence[Box]) -> int:
    return sum(name.count_inside(_course([curve])) for name in names)


def _course(curves: Sequence[Curve]) -> list[Point]:
    """Return points along all curves, close enough to see what they run through."""
    return [curve.at(step / 40) for curve in curves for step in range(1, 40)]


def _seas(projection: Projection, strip: Strip, taken: Sequence[Point]) -> list[DrawnName]:
    """Return the names of seas that fit on their water, in the box, clear of all else."""
    names: dict[str, DrawnName] = {}
    for sea in SEAS:
        x, y = projection.point(sea.longitude, sea.latitude)
        length = text_width(sea.text, 11) * 1.6
        fits = length <= sea.room * projection.scale and _lies_in(strip.box, x, y, sea, length)
        clear = not any(_under(point, x, y, sea.angle, length) for point in taken)
        if fits and clear and sea.text not in names:
            names[sea.text] = DrawnName(x=x, y=y, text=sea.text, angle=sea.angle)
    return list(names.values())


def _lies_in(box: Box, x: float, y: float, sea: SeaName, length: float) -> bool:
    """Whether a slanting name lies within *box*."""
    half_x = abs(math.cos(math.radians(sea.angle))) * length / 2 + 6
    half_y = abs(math.sin(math.radians(sea.angle))) * length / 2 + 6
    return Box(x - half_x, y - half_y, x + half_x, y + half_y).inside(box)


def _under(point: Point, x: float, y: float, angle: int, length: float) -> bool:
    """Whether *point* lies under a slanting name of this length around *x*, *y*."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along = (point[0] - x) * cosine + (point[1] - y) * sine
    across = (point[1] - y) * cosine - (point[0] - x) * sine
    return abs(along) < length / 2 + 8 and abs(across) < 13
