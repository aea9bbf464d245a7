"""The Unix socket in a node's folder through which commands reach the running node.

Only the user who runs the node can open it (mode 0600). The path of a Unix socket holds at
most 107 bytes, so both sides name it through the open folder, which is always short.
"""

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp

from node.errors import NodeBusy

SOCKET_NAME = "control.sock"
#: A node that has not answered by then will look by itself; nobody waits for it longer.
WAKE_SECONDS = 5.0


@contextmanager
def short_path(folder: Path) -> Iterator[str]:
    """Yield a path of the socket that is short enough however deep *folder* lies."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET_NAME}"
    finally:
        os.close(descriptor)


def listening_socket(folder: Path) -> socket.socket:
    """Return the bound control socket of the node in *folder*; the caller holds its lock."""
    (folder / SOCKET_NAME).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    with short_path(folder) as path:
        before = os.umask(0o177)
        try:
            listener.bind(path)
        finally:
            os.umask(before)
    listener.setblocking(False)
    return listener


@asynccontextmanager
async def control_session(
    folder: Path, *, seconds: float | None = None
) -> AsyncIterator[aiohttp.ClientSession | None]:
    """Yield a session whose requests reach the running node, or None where none runs.

    Raises NodeBusy where the node does not answer, or not within *seconds*.
    """
    with short_path(folder) as path:
        if not _answers(path):
            yield None
            return
        connector = aiohttp.UnixConnector(path=path)
        patience = aiohttp.ClientTimeout(total=seconds)
        try:
            async with aiohttp.ClientSession(
                "http://control", connector=connector, timeout=patience
            ) as session:
                yield session
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NodeBusy(
                "The running node does not answer.",
                remedy="It may just be starting or stopping; try again in a moment.",
                log=str(error),
            ) from error


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(WAKE_SECONDS)
        try:
            probe.connect(path)
        except OSError:
            return False
        return True


async def wake(folder: Path) -> bool:
    """Tell the running node to look for work; return whether one took notice.

    What was written is written: a node that is busy finds it by itself, within seconds.
    """
    try:
        async with control_session(folder, seconds=WAKE_SECONDS) as session:
            if session is None:
                return False
            async with session.post("/wake") as response:
                return response.status == 204
    except NodeBusy:
        return False
