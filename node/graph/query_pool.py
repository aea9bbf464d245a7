"""The pool of query workers: one query in, one whole answer or one clear error out.

A query that is cut short is an error, never a silent part: answers are gathered whole (in
memory, past 1 MiB in a file) before the first byte is sent, so every failure has a status. A
query that runs too long, or whose client went away, is ended by killing its process.
"""

import asyncio
import json
import logging
import signal
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any, Protocol

from node.errors import NodeError
from node.graph.client_quota import ClientQuota
from node.graph.errors import (
    BadQuery,
    DamagedGraph,
    GraphNotReady,
    QueryMemory,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
    QueryUnavailable,
    TooManyQueries,
)
from node.graph.query_guard import CheckedQuery
from node.graph.query_worker import request_frame
from node.graph.result_buffer import ResultBuffer
from node.graph.result_cache import ResultCache
from node.graph.snapshots import Snapshot
from node.graph.syntax_errors import explain_syntax_error
from node.graph.worker_lanes import Turn, WorkerLanes
from node.graph.worker_process import Spent, WorkerDied, WorkerFailed, WorkerProcess

_log = logging.getLogger(__name__)

#: A worker that has grown past this is replaced, so that one large query does not stay.
_RETIRE_KIB = 192 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits:
    """DESIGN §7, row SPARQL."""

    workers: int = 2
    seconds: float = 10.0
    memory: int = 512 * 1024 * 1024
    max_rows: int = 100_000
    max_bytes: int = 128 * 1024 * 1024
    waiting_per_client: int = 4
    cpu_per_minute: float = 60.0
    cache_bytes: int = 32 * 1024 * 1024
    #: How long others wait before one who holds several workers loses one.
    patience: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRequest:
    """What to ask, by whom, and how the answer is to be written."""

    query: CheckedQuery
    #: json, xml, csv, tsv for SELECT and ASK; turtle, ntriples, jsonld, rdfxml for the others.
    format: str
    client: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class SnapshotSource(Protocol):
    """Where snapshots come from: a :class:`node.graph.snapshots.SnapshotKeeper`."""

    @property
    def newest(self) -> Snapshot | None:
        """The newest snapshot, None before the first."""

    def hold(self) -> Snapshot | None:
        """Return the newest snapshot and keep its files until it is released."""

    def release(self, snapshot: Snapshot) -> None:
        """Give *snapshot* back."""


