"""``skagerrak peers approve``, ``block`` and the like: what the desk decides about servers."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.cli.peer_names import DomainArgument, HostArgument, ReasonOption, host_pattern, moment
from node.control_socket import wake
from node.desk.decide_about_servers import (
    decide_server,
    forget_server,
    pause_server,
    resume_server,
    scope_server,
    unblock_server,
)
from node.desk.exchanged_lists import list_names, read_lists
from node.desk.tell_of_block import block_and_tell
from node.errors import NodeError
from node.node_folder import NodeFolder
from node.publishing.decide_mode import decide_mode, keep_settings_mode
from node.storage import peers
from node.storage.peer_policy import MODES, Direction, current_mode, known_modes

#: What is said after a block.
AGAIN = "To let it in again: skagerrak peers approve {host}"


@command
async def approve(
    host: DomainArgument, node: NodeOption = Path(), reason: ReasonOption = "", by: ByOption = ""
) -> None:
    """Let a server in: what it publishes is taken in, and it gets what is for the network.

    Also one that is not known yet: then it is welcome when it comes. Subdomains are not meant,
    unless “*.” stands before the name.
    """
    await _decide(node, host, "approved", reason, by)


@command
async def limit(
    host: DomainArgument, node: NodeOption = Path(), reason: ReasonOption = "", by: ByOption = ""
) -> None:
    """Hold a server off: it gets what is public, nothing of its is taken in or shown."""
    await _decide(node, host, "limited", reason, by)


@command
async def block(
    host: DomainArgument,
    node: NodeOption = Path(),
    tell: Annotated[
        bool, typer.Option("--tell", help="Tell its clusters so; without, they are told nothing.")
    ] = False,
    reason: ReasonOption = "",
    by: ByOption = "",
) -> None:
    """Block a server and its subdomains: nothing is taken from it, sent to it or fetched from it.

    What stands here of it is hidden until it is let in again.
    """
    if tell:
        await _block_and_tell(node, host, reason, by)
    else:
        await _decide(node, host, "blocked", reason, by)


async def _block_and_tell(node: Path, written: str, reason: str, by: str) -> None:
    folder, host = NodeFolder.read(node), host_pattern(written)
    told = await block_and_tell(folder, host, who=person(by), reason=reason)
    await wake(folder.path)
    for one in told:
        say(f"Told {one.actor}." if one.error is None else f"Not told {one.actor}: {one.error}")
    if not told:
        say("No cluster there is known, so nobody is told.")
    say(f"{host} is blocked. {AGAIN.format(host=host)}")


@command
async def unblock(
    host: DomainArgument, node: NodeOption = Path(), reason: ReasonOption = "", by: ByOption = ""
) -> None:
    """Take a block or a limit back; the server then waits for a decision, as a new one does."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        await unblock_server(connection, folder.identity, host, who=person(by), reason=reason)
    await wake(folder.path)
    say(f"{host} is pending: it waits for a decision.")


async def _decide(node: Path, written: str, state: str, reason: str, by: str) -> None:
    folder, host = NodeFolder.read(node), host_pattern(written)
    async with folder.open_database() as database, database.transaction() as connection:
        changed = await decide_server(
            connection, folder.identity, host, state, who=person(by), reason=reason
        )
    await wake(folder.path)
    again = f" {AGAIN.format(host=host)}" if state == "blocked" else ""
    was = "is" if changed or state == "blocked" else "was"
    before = "" if changed or state == "blocked" else " before"
    say(f"{host} {was} {state}{before}.{again}")


@command
async def forget(host: DomainArgument, node: NodeOption = Path(), by: ByOption = "") -> None:
    """Forget what was decided about a server, and the server where nothing ties it to this node."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        await forget_server(connection, folder.identity, host, who=person(by))
    await wake(folder.path)
    say(f"Nothing is decided about {host} any more.")


@command
async def scope(
    host: DomainArgument,
    node: NodeOption = Path(),
    direction: Annotated[
        Direction | None,
        typer.Option("--direction", help="both, only send to it, or only receive from it."),
    ] = None,
    classes: Annotated[
        str | None, typer.Option("--classes", help="Lists by commas, such as offers,needs; or all.")
    ] = None,
    by: ByOption = "",
) -> None:
    """Tell, narrow or widen what is exchanged with a server: which way, and which lists."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    wanted = None if classes is None else _read_classes(classes)
    async with folder.open_database() as database, database.transaction() as connection:
        known = await peers.get(connection, host)
        if known is None or known.state == "pending":
            fail(f"Nothing is decided about {host}.", f"First: skagerrak peers approve {host}")
        wanted = known.classes if classes is None else wanted
        towards = direction or known.direction
        if (towards, wanted) != (known.direction, known.classes):
            await scope_server(
                connection, folder.identity, host, direction=towards, classes=wanted, who=person(by)
            )
    await wake(folder.path)
    say(f"{host}: {towards}; {list_names(wanted)}.")


def _read_classes(text: str) -> str | None:
    try:
        return read_lists(text.split(","))
    except NodeError as error:
        raise typer.BadParameter(error.safe) from error


@command
async def pause(
    host: HostArgument,
    node: NodeOption = Path(),
    until: Annotated[
        str, typer.Option("--until", help="When it ends by itself, such as 2026-12-24.")
    ] = "",
    reason: ReasonOption = "",
    by: ByOption = "",
) -> None:
    """Let nothing go out to a server for a while; what is for it waits and does not grow old."""
    folder, host, end = NodeFolder.read(node), host_pattern(host), moment(until)
    async with folder.open_database() as database, database.transaction() as connection:
        await pause_server(connection, host, until=end, who=person(by), reason=reason)
    await wake(folder.path)
    say(f"Nothing goes out to {host} until {until or f'“skagerrak peers resume {host}”'}.")


@command
async def resume(host: HostArgument, node: NodeOption = Path(), by: ByOption = "") -> None:
    """Let go out what waited while a server was paused."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        count = await resume_server(connection, host, who=person(by))
    await wake(folder.path)
    say(f"{count} messages go out to {host}." if count else f"{host} is not paused any more.")


@command
async def mode(
    wanted: Annotated[
        Literal["open", "approve", "allowlist", "settings"] | None,
        typer.Argument(help="The mode from now on; “settings”: the one of the settings again."),
    ] = None,
    node: NodeOption = Path(),
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell which servers this node deals with, or choose it; the desk's choice goes first."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        await keep_settings_mode(connection, folder.identity, folder.settings.federation.mode)
        if wanted is not None:
            chosen = None if wanted == "settings" else wanted
            await decide_mode(connection, folder.identity, chosen, who=person(by))
        holds, origins = await current_mode(connection), await known_modes(connection)
    await wake(folder.path)
    origin = "desk" if "desk" in origins else "settings"
    if as_json:
        say_json({"mode": holds, "chosen_by": origin, "modes": list(MODES)})
    else:
        say(f"{holds} (chosen by the {origin})")
