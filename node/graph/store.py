"""The RDF store on disk: opened with care, and compared as a whole."""

import hashlib
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, Store

from node.graph.errors import DamagedGraph, GraphBusy


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedStore:
    """A store that can be written to, and what was wrong with the one before it."""

    store: Store
    #: Why the store that stood here was set aside; None where it was sound or absent.
    damage: str | None


def open_store(path: Path) -> OpenedStore:
    """Open the store in folder *path* for writing, making it where there is none.

    A damaged store is moved to ``<path>.damaged`` (replacing an older one) and an empty one
    takes its place: the database holds everything that stood in it. Raises GraphBusy while
    another process has it, and OSError for what is no damage, a full disk for one.
    """
    try:
        return OpenedStore(store=_open_sound(path), damage=None)
    except DamagedGraph as damaged:
        aside = path.with_name(path.name + ".damaged")
        shutil.rmtree(aside, ignore_errors=True)
        path.rename(aside)
        return OpenedStore(store=_open_sound(path), damage=damaged.log)


def _open_sound(path: Path) -> Store:
    """Open *path*; raise DamagedGraph where files are missing, cut or overwritten."""
    # RocksDB would take a folder without CURRENT for a new database and start afresh in it.
    if path.is_dir() and any(path.iterdir()) and not (path / "CURRENT").is_file():
        raise DamagedGraph(log="the file CURRENT is missing")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        store = Store(path)
        # Counting reads the blocks of two indexes, whose check sums tell overwritten files.
        len(store)
    except (RuntimeError, FileNotFoundError) as error:  # What corruption is raised as.
        raise DamagedGraph(log=str(error)) from error
    except OSError as error:
        if f"{path}/LOCK" in str(error):
            raise GraphBusy(remedy="Stop it first, or use its socket.") from error
        raise
    return store


def sorted_nquads_hash(store: Store, *, without: Collection[Quad] = ()) -> str:
    """Return the SHA-256 of the store's N-Quads, sorted, leaving out those of *without*.

    Labels of blank nodes are made from the document's IRI, so two stores of the same
    documents hash alike without canonicalisation.
    """
    digest = hashlib.sha256()
    lines = (str(quad) for quad in store if quad not in without)
    for line in sorted(lines):
        digest.update(line.encode() + b" .\n")
    return digest.hexdigest()
