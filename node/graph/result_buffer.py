"""An answer, whole before its first byte is sent.

Time-outs, limits and dying workers then always become an error with a status of its own, and
a client that reads slowly holds a file instead of a worker. Small answers stay in memory,
larger ones go to a file that has no name.
"""

import tempfile
from collections.abc import Iterator
from typing import IO

IN_MEMORY = 1024 * 1024
_READ = 256 * 1024


class ResultBuffer:
    """The bytes of one answer."""

    def __init__(self) -> None:
        """Begin empty, in memory."""
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        if self._file is None and self.size > IN_MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 # Closed by close().
            self._file.writelines(self._parts)
            self._parts.clear()
        if self._file is None:
            self._parts.append(data)
        else:
            self._file.write(data)

    @property
    def body(self) -> bytes | None:
        """All bytes, or None where they are in a file."""
        return None if self._file else b"".join(self._parts)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the first to the last."""
        if self._file is None:
            yield from self._parts
            return
        self._file.seek(0)
        while chunk := self._file.read(_READ):
            yield chunk

    def close(self) -> None:
        """Give memory and disk back."""
        self._parts.clear()
        if self._file is not None:
            self._file.close()
