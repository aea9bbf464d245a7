"""``skagerrak serve``: run the node."""

import asyncio
import contextlib
import gc
import logging
import signal
import ssl
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from aiohttp import web

from node.app import RunningNode, running_node
from node.cli.output import NodeOption, say, told_errors
from node.control_socket import listening_socket
from node.errors import NodeBusy, SettingsError
from node.node_folder import NodeFolder
from node.pages.assets import fonts_present
from node.serve_lock import serve_lock
from node.setting_groups import HttpSettings

#: Requests under way get this long to end, in seconds.
DRAIN = 10.0
#: Who still sends after its answer, as with a body that is too large, is cut off after this.
LINGER = 2.0

#: A thread gives way to another after this, in seconds. The event loop hands work to the
#: database's thread and back all the time; with Python's own 5 ms each hand-over could take
#: longer than the work.
SWITCH = 0.0005

#: When the collector looks for cycles. A request makes some hundred objects and hardly a cycle;
#: with Python's own 700 the inbox took in a sixth less.
COLLECT = (20_000, 20, 50)


def serve(
    node: NodeOption = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing at start.")] = False,
) -> None:
    """Run the node until it is told to stop (Ctrl-C or SIGTERM)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH)
    with told_errors():
        folder = NodeFolder.read(node)
        with serve_lock(folder.path):
            uvloop.run(_serve(folder, quiet=quiet))


async def _serve(folder: NodeFolder, *, quiet: bool) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_node(folder))
        await _listen(stack, running, folder.settings.http)
        # What stands now stays until the end: the collector need not go through it ever again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)
        if not quiet:
            for line in start_lines(running):
                say(line)
        await stopped.wait()


async def _listen(
    stack: contextlib.AsyncExitStack, running: RunningNode, http: HttpSettings
) -> None:
    public = web.AppRunner(
        running.public,
        access_log=None,
        keepalive_timeout=http.idle_seconds,
        lingering_time=LINGER,
        shutdown_timeout=DRAIN,
        auto_decompress=False,
        max_line_size=http.head_bytes,
        max_field_size=http.head_bytes,
    )
    control = web.AppRunner(running.control, access_log=None, shutdown_timeout=1.0)
    for runner in (public, control):
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
    try:
        site = web.TCPSite(public, http.host, http.port, ssl_context=tls_context(http))
        await site.start()
    except OSError as error:
        raise NodeBusy(
            f"The node cannot listen on {http.host} port {http.port}: {error.strerror}.",
            remedy="Another program may use the port. Choose another with http.port in "
            "skagerrak.toml, or stop that program.",
        ) from error
    await web.SockSite(control, listening_socket(running.folder.path)).start()


def tls_context(http: HttpSettings) -> ssl.SSLContext | None:
    """Return what ends TLS in this process, None where a proxy in front does."""
    if not http.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(http.tls_certificate, http.tls_key or None)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"The certificate {http.tls_certificate} cannot be used: {error}.",
            remedy="Set http.tls_certificate and http.tls_key to PEM files that belong together.",
        ) from error
    return context


def start_lines(running: RunningNode) -> list[str]:
    """Return what the operator should know at start, most important first."""
    settings = running.folder.settings
    lines = [f"{settings.cluster.name} is served at {settings.node.base_url}"]
    peers = settings.federation.development_peers
    if peers:
        lines.append(
            f"Development mode: this node talks to {', '.join(peers)} by http, "
            "and to nobody else. Not for the open internet."
        )
    if running.graph_damage:
        lines.append(
            f"The graph was damaged ({running.graph_damage}); it is being made anew from the "
            "database. Nothing is lost."
        )
    if not fonts_present():
        lines.append("The fonts are not there (npm was absent at build); system fonts serve.")
    return lines
