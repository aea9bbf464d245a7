"""``skagerrak peers approve``, ``block`` and the like: what the desk decides about servers."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.cli.peer_names import (
    ByOption,
    DomainArgument,
    HostArgument,
    ReasonOption,
    host_pattern,
    moment,
    must_be_another,
    who,
)
from node.control_socket import wake
from node.node_folder import NodeFolder
from node.publishing.decide_mode import decide_mode, keep_settings_mode
from node.publishing.decide_peers import Choice, decide_peers, forget_peer, scope_peer
from node.publishing.hold_peer import hold_peer, resume_peer
from node.storage import peers
from node.storage.peer_policy import MODES, Direction, current_mode, known_modes
from vocab.classes import PROFILES, ResourceClass

#: Lists by which people name what is exchanged.
LISTS = {
    profile.collection: klass
    for klass, profile in PROFILES.items()
    if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
}


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
    host: DomainArgument, node: NodeOption = Path(), reason: ReasonOption = "", by: ByOption = ""
) -> None:
    """Block a server and its subdomains: nothing is taken from it, sent to it or fetched from it.

    What stands here of it is hidden until it is let in again.
    """
    await _decide(node, host, "blocked", reason, by)


@command
async def unblock(
    host: DomainArgument, node: NodeOption = Path(), reason: ReasonOption = "", by: ByOption = ""
) -> None:
    """Take a block or a limit back; the server then waits for a decision, as a new one does."""
    await _decide(node, host, "pending", reason, by)


async def _decide(node: Path, written: str, state: str, reason: str, by: str) -> None:
    folder, host = NodeFolder.read(node), host_pattern(written)
    must_be_another(folder, host)
    choice = Choice(host=host, state=state, reason=reason.strip() or None)
    async with folder.open_database() as database, database.transaction() as connection:
        changed = await decide_peers(connection, folder.identity, [choice], who=who(by))
    await wake(folder.path)
    again = f" To let it in again: skagerrak peers approve {host}" if state == "blocked" else ""
    was = "is" if changed or state == "blocked" else "was"
    before = "" if changed or state == "blocked" else " before"
    say(f"{host} {was} {state}{before}.{again}")


@command
async def forget(host: DomainArgument, node: NodeOption = Path(), by: ByOption = "") -> None:
    """Forget what was decided about a server, and the server where nothing ties it to this node."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        if not await forget_peer(connection, folder.identity, host, who=who(by)):
            fail(f"The server {host} is not known here.", "“skagerrak peers” lists who is.")
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
    """Narrow or widen what is exchanged with a server: in which direction, and which lists."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        known = await peers.get(connection, host)
        if known is None or known.state == "pending":
            fail(f"Nothing is decided about {host}.", f"First: skagerrak peers approve {host}")
        wanted = known.classes if classes is None else _read_classes(classes)
        towards = direction or known.direction
        await scope_peer(
            connection, folder.identity, host, direction=towards, classes=wanted, who=who(by)
        )
    await wake(folder.path)
    say(f"{host}: {towards}; {_named(wanted)}.")


def _read_classes(text: str) -> str | None:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if names == ["all"]:
        return None
    unknown = [name for name in names if name not in LISTS]
    if unknown or not names:
        known = ", ".join(sorted(LISTS))
        raise typer.BadParameter(f"“{', '.join(unknown) or text}”: name some of {known}, or all.")
    return ",".join(sorted({LISTS[name].value for name in names}))


def _named(classes: str | None) -> str:
    if classes is None:
        return "all lists"
    return ", ".join(
        sorted(PROFILES[ResourceClass(name)].collection for name in classes.split(","))
    )


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
    folder, host = NodeFolder.read(node), host_pattern(host)
    end = moment(until) if until else None
    async with folder.open_database() as database, database.transaction() as connection:
        if not await hold_peer(
            connection, host, until=end, who=who(by), reason=reason.strip() or None
        ):
            fail(f"The server {host} is not known here.", "“skagerrak peers” lists who is.")
    await wake(folder.path)
    say(f"Nothing goes out to {host} until {until or f'“skagerrak peers resume {host}”'}.")


@command
async def resume(host: HostArgument, node: NodeOption = Path(), by: ByOption = "") -> None:
    """Let go out what waited while a server was paused."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        count = await resume_peer(connection, host, who=who(by))
    if count is None:
        fail(f"{host} is not paused.", f"To try at once what waits: skagerrak peers retry {host}")
    await wake(folder.path)
    say(f"{count} messages go out to {host}.")


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
            await decide_mode(connection, folder.identity, chosen, who=who(by))
        holds, origins = await current_mode(connection), await known_modes(connection)
    await wake(folder.path)
    origin = "desk" if "desk" in origins else "settings"
    if as_json:
        say_json({"mode": holds, "chosen_by": origin, "modes": list(MODES)})
    else:
        say(f"{holds} (chosen by the {origin})")
