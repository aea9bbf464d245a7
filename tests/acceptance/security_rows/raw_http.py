"""Requests written byte by byte, as no client would write them."""

import asyncio
from collections.abc import Sequence

from tests.acceptance.security_rows.scene import Scene

#: A node has answered or hung up within this, in seconds.
PATIENCE = 20.0


async def answer_to(
    scene: Scene, target: str, headers: Sequence[tuple[str, str]], body: bytes
) -> int:
    """POST *body* to *target* with exactly these headers; return the status, 0 for none."""
    head = [
        f"POST {target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers),
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return await status_of(scene, "\r\n".join([*head, "", ""]).encode() + body)


async def status_of(scene: Scene, sent: bytes) -> int:
    """Send these bytes; return the status of the answer, 0 where there is none."""
    reader, writer = await connect(scene)
    try:
        writer.write(sent)
        return await read_status(reader)
    finally:
        writer.close()


async def connect(scene: Scene) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection to the node."""
    host, _, port = scene.node.host.partition(":")
    return await asyncio.open_connection(host, int(port))


async def read_status(reader: asyncio.StreamReader) -> int:
    """Return the status of the answer that comes, 0 where the node hangs up without one."""
    async with asyncio.timeout(PATIENCE):
        try:
            line = await reader.readline()
        except ConnectionResetError:
            return 0
    return int(line.split()[1]) if line else 0
