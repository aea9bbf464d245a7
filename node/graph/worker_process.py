"""One worker process as its parent sees it: started, asked, killed."""

import asyncio
import contextlib
import json
import socket
import sys
from pathlib import Path
from typing import Any, Protocol

from node.graph import query_worker as wire
from node.graph.snapshots import Snapshot

_PROGRAM = Path(wire.__file__)
_READ = 64 * 1024


class Sink(Protocol):
    """What takes the bytes of an answer."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""


class Spent:
    """What an answer cost."""

    __slots__ = ("cpu", "resident_kib")

    def __init__(self, cpu: float, resident_kib: int) -> None:
        """*cpu* is in seconds; *resident_kib* is what the process holds."""
        self.cpu = cpu
        self.resident_kib = resident_kib


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
    """A running worker, for one query at a time.

    Its socket is read by a callback of the event loop, since streams and pipes of a
    subprocess cost more than a small query does.
    """

    def __init__(self, process: asyncio.subprocess.Process, connection: socket.socket) -> None:
        """Use :meth:`start`."""
        self._process = process
        self._socket = connection
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection, self._receive)
        self._received = b""
        self._sink: Sink | None = None
        self._outcome: asyncio.Future[Spent | Exception] = self._loop.create_future()
        self._killed = False
        #: The snapshot that this process has open.
        self.snapshot: Snapshot | None = None

    @classmethod
    async def start(cls, memory: int) -> "WorkerProcess":
        """Start a process that may have *memory* bytes of data."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-I",
                    str(_PROGRAM),
                    str(memory),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env={},
                )
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)
        return cls(process, ours)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether the process can take another query."""
        return not self._killed and self._process.returncode is None

    async def ask(self, request: bytes, sink: Sink, *, seconds: float) -> Spent:
        """Send *request*, pass the answer to *sink*, return what it cost.

        Raises WorkerFailed, WorkerDied, and TimeoutError after *seconds*. After any other
        exception than WorkerFailed, cancellation included, the process is in the middle of an
        answer and must be killed.
        """
        self._sink, self._outcome = sink, self._loop.create_future()
        timer = self._loop.call_later(seconds, self._finish, TimeoutError())
        try:
            await self._send(request)
            outcome = await self._outcome
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        except ConnectionError:
            raise WorkerDied(await self._process.wait()) from None
        finally:
            timer.cancel()
            self._sink = None

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
        self._loop.remove_reader(self._socket)
        self._socket.close()

    async def _send(self, request: bytes) -> None:
        """Send *request*, nearly always at once: the worker waits for it."""
        try:
            sent = self._socket.send(request)
        except BlockingIOError:
            sent = 0
        if sent < len(request):
            await self._loop.sock_sendall(self._socket, request[sent:])

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_READ)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._loop.remove_reader(self._socket)
            self._finish(ConnectionResetError())
            return
        self._received += data
        try:
            while self._received and self._take_frame():
                pass
        except OSError as error:  # The disk is full, or the like.
            self._finish(error)

    def _take_frame(self) -> bool:
        """Take one frame off what was received; return whether it was whole."""
        received, start = self._received, wire.FRAME.size
        if len(received) < start:
            return False
        kind, length = wire.FRAME.unpack_from(received)
        if len(received) < start + length:
            return False
        payload = received[start : start + length]
        self._received = received[start + length :]
        if kind == wire.DATA:
            self._write(payload)
        elif kind == wire.DONE:
            self._write(payload[wire.SPENT.size :])
            self._finish(Spent(*wire.SPENT.unpack_from(payload)))
        else:
            self._finish(WorkerFailed(json.loads(payload)))
        return True

    def _write(self, data: bytes) -> None:
        # None where nobody waits any more, while the process is being killed.
        if self._sink is not None:
            self._sink.write(data)

    def _finish(self, outcome: Spent | Exception) -> None:
        if not self._outcome.done():
            self._outcome.set_result(outcome)
