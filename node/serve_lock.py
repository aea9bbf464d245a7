"""Only one process serves a node: a lock on a file in its folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.errors import NodeBusy

LOCK_NAME = "serve.lock"


@contextmanager
def serve_lock(folder: Path) -> Iterator[None]:
    """Hold the node in *folder*; the lock goes with the process, however it ends.

    Raises NodeBusy, naming the process that holds it.
    """
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise NodeBusy(
                f"The node in {folder} is already served by process {holder}.",
                remedy="Other commands work beside it; to serve it anew, stop that process first.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)
