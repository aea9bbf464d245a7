"""``skagerrak inbox``: an actor for a while, that prints what it receives."""

import asyncio
import json
import signal
import socket
from contextlib import closing
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from aiohttp import web

from node.cli.asking_client import PeersOption, peer_policy
from node.cli.output import JsonOption, command, fail, say, say_json
from node.endpoints.passing_actor import PassingActor, Received


@command
async def inbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of loopback; 0: any.")] = 0,
    base_url: Annotated[
        str | None,
        typer.Option(help="How others reach it, where a proxy or tunnel stands before it."),
    ] = None,
    peer: PeersOption = [],  # noqa: B006  # Typer reads the default, nobody changes it
    headers: Annotated[
        bool, typer.Option("--headers", help="Print the headers of each request too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run an actor with keys of its own that prints what it receives, with the verdict on it.

    It accepts Follows, and ends with Ctrl-C. Nothing is written to disk. To talk to nodes on
    this machine, name them with --peer.
    """
    policy = peer_policy(peer)
    with closing(_listener(port)) as listener:
        base = _base_url(base_url, listener.getsockname()[1])
        show = _json if as_json else (_with_headers if headers else _plainly)
        actor = PassingActor(base_url=base, policy=policy, show=show)
        runner = web.AppRunner(actor.application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            if as_json:
                say_json({"actor": actor.iri, "address": actor.address})
            else:
                say(f"{actor.address} listens: {actor.iri}")
                say("Follow it, or send it something. Ctrl-C ends it.")
            await _told_to_stop()
        finally:
            await runner.cleanup()


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        fail(f"Port {port} cannot be used: {error.strerror}.", "Choose another, or 0 for any.")
    return listener


def _base_url(given: str | None, port: int) -> str:
    if given is None:
        return f"http://localhost:{port}"
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise typer.BadParameter("--base-url is an address such as https://inbox.example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


async def _told_to_stop() -> None:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _json(received: Received) -> None:
    say_json(
        {
            "at": received.at,
            "authenticated_by": received.authenticated_by,
            "key": received.key_id,
            "problem": received.problem,
            "headers": [list(header) for header in received.headers],
            "body": received.body,
        }
    )


def _with_headers(received: Received) -> None:
    _plainly(received)
    for name, value in received.headers:
        say(f"    {name}: {value}")


def _plainly(received: Received) -> None:
    say("")
    say(f"{received.at}  {_verdict(received)}")
    if received.body is not None:
        say(_pretty(received.body))


def _verdict(received: Received) -> str:
    if received.problem:
        return f"REFUSED  {received.problem}" if received.headers else received.problem
    return f"VERIFIED  {received.authenticated_by} by {received.key_id}"


def _pretty(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)
