"""Snapshots: hard-linked copies of the store that reader processes open.

A reader on the live store breaks when files are merged under it; a copy keeps its files. One
costs milliseconds and a few kilobytes, since the files are shared until the store drops them.
"""

import secrets
import shutil
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of the graph, in a folder that ``Store.read_only`` opens."""

    number: int
    path: Path
    #: Names this state among those of all processes, for ETag and cache.
    tag: str


class SnapshotKeeper:
    """Takes and prunes the snapshots of one store. Safe to use from several threads."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep snapshots of *store* in *folder*, on the same file system.

        What stands there is from a process that is gone, and is removed.
        """
        self._store = store
        self._folder = folder
        self._run = secrets.token_hex(4)
        self._taking = threading.Lock()
        self._books = threading.Lock()
        self._kept: list[Snapshot] = []
        self._holders: Counter[int] = Counter()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    @property
    def newest(self) -> Snapshot | None:
        """The last snapshot taken, None before the first."""
        with self._books:
            return self._kept[-1] if self._kept else None

    def take(self) -> Snapshot:
        """Take a snapshot, one at a time; blocks for the time it needs (30 to 300 ms)."""
        with self._taking:
            former = self.newest
            number = former.number + 1 if former else 1
            path = self._folder / f"{number:08d}"
            self._store.backup(path)
            taken = Snapshot(number=number, path=path, tag=f"{self._run}-{number}")
            with self._books:
                self._kept.append(taken)
            self._prune()
            return taken

    def close(self) -> None:
        """Let go of the store; the snapshots stay, and no more can be taken."""
        with self._taking:
            del self._store

    def hold(self) -> Snapshot | None:
        """Return the newest snapshot and keep it until it is released as often."""
        with self._books:
            if not self._kept:
                return None
            self._holders[self._kept[-1].number] += 1
            return self._kept[-1]

    def release(self, snapshot: Snapshot) -> None:
        """Say that one holder no longer needs *snapshot*."""
        with self._books:
            self._holders[snapshot.number] -= 1
        self._prune()

    def _prune(self) -> None:
        with self._books:
            old = [s for s in self._kept[:-KEPT] if self._holders[s.number] <= 0]
            for snapshot in old:
                self._kept.remove(snapshot)
                self._holders.pop(snapshot.number, None)
        for snapshot in old:
            shutil.rmtree(snapshot.path, ignore_errors=True)


def newest_on_disk(folder: Path) -> Path | None:
    """Return the newest snapshot that a node left in *folder*, for a program beside it."""
    numbered = [entry for entry in folder.glob("[0-9]*") if (entry / "CURRENT").is_file()]
    return max(numbered, default=None, key=lambda entry: int(entry.name))
