import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.pages.chart import NARROW, WIDE, Curve, draw_chart
from node.pages.chart_labels import Box, text_width
from node.pages.outlines import OUTLINES, coasts, on_land
from node.pages.views import Crossing, Port

GRIMSTAD = Port(name="Digin", place="Grimstad", latitude=58.34, longitude=8.59)
AARHUS = Port(name="Service Cluster Denmark", place="Aarhus", latitude=56.16, longitude=10.2)
KOBENHAVN = Port(name="InfinIT", place="København", latitude=55.68, longitude=12.57)
STRAIT = (GRIMSTAD, AARHUS, KOBENHAVN)
STRIPS = pytest.mark.parametrize("strip", [WIDE, NARROW], ids=["wide", "narrow"])
PORTS = st.lists(
    st.builds(
        Port,
        name=st.text("abcæøåMW ", min_size=1, max_size=24).map(str.strip),
        place=st.sampled_from(["", "Grimstad", "Ballerup"]),
        latitude=st.floats(-60, 71),
        longitude=st.floats(-170, 170),
    ),
    max_size=8,
    unique_by=lambda port: port.name,
)


@STRIPS
def test_every_port_of_the_strait_has_its_name(strip):
    """The three clusters of the strait are named on the chart, ours is marked."""
    chart = draw_chart(STRAIT, (), strip)
    assert [port.label.name for port in chart.ports if port.label] == [p.name for p in STRAIT]
    assert [port.own for port in chart.ports] == [True, False, False]


@STRIPS
@settings(max_examples=30, deadline=None)
@given(ports=PORTS)
def test_names_neither_overlap_nor_leave_the_box(strip, ports):
    """Wherever the ports are, what is named lies in the box that every screen shows."""
    chart = draw_chart(ports, (), strip)
    boxes = [port.label.box for port in chart.ports if port.label]
    assert all(box.inside(strip.box) for box in boxes)
    assert not any(a.touches(b) for a, b in itertools.combinations(boxes, 2))
    assert all(Box.around(p.x, p.y, 0).inside(strip.box) for p in chart.ports)


def test_north_is_up_and_east_is_right():
    """Grimstad lies north of Aarhus, København east of it."""
    grimstad, aarhus, kobenhavn = draw_chart(STRAIT, (), WIDE).ports
    assert grimstad.y < aarhus.y < kobenhavn.y
    assert grimstad.x < aarhus.x < kobenhavn.x


def test_a_route_joins_each_pair_that_something_crossed_between():
    """There and back is one route; nothing, oneself and strangers make none."""
    crossings = (
        Crossing(origin="Digin", destination="InfinIT", count=2),
        Crossing(origin="InfinIT", destination="Digin", count=1),
        Crossing(origin="Digin", destination="Service Cluster Denmark", count=0),
        Crossing(origin="Digin", destination="Digin", count=3),
        Crossing(origin="Digin", destination="Elsewhere", count=3),
    )
    chart = draw_chart(STRAIT, crossings, WIDE)
    assert len(chart.routes) == 1
    assert chart.routes[0].startswith(f"M{chart.ports[0].x:.1f} {chart.ports[0].y:.1f}Q")


@STRIPS
def test_routes_run_through_no_name(strip):
    """Both routes from Grimstad go round the names of the ports, on a desk and on a phone."""
    crossings = tuple(Crossing(origin="Digin", destination=p.name, count=1) for p in STRAIT[1:])
    charts = [draw_chart(ports, crossings, strip) for ports in (STRAIT, STRAIT[::2] + STRAIT[1:2])]
    assert charts[0].routes == charts[1].routes
    boxes = [port.label.box for port in charts[0].ports]
    for route in charts[0].routes:
        numbers = [float(number) for number in re.findall(r"[\d.]+", route)]
        curve = Curve(*zip(numbers[::2], numbers[1::2], strict=True))
        assert not any(box.count_inside([curve.at(n / 50) for n in range(51)]) for box in boxes)


def test_name_knows_whether_it_stands_on_land():
    """Its halo has the colour of what lies below it; the strait is no land, Aarhus is."""
    assert on_land((9.2, 56.2))
    assert not on_land((9.0, 57.9))
    inland = Port(name="A", place="", latitude=61.5, longitude=9.5)
    at_sea = Port(name="B", place="", latitude=57.0, longitude=4.0)
    assert [port.ashore for port in draw_chart((inland, at_sea), (), WIDE).ports] == [True, False]


def test_skagerrak_is_named_where_it_fits():
    """The sea between the three has its name; a chart of Finland does not have it."""
    assert "SKAGERRAK" in [sea.text for sea in draw_chart(STRAIT, (), WIDE).seas]
    finland = (
        Port(name="A", place="Oulu", latitude=65.0, longitude=25.5),
        Port(name="B", place="Turku", latitude=60.45, longitude=22.27),
    )
    chart = draw_chart(finland, (), WIDE)
    assert chart.seas == ()
    assert chart.land


def test_land_path_holds_only_what_the_strip_shows():
    """The path of the coast is closed, and small enough to stand in the page."""
    chart = draw_chart(STRAIT, (), NARROW)
    assert chart.land.count("M") == chart.land.count("z")
    assert set(re.findall("[a-zA-Z]", chart.land)) == {"M", "l", "z"}
    assert len(chart.land) < 20_000


def test_a_node_alone_has_a_chart():
    """Before the first peer there is one port, and before a place is set none."""
    assert draw_chart((GRIMSTAD,), (), WIDE).ports[0].label
    assert draw_chart((), (), WIDE).ports == ()


def test_outlines_are_small_and_northern():
    """The coasts take at most 60 KB and lie in Northern Europe."""
    assert OUTLINES.stat().st_size <= 60_000
    assert all(-13.1 <= x <= 33.1 and 49.4 <= y <= 71.6 for ring in coasts() for x, y in ring)


def test_wide_letters_are_wider():
    """A name's room is reckoned from its letters."""
    assert text_width("WWW", 15) > text_width("nnn", 15) > text_width("iii", 15)
