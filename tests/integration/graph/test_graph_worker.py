"""The worker that keeps the graph in step with SQL."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from node.graph import projector as projecting
from node.graph.projector import GraphProjector
from node.graph.recent_quads import RecentQuads
from node.graph.snapshots import SnapshotKeeper
from node.storage import resources
from node.storage.database import Database
from node.workers import project_graph
from node.workers.project_graph import GraphWorker
from tests.bench.graph_documents import BASE, offer
from tests.integration.storage.samples import resource
from vocab.wire_object import WireObject


class Projection:
    """A worker with its projector and its snapshots."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.projector = GraphProjector.open(folder / "graph", BASE)
        self.snapshots = SnapshotKeeper(self.projector.store, folder / "snapshots")
        self.recent = RecentQuads()
        self.worker = GraphWorker(database, self.projector, self.snapshots, self.recent)

    async def publish(self, number: int) -> str:
        """Put an offer into SQL; return its IRI."""
        document = offer(number)
        row = resource(number, iri=document["id"], wire=json.dumps(document))
        async with self.database.transaction() as connection:
            await resources.save_versions(connection, [row], {})
        return row.iri

    def taken(self) -> int:
        """Return how many snapshots were taken."""
        newest = self.snapshots.newest
        return newest.number if newest else 0


@pytest.fixture
async def projection(database: Database, tmp_path: Path) -> AsyncIterator[Projection]:
    """Give a worker with an empty graph and its first snapshot."""
    made = Projection(database, tmp_path)
    await made.worker.step()
    yield made
    await made.worker.close()


async def test_changes_soon_after_one_another_share_a_snapshot(projection: Projection) -> None:
    """One change is in a snapshot within a second; what comes meanwhile is in the same one."""
    before, began = projection.taken(), time.monotonic()
    for number in range(20):
        await projection.publish(number)
        if number == 0:
            await projection.worker.step()
    await projection.worker.step()

    assert projection.taken() - before <= 2
    assert time.monotonic() - began < 10
    assert projection.projector.store.contains_named_graph(NamedNode(offer(19)["id"]))


async def test_a_snapshot_is_taken_only_of_what_changed(projection: Projection) -> None:
    """Steps without changes leave the newest snapshot as it is."""
    before = projection.taken()
    for _ in range(3):
        assert await projection.worker.step() is False
    assert projection.taken() == before


async def test_the_store_is_tidied_when_nothing_changes(
    projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a rest the files are merged once, and readers get the merged ones."""
    monkeypatch.setattr(projecting, "_TIDY_QUADS", 50)
    monkeypatch.setattr(project_graph, "IDLE_SECONDS", 0.0)
    await projection.publish(1)
    await projection.worker.step()
    before = projection.taken()
    while projection.taken() == before:
        await projection.worker.step()

    assert not projection.projector.untidy
    assert await projection.worker.step() is False
    assert projection.taken() == before + 1


async def test_quads_known_from_validation_are_not_made_again(projection: Projection) -> None:
    """What was validated goes into the graph as it is; the same document without gives the same."""
    wire = WireObject(offer(1))
    projection.recent.put(wire.text, wire.quads)
    row = resource(1, iri=wire.document["id"], wire=wire.text)
    async with projection.database.transaction() as connection:
        await resources.save_versions(connection, [row], {})
    await projection.worker.step()
    graph = NamedNode(row.iri)

    assert projection.recent.take(wire.text) is None
    assert set(projection.projector.store.quads_for_pattern(None, None, None, graph)) == set(
        wire.quads
    )
    before, after = await projection.worker.rebuild()
    assert before == after


async def test_what_waits_is_no_difference(projection: Projection) -> None:
    """A change that has not reached the graph yet does not look like damage."""
    await projection.publish(1)
    await projection.worker.step()
    await projection.publish(2)

    before, after = await projection.worker.rebuild()
    assert before == after


async def test_a_draft_of_the_same_text_stays_out(projection: Projection) -> None:
    """Known quads are no way around the audience."""
    wire = WireObject(offer(1))
    projection.recent.put(wire.text, wire.quads)
    row = resource(1, iri=wire.document["id"], wire=wire.text, audience="network")
    async with projection.database.transaction() as connection:
        await resources.save_versions(connection, [row], {})
    await projection.worker.step()

    assert not projection.projector.store.contains_named_graph(NamedNode(row.iri))
