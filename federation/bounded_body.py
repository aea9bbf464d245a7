"""Reading a body without trusting what is said about it.

Bytes are counted after decompression, piece by piece, so a small answer that unpacks to
gigabytes is cut at the limit and never stands in memory.
"""

import zlib
from collections.abc import AsyncIterable

from federation.errors import FetchFailed

#: What this node asks for; anything else that comes is refused.
ACCEPT_ENCODING = "gzip"

_PLAIN = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})
# zlib's way to say: the gzip format, with the largest window.
_GZIP_BITS = 31
# What a file name and the like may add to what does not get smaller.
_GZIP_HEAD = 4096


class _Room:
    def __init__(self, limit: int) -> None:
        self.room = limit

    def take(self, size: int) -> None:
        self.room -= size
        if self.room < 0:
            raise FetchFailed("The answer is longer than this node reads.")


class _Body(_Room):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self.take(len(part))
        self.parts.append(part)


async def read_body(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the decompressed body of at most *limit* bytes.

    Raises FetchFailed where it is longer, cut short, or packed in a way not asked for.
    """
    encoding = encoding.strip().lower()
    body = _Body(limit)
    if encoding in _PLAIN:
        async for chunk in chunks:
            body.add(chunk)
    elif encoding in _GZIP:
        await _unpack(chunks, body)
    else:
        raise FetchFailed("The answer is packed in a way that was not asked for.")
    return b"".join(body.parts)


async def _unpack(chunks: AsyncIterable[bytes], body: _Body) -> None:
    unpacker = zlib.decompressobj(wbits=_GZIP_BITS)
    packed = _Room(body.room + _GZIP_HEAD)
    try:
        async for chunk in chunks:
            packed.take(len(chunk))
            if unpacker.eof:
                raise FetchFailed("The answer goes on after its end.")
            # One byte more than there is room for shows that there is more.
            body.add(unpacker.decompress(chunk, body.room + 1))
    except zlib.error as error:
        raise FetchFailed("The answer cannot be unpacked.", log=str(error)) from error
    if unpacker.unused_data:
        raise FetchFailed("The answer goes on after its end.")
    if not unpacker.eof:
        raise FetchFailed("The answer was cut short.")
