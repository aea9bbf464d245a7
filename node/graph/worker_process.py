"""One worker process as its parent sees it: started, asked, killed."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any, Protocol

from node.graph import query_worker as wire
from node.graph.snapshots import Snapshot

_PROGRAM = Path(wire.__file__)


class Sink(Protocol):
    """What takes the bytes of an answer."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""


class WorkerDied(Exception):
    """The process ended before it answered; ``returncode`` is negative for a signal."""

    def __init__(self, returncode: int) -> None:
        """*returncode* is as :mod:`subprocess` has it."""
        super().__init__(f"worker ended with {returncode}")
        self.returncode = returncode


class WorkerFailed(Exception):
    """The worker answered that it cannot answer; ``failure`` says why."""

    def __init__(self, failure: dict[str, Any]) -> None:
        """*failure* has ``kind``, ``text`` and perhaps ``line`` and ``column``."""
        super().__init__(failure["text"])
        self.failure = failure


class WorkerProcess:
    """A running worker, for one query at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Use :meth:`start`."""
        self._process = process
        self._killed = False
        #: The snapshot that this process has open.
        self.snapshot: Snapshot | None = None

    @classmethod
    async def start(cls, memory: int) -> "WorkerProcess":
        """Start a process that may have *memory* bytes of data."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_PROGRAM),
            str(memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            limit=256 * 1024,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether the process can take another query."""
        return not self._killed and self._process.returncode is None

    async def ask(self, request: dict[str, Any], sink: Sink) -> dict[str, Any]:
        """Send *request*, pass the answer to *sink*, return what the process says at its end.

        Raises WorkerFailed and WorkerDied. After any other exception, time-out and
        cancellation included, the process is in the middle of an answer and must be killed.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:  # It was started with both.
            raise WorkerDied(-1)
        try:
            stdin.write(wire.request_frame(request))
            await stdin.drain()
            while True:
                kind, length = wire.FRAME.unpack(await stdout.readexactly(wire.FRAME.size))
                payload = await stdout.readexactly(length)
                if kind == wire.DATA:
                    sink.write(payload)
                elif kind == wire.DONE:
                    return dict(json.loads(payload))
                else:
                    raise WorkerFailed(json.loads(payload))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerDied(await self._process.wait()) from None

    def kill(self) -> None:
        """End the process at once."""
        self._killed = True
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def ended(self) -> None:
        """Wait until the process has ended, for whatever reason."""
        await self._process.wait()

    async def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.kill()
        await self._process.wait()