class QueryResult:
    """A whole answer. Close it when it is sent."""

    def __init__(self, body: bytes | None, buffer: ResultBuffer | None, tag: str) -> None:
        """*body* is None where the answer is in a file of *buffer*."""
        self.body = body
        self.snapshot_tag = tag
        self._buffer = buffer

    @property
    def size(self) -> int:
        """The number of bytes."""
        if self._buffer is not None:
            return self._buffer.size
        return len(self.body or b"")

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer from its first byte to its last."""
        if self._buffer is not None:
            return self._buffer.chunks()
        return iter((self.body or b"",))

    def close(self) -> None:
        """Give memory and disk back."""
        if self._buffer is not None:
            self._buffer.close()


class QueryPool:
    """Answers queries from the newest snapshot, in processes of their own."""

    def __init__(self, snapshots: SnapshotSource, limits: QueryLimits | None = None) -> None:
        """Call :meth:`start` before the first query."""
        self.limits = limits or QueryLimits()
        self._snapshots = snapshots
        self._quota = ClientQuota(self.limits.cpu_per_minute)
        self._cache = ResultCache(self.limits.cache_bytes)
        self._lanes = WorkerLanes(
            waiting_per_client=self.limits.waiting_per_client, patience=self.limits.patience
        )
        self._workers: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def start(self) -> None:
        """Start the workers."""
        await asyncio.gather(*(self._add_worker() for _ in range(self.limits.workers)))

    async def close(self) -> None:
        """Kill the workers and turn away who waits."""
        self._closing = True
        self._lanes.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in tuple(self._workers):
            await self._remove_worker(worker)

    @property
    def snapshot_tag(self) -> str | None:
        """The name of the state that a query would be answered from now."""
        newest = self._snapshots.newest
        return newest.tag if newest else None

    @property
    def pids(self) -> list[int]:
        """The ids of the worker processes, for measurements."""
        return sorted(worker.pid for worker in self._workers)

    async def run(self, request: QueryRequest) -> QueryResult:
        """Answer *request*.

        Raises the errors of :mod:`node.graph.errors`: BadQuery, QueryTooComplex,
        QueryTooLarge, TooManyQueries, QueryTimeout, QueryMemory, GraphNotReady,
        QueryUnavailable. When cancelled, the process that was answering is killed.
        """
        tag = self.snapshot_tag
        if tag is None:
            raise GraphNotReady
        key = (request.query.text, request.format, request.default_graphs, request.named_graphs)
        if (kept := self._cache.get(tag, key)) is not None:
            return QueryResult(kept, None, tag)
        self._quota.check(request.client)
        result = await self._run_in_turn(request)
        if result.body is not None and request.query.repeatable:
            self._cache.put(result.snapshot_tag, key, result.body)
        return result

    async def _run_in_turn(self, request: QueryRequest) -> QueryResult:
        turn = await self._lanes.acquire(request.client)
        began, spent = monotonic(), None
        buffer = ResultBuffer()
        try:
            done = await self._ask(turn, request, buffer)
            spent = done.cpu
            if done.resident_kib > _RETIRE_KIB:
                turn.worker.kill()
        except BaseException:
            buffer.close()
            raise
        finally:
            # Of a process that was killed nobody knows the processor time.
            self._quota.charge(request.client, monotonic() - began if spent is None else spent)
            self._give_back(turn)
        snapshot = turn.worker.snapshot
        return QueryResult(buffer.body, buffer, snapshot.tag if snapshot else "")

    async def _ask(self, turn: Turn, request: QueryRequest, buffer: ResultBuffer) -> Spent:
        """Ask the worker of *turn*; leave it dead where it did not come to an end."""
        worker = turn.worker
        try:
            message = self._message(self._renew(worker), request)
            return await worker.ask(message, buffer, seconds=self.limits.seconds)
        except WorkerFailed as error:
            raise _error(error.failure, request.query.text, self.limits) from None
        except WorkerDied as error:
            raise _death(error.returncode, turn, self.limits) from None
        except TimeoutError:
            worker.kill()
            raise QueryTimeout(
                f"The query took longer than {self.limits.seconds:g} s and was ended.",
                remedy="Narrow it, or ask for less at a time with LIMIT.",
            ) from None
        except BaseException:
            worker.kill()
            raise

    def _renew(self, worker: WorkerProcess) -> Snapshot:
        """Let *worker* go to the newest snapshot, and keep that for it."""
        newest = self._snapshots.newest
        if worker.snapshot is not None and worker.snapshot == newest:
            return worker.snapshot
        former, worker.snapshot = worker.snapshot, self._snapshots.hold()
        if former is not None:
            self._snapshots.release(former)
        if worker.snapshot is None:
            raise GraphNotReady
        return worker.snapshot

    def _message(self, snapshot: Snapshot, request: QueryRequest) -> bytes:
        options = _options(
            self.limits, snapshot, request.format, request.default_graphs, request.named_graphs
        )
        return request_frame(options, request.query.text)

    def _give_back(self, turn: Turn) -> None:
        self._lanes.end(turn)
        if turn.worker.usable:
            self._lanes.add(turn.worker)
        elif not self._closing:
            self._spawn(self._replace_worker(turn.worker))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace_worker(self, worker: WorkerProcess) -> None:
        await self._remove_worker(worker)
        while not self._closing:
            try:
                return await self._add_worker()
            except OSError as error:
                _log.error("A query worker does not start: %s", error)
                await asyncio.sleep(1)

    async def _add_worker(self) -> None:
        worker = await WorkerProcess.start(self.limits.memory)
        self._workers.add(worker)
        self._spawn(self._watch(worker))
        self._lanes.add(worker)

    async def _watch(self, worker: WorkerProcess) -> None:
        """Replace *worker* if it ends while it has nothing to do."""
        await worker.ended()
        if self._lanes.drop(worker):
            await self._replace_worker(worker)

    async def _remove_worker(self, worker: WorkerProcess) -> None:
        await worker.end()
        self._workers.discard(worker)
        if worker.snapshot is not None:
            self._snapshots.release(worker.snapshot)
            worker.snapshot = None


@lru_cache(maxsize=32)
def _options(
    limits: QueryLimits,
    snapshot: Snapshot,
    format_name: str,
    default_graphs: tuple[str, ...],
    named_graphs: tuple[str, ...],
) -> bytes:
    """Return what a worker must know besides the query; the same for nearly all."""
    options = {
        "snapshot": str(snapshot.path),
        "format": format_name,
        "default_graphs": default_graphs,
        "named_graphs": named_graphs,
        "seconds": limits.seconds,
        "max_rows": limits.max_rows,
        "max_bytes": limits.max_bytes,
    }
    return json.dumps(options).encode()


def _error(failure: dict[str, Any], query: str, limits: QueryLimits) -> NodeError:
    """Return what a worker's failure means to the client."""
    text = failure["text"]
    if failure["kind"] == "syntax":
        line, column = failure["line"], failure["column"]
        where = f"Line {line}, column {column}: " if line else ""
        text = explain_syntax_error(text, query, line, column)
        return BadQuery(where + text, line=line, column=column)
    if failure["kind"] == "large":
        return QueryTooLarge(
            f"{text} Nothing was sent.", remedy="Use LIMIT and OFFSET, or narrow the query."
        )
    if failure["kind"] == "memory":
        return _memory_error(limits)
    if "orruption" in text:
        return DamagedGraph(log=text)
    return QueryUnavailable(log=text)


def _death(returncode: int, turn: Turn, limits: QueryLimits) -> NodeError:
    """Return what the end of a worker's process means to the client."""
    if turn.preempted:
        return TooManyQueries("The query was ended, since others were waiting.", retry_after=5)
    if returncode == -signal.SIGABRT:
        return _memory_error(limits)
    if returncode == -signal.SIGXCPU:
        return QueryTimeout()
    if returncode in (-signal.SIGSEGV, -signal.SIGBUS):
        return QueryTooComplex()
    return QueryUnavailable("The process that answered the query ended.", log=str(returncode))


def _memory_error(limits: QueryLimits) -> QueryMemory:
    return QueryMemory(f"The query needs more than {limits.memory >> 20} MiB of memory.")
