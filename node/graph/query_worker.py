"""The process that answers queries, and the frames it speaks over its socket.

It is started by path, imports the standard library and pyoxigraph only, and may be killed at
any moment. Its standard input is a socket both ways. A request is two lengths, the options as
JSON, and the query; the answer is a row of frames: any number of DATA, then one DONE with what
is left of the answer, or one FAILED at any point. Memory and processor time are limited by the
kernel, and it cannot open a network connection.
"""

import contextlib
import ctypes
import json
import math
import os
import platform
import re
import resource
import struct
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any

import pyoxigraph as ox

DATA, DONE, FAILED = b"D", b"F", b"E"
#: The lengths of the options and of the query.
REQUEST = struct.Struct(">II")
FRAME = struct.Struct(">cI")
#: What DONE starts with: processor seconds, and the memory held in KiB.
SPENT = struct.Struct(">dI")

_SOCKET = 0
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024

_CHUNK = 64 * 1024
_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_CSV_STRING = re.compile(rb'"[^"]*"')
_POSITION = re.compile(r"error at (\d+):(\d+): ", re.DOTALL)


class LimitPassed(Exception):
    """The answer has more rows or bytes than it may have."""


class RowCounter:
    """Counts the rows in a serialised SELECT result, exactly, chunk by chunk."""

    def __init__(self, result_format: str) -> None:
        """*result_format* is json, xml, csv or tsv."""
        self._count = getattr(self, f"_{result_format}")
        self._rest = b""
        self.rows = -1 if result_format in ("csv", "tsv") else 0

    def feed(self, chunk: bytes) -> int:
        """Return the number of rows that have begun (JSON, XML) or ended (CSV, TSV) so far."""
        self.rows += self._count(self._rest + chunk)
        return self.rows

    def _json(self, text: bytes) -> int:
        # Without its strings, every object that is an item of an array is a row.
        structure, quote, unfinished = _JSON_STRING.sub(b"", text).partition(b'"')
        self._rest = structure[-1:] + quote + unfinished
        return structure.count(b",{") + structure.count(b"[{")

    def _xml(self, text: bytes) -> int:
        self._rest = text[-7:]
        return text.count(b"<result>") + text.count(b"<result/>"[:8])

    def _csv(self, text: bytes) -> int:
        structure, quote, unfinished = _CSV_STRING.sub(b"", text).partition(b'"')
        self._rest = quote + unfinished
        return structure.count(b"\n")

    def _tsv(self, text: bytes) -> int:
        return text.count(b"\n")


class FrameWriter:
    """The file that pyoxigraph serialises into: counts, limits and sends."""

    def __init__(self, options: dict[str, Any], counter: RowCounter | None):
        """Send within the limits of *options*."""
        self._counter = counter
        self._max_rows, self._max_bytes = options["max_rows"], options["max_bytes"]
        self._buffer = bytearray()
        self._sent = 0

    def write(self, data: bytes) -> int:
        """Take *data*, and send what has gathered once it is a chunk."""
        self._buffer += data
        if len(self._buffer) >= _CHUNK:
            self._check(self._buffer)
            _send(DATA, self._buffer)
            self._buffer.clear()
        return len(data)

    def flush(self) -> None:
        """Do nothing: chunks go when they are full."""

    def finish(self, spent: bytes) -> None:
        """Send the end: *spent* and what is left."""
        # A row is a byte at least, so a short answer is within its limits uncounted.
        if self._sent or len(self._buffer) > min(self._max_rows, self._max_bytes):
            self._check(self._buffer)
        _send(DONE, spent + self._buffer)

    def _check(self, chunk: bytearray) -> None:
        self._sent += len(chunk)
        if self._sent > self._max_bytes:
            raise LimitPassed(f"The answer is larger than {self._max_bytes} bytes.")
        if self._counter and self._counter.feed(bytes(chunk)) > self._max_rows:
            raise LimitPassed(_too_many(self._max_rows))


def _send(kind: bytes, payload: bytes | bytearray) -> None:
    """Send *payload* as one frame."""
    rest = memoryview(FRAME.pack(kind, len(payload)) + payload)
    while rest:
        rest = rest[os.write(_SOCKET, rest) :]


def request_frame(options: bytes, query: str) -> bytes:
    """Return a request as the worker reads it; *options* is a JSON object."""
    text = query.encode()
    return REQUEST.pack(len(options), len(text)) + options + text


def _too_many(limit: int) -> str:
    return f"The answer has more than {limit} rows."


def _limited(triples: Iterator[ox.Triple], limit: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples, 1):
        if number > limit:
            raise LimitPassed(_too_many(limit))
        yield triple


