import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest

from federation.bounded_body import read_body
from federation.errors import FetchFailed

MIB = 1024 * 1024


async def pieces(body: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("size", [1, 7, 65536])
async def test_bodies_are_read_whole(size: int) -> None:
    """A body within the limit is read, plain or gzipped, in pieces of any size."""
    body = b"abc" * 1000

    assert await read_body(pieces(body, size), "", 3000) == body
    assert await read_body(pieces(gzip.compress(body), size), "gzip", 3000) == body


@pytest.mark.parametrize("packed", [False, True])
async def test_one_byte_too_many_is_refused(packed: bool) -> None:
    """The limit counts bytes after decompression."""
    body = b"a" * 3001
    sent = gzip.compress(body) if packed else body

    with pytest.raises(FetchFailed, match="longer"):
        await read_body(pieces(sent), "gzip" if packed else "identity", 3000)


async def test_bomb_does_not_unfold() -> None:
    """A gzip bomb of 300 MB is refused without standing in memory (D3)."""
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join([packer.compress(bytes(MIB)) for _ in range(300)] + [packer.flush()])
    tracemalloc.start()

    with pytest.raises(FetchFailed, match="longer"):
        await read_body(pieces(bomb), "gzip", MIB)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MIB


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "none"])
async def test_other_encodings_are_refused(encoding: str) -> None:
    """An encoding that was not asked for is refused."""
    with pytest.raises(FetchFailed, match="packed"):
        await read_body(pieces(b"abc"), encoding, MIB)


# With a time in it, two processes would name the same test differently.
CUT_SHORT = gzip.compress(b"abc" * 1000, mtime=0)[:-9]


@pytest.mark.parametrize("body", [b"no gzip", CUT_SHORT, b""])
async def test_broken_gzip_is_refused(body: bytes) -> None:
    """A gzipped body that is broken or cut short is refused."""
    with pytest.raises(FetchFailed):
        await read_body(pieces(body), "gzip", MIB)


@pytest.mark.parametrize("size", [100, 65536])
async def test_what_follows_the_end_of_gzip_is_not_kept(size: int) -> None:
    """Junk behind a short answer is refused at once, however much of it comes (E12)."""
    sent = gzip.compress(b"abc", mtime=0) + bytes(10 * MIB)
    read = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal read
        async for piece in pieces(sent, size):
            read += len(piece)
            yield piece

    with pytest.raises(FetchFailed, match=r"after its end|longer"):
        await read_body(counted(), "gzip", MIB)
    assert read <= 2 * MIB


@pytest.mark.parametrize("size", [7, 65536])
async def test_a_second_gzip_stream_is_refused(size: int) -> None:
    """What comes after the end is said to do so, be it a good stream itself."""
    stream = gzip.compress(b"abc", mtime=0)

    with pytest.raises(FetchFailed, match="after its end"):
        await read_body(pieces(stream + stream, size), "gzip", MIB)


async def test_packed_bytes_are_bounded_too() -> None:
    """Blocks of gzip that hold nothing could go on for ever."""
    packer = zlib.compressobj(wbits=31)
    nothing = packer.flush(zlib.Z_FULL_FLUSH)

    with pytest.raises(FetchFailed, match="longer"):
        await read_body(pieces(nothing + nothing[-5:] * MIB), "gzip", MIB)
