import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.pages.chart import NARROW, WIDE, draw_chart
from node.pages.chart_labels import Box, text_width
from node.pages.outlines import OUTLINES, coasts
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
