"""Two nodes with real names, TLS and production defaults, on an internet of their own.

No development setting is used: https, the usual port, addresses that look public.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.certificates import make_certificates
from tests.acceptance.namespaces.internet import NamespacesMissing, small_internet
from tests.acceptance.namespaces.namespaced_node import NamespacedNode, missing_clock
from vocab.clock import now, wire_time

NAMES = ("node.digin.example", "node.infinit.example")
#: Ends of offers: far enough for a clock that goes ahead.
END = wire_time(now() + timedelta(days=60))
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strait:
    """A Norwegian and a Danish node that can reach each other."""

    here: NamespacedNode
    there: NamespacedNode

    def befriend(self) -> None:
        """Let the node there follow the one here, and both desks approve of the other."""
        here, there = self.here, self.there
        there.run("follow", here.handle)
        there.approve(here)
        accepted = "SELECT 1 FROM follows WHERE state = 'accepted'"
        for node in (here, there):
            node.until(lambda node=node: bool(node.rows(accepted)), "accepted Follow")  # type: ignore[misc]  # the loop's own node
        here.approve(there)


@pytest.fixture
def strait(tmp_path: Path) -> Iterator[Strait]:
    """Give two running nodes."""
    missing = missing_clock()
    if missing is not None:
        pytest.skip(missing)
    certificates = make_certificates(tmp_path, NAMES, days=30)
    with ExitStack() as stack:
        try:
            internet = stack.enter_context(small_internet())
        except NamespacesMissing as reason:
            pytest.skip(str(reason))
        nodes = []
        for name in NAMES:
            folder = tmp_path / name
            host = internet.connect(name)
            nodes.append(NamespacedNode(host=host, folder=folder, certificates=certificates))
        for node in nodes:
            node.set_up()
            stack.callback(node.stop)
            node.start()
        nodes[0].import_member()
        yield Strait(here=nodes[0], there=nodes[1])


def test_an_offer_crosses_the_sea(strait: Strait) -> None:
    """Found by its address, followed, approved; what is published here is queried there."""
    strait.befriend()
    offer = strait.here.publish("Gjennomgang", end=END)
    known = f"ASK {{ <{offer}> ?p ?o }}"
    strait.there.until(lambda: strait.there.ask(known), "offer in the graph there")
    ours = strait.here.publish("For nettverket", end=END, audience="network")
    strait.there.until(lambda: "For nettverket" in strait.there.titles(), "network's offer there")

    assert not strait.there.ask(f"ASK {{ GRAPH ?g {{ <{ours}> ?p ?o }} }}")
    formats = strait.there.rows("SELECT host, signature_format FROM peers")
    assert formats == [(strait.here.host.name, "rfc9421-ed25519")]


def test_packets_are_lost(strait: Strait) -> None:
    """With a fifth of all packets lost both ways, everything arrives once."""
    strait.befriend()
    for node in (strait.here, strait.there):
        node.host.lose(20)
    titles = {f"Tilbud {number}" for number in range(5)}
    for title in sorted(titles):
        strait.here.publish(title, end=END)
    strait.there.until(lambda: titles <= strait.there.titles(), "all offers there")

    counts = strait.there.rows("SELECT count(*) FROM inbox WHERE type = 'Create'")
    assert counts == [(5,)]


def test_x11_no_packet_arrives_at_a_node(strait: Strait) -> None:
    """Dropped without a word: tried, put off, and there once, when packets arrive again."""
    here, there = strait.here, strait.there
    strait.befriend()
    there.host.lose(100)
    offer = here.publish("Ute av syne", end=END)
    failed = "SELECT count(*) FROM deliveries WHERE attempts > 0 AND state = 'waiting'"
    here.until(lambda: here.rows(failed) == [(1,)], "attempt that failed")
    assert here.ask(f"ASK {{ <{offer}> ?p ?o }}")
    assert "Ute av syne" not in there.titles()

    there.host.lose(0)
    for node in (here, there):
        node.set_clock(DAY)
    there.until(lambda: "Ute av syne" in there.titles(), "offer after all")
    here.until(lambda: here.rows("SELECT count(*) FROM deliveries") == [(0,)], "empty queue")
    assert there.rows("SELECT count(*) FROM inbox WHERE type = 'Create'") == [(1,)]


def test_a_node_is_down_for_a_day(strait: Strait) -> None:
    """What was published, changed and withdrawn meanwhile is there once it is back."""
    here, there = strait.here, strait.there
    strait.befriend()
    first, second = here.publish("Første", end=END), here.publish("Andre", end=END)
    there.until(lambda: there.titles() >= {"Første", "Andre"}, "offers there")
    there.stop()

    here.publish("Første, endret", end=END, iri=first)
    here.withdraw(second)
    here.publish("Tredje", end=END)
    waiting = "SELECT count(*) FROM deliveries WHERE attempts > 0 AND state = 'waiting'"
    here.until(lambda: here.rows(waiting) == [(3,)], "message that failed and waits")
    for node in (here, there):
        node.set_clock(DAY)
    there.start()

    expected = {"Første, endret", "Tredje"}
    there.until(lambda: there.titles() & {"Andre", *expected} == expected, "news of the day")
    here.until(lambda: here.rows("SELECT count(*) FROM deliveries") == [(0,)], "empty queue")
    assert here.rows("SELECT failures FROM peers") == [(0,)]