class Worker:
    """Answers one request after another from the snapshot that each names."""

    def __init__(self) -> None:
        """Have nothing open yet."""
        self._store: ox.Store | None = None
        self._path = ""
        self._raw = b""
        self._options: dict[str, Any] = {}
        self._dataset: dict[str, Any] = {}
        self._cpu_limit = 0
        self._statm = os.open("/proc/self/statm", os.O_RDONLY)

    def answer(self, options: bytes, query: str) -> None:
        """Answer *query*: its result or its failure goes out as frames."""
        before = process_time()
        try:
            self._read_options(options)
            self._arm_cpu_limit(before)
            self._evaluate(query, before)
        except LimitPassed as error:
            self._fail("large", str(error))
        except (SyntaxError, ValueError) as error:  # The latter for what is no IRI.
            self._fail_syntax(str(error))
        except MemoryError:
            self._fail("memory", "")
        except (OSError, RuntimeError) as error:
            self._fail("failed", str(error))

    def _read_options(self, raw: bytes) -> None:
        """Take the options, which are nearly always those of the request before."""
        if raw != self._raw:
            self._raw = b""
            self._options = json.loads(raw)
            self._dataset = _dataset(self._options)
            self._raw = raw

    def _evaluate(self, query: str, before: float) -> None:
        results = self._open(self._options["snapshot"]).query(query, **self._dataset)
        name = self._options["format"]
        counter = RowCounter(name) if isinstance(results, ox.QuerySolutions) else None
        writer = FrameWriter(self._options, counter)
        if isinstance(results, ox.QueryTriples):
            triples = _limited(results, self._options["max_rows"])
            ox.serialize(triples, writer, format=_FORMATS[name])  # type: ignore[arg-type] # What goes in decides.
        else:
            results.serialize(writer, format=_FORMATS[name])  # type: ignore[arg-type] # The same.
        writer.finish(SPENT.pack(process_time() - before, self._resident_kib()))

    def _resident_kib(self) -> int:
        """Return the memory held now; ru_maxrss would be that of the process which started us."""
        pages = os.pread(self._statm, 64, 0).split()[1]
        return int(pages) * _PAGE_KIB

    def _open(self, path: str) -> ox.Store:
        if self._store is None or path != self._path:
            self._store = None
            self._store = ox.Store.read_only(path)
            self._path = path
        return self._store

    def _arm_cpu_limit(self, spent: float) -> None:
        """Let the kernel end this process after the time of a query, in whole seconds."""
        limit = math.ceil(spent + self._options["seconds"]) + 1
        if limit != self._cpu_limit:
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
            self._cpu_limit = limit

    def _fail_syntax(self, text: str) -> None:
        where = _POSITION.match(text)
        line, column = (int(where[1]), int(where[2])) if where else (None, None)
        text = _POSITION.sub("", text)
        self._fail("syntax", text, line=line, column=column)

    def _fail(self, kind: str, text: str, **more: int | None) -> None:
        payload = {"kind": kind, "text": text[:2000], **more}
        _send(FAILED, json.dumps(payload).encode())


def _dataset(options: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset that the protocol names (SPARQL 1.1 Protocol §2.1.4), if it does."""
    default, named = options["default_graphs"], options["named_graphs"]
    if not default and not named:
        return {}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in default],
        "named_graphs": [ox.NamedNode(iri) for iri in named],
    }


def _forbid_network() -> None:
    """Make the kernel refuse new sockets (and programs), whatever the engine is asked.

    The guard refuses SERVICE before; this holds where the guard and the engine read a query
    differently. A seccomp filter, so Linux on x86-64 and ARM64 only; elsewhere nothing is done.
    """
    calls = {
        "x86_64": (0xC000003E, (41, 42, 59, 322, 425)),
        "aarch64": (0xC00000B7, (198, 203, 221, 281, 425)),
    }.get(platform.machine())
    if sys.platform != "linux" or calls is None:
        return
    architecture, numbers = calls
    allow, refuse = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO | EPERM
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    count = len(numbers)
    # Another architecture and the x32 numbers, which would go around it, are refused whole.
    steps = [(load, 0, 0, 4), (equal, 0, count + 3, architecture), (load, 0, 0, 0)]
    steps.append((at_least, count + 1, 0, 0x40000000))
    steps += [(equal, count - index, 0, number) for index, number in enumerate(numbers)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, refuse)]
    _install_filter(b"".join(struct.pack("HBBI", *step) for step in steps), len(steps))


def _install_filter(program: bytes, length: int) -> None:
    instructions = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HP", length, ctypes.addressof(instructions))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    prctl(no_new_privileges, 1, 0, 0, 0)
    holder = ctypes.create_string_buffer(described, len(described))
    if prctl(set_seccomp, filter_mode, ctypes.addressof(holder), 0, 0):
        # A container may forbid filters; the guard stands alone there.
        sys.stderr.write(f"no network filter: {os.strerror(ctypes.get_errno())}\n")


def _receive(data: bytes, length: int) -> bytes:
    """Return *data* and what comes, *length* bytes at least. Raises EOFError at the end."""
    while len(data) < length:
        more = os.read(_SOCKET, _CHUNK)
        if not more:
            raise EOFError
        data += more
    return data


def main() -> None:
    """Serve requests until the other end of the socket is closed."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _forbid_network()
    worker = Worker()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            # The next request comes after the answer, so nothing follows this one.
            data = _receive(b"", REQUEST.size)
            start, size = REQUEST.size, REQUEST.unpack_from(data)
            data = _receive(data, start + sum(size))
            options, text = data[start : start + size[0]], data[start + size[0] :]
            worker.answer(options, text.decode())


if __name__ == "__main__":
    main()
