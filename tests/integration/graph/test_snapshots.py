"""Snapshots stay while somebody holds them, and go when nobody does."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from node.graph.snapshots import SnapshotKeeper, newest_on_disk


def write(store: Store, text: str) -> None:
    """Add one quad."""
    store.add(Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal(text)))


@pytest.fixture
def keeper(tmp_path: Path) -> SnapshotKeeper:
    """Give a keeper of an empty store."""
    return SnapshotKeeper(Store(tmp_path / "store"), tmp_path / "snapshots")


def folders(tmp_path: Path) -> list[str]:
    """Return the names of the snapshots that are on disk."""
    return sorted(entry.name.lstrip("0") for entry in (tmp_path / "snapshots").iterdir())


def test_the_last_three_and_the_held_ones_stay(tmp_path: Path, keeper: SnapshotKeeper) -> None:
    """What a reader holds is there until it is released, however many come after."""
    keeper.take()
    held = keeper.hold()
    again = keeper.hold()
    assert held is not None
    assert again == held
    for _ in range(5):
        keeper.take()
    assert folders(tmp_path) == ["1", "4", "5", "6"]
    keeper.release(held)
    assert folders(tmp_path) == ["1", "4", "5", "6"]
    keeper.release(held)

    assert folders(tmp_path) == ["4", "5", "6"]
    assert newest_on_disk(tmp_path / "snapshots") == tmp_path / "snapshots" / "00000006"


def test_a_snapshot_shows_its_moment(tmp_path: Path) -> None:
    """What is written later is in the next one only."""
    store = Store(tmp_path / "store")
    keeper = SnapshotKeeper(store, tmp_path / "snapshots")
    write(store, "1")
    first = keeper.take()
    write(store, "2")
    second = keeper.take()

    assert [len(Store.read_only(str(one.path))) for one in (first, second)] == [1, 2]
    assert first.tag != second.tag


def test_what_a_former_process_left_is_removed(tmp_path: Path) -> None:
    """Nobody can hold it any more, and its numbers name other states now."""
    store = Store(tmp_path / "store")
    former = SnapshotKeeper(store, tmp_path / "snapshots")
    tag = former.take().tag
    former.take()
    keeper = SnapshotKeeper(store, tmp_path / "snapshots")

    assert keeper.newest is None
    assert keeper.hold() is None
    assert folders(tmp_path) == []
    assert keeper.take().tag != tag
