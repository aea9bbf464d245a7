"""``skagerrak follow`` and ``peers``: who this node talks to."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import FederationError, FetchFailed
from federation.origins import host_of
from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.cli.suggestions import suggestions
from node.control_socket import wake
from node.desk.follow_address import follow_address, unfollow_address
from node.node_folder import NodeFolder
from node.publishing.approve_peer import approve_peer
from node.storage import deliveries, follows, peers
from node.storage.peers import PeerOverview
from vocab.clock import timestamp

app = typer.Typer(help="The servers that this node knows.", add_completion=False)

CHECK = "Nothing was changed. Check the address {address}."
LATER = " If it is right, the server may be down: try again later."
Host = Annotated[str, typer.Argument(help="Host of the server, as “skagerrak peers” shows it.")]


@command
async def follow(
    address: Annotated[str, typer.Argument(help="@name@host, or the address of an actor.")],
    node: NodeOption = Path(),
    undo: Annotated[
        bool, typer.Option("--undo", help="Stop following it; what is here stays.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Follow another cluster: what it publishes is shown here, once it accepts."""
    if undo:
        await _unfollow(NodeFolder.read(node), address, as_json)
        return
    folder = NodeFolder.read(node)
    try:
        actor, asked = await follow_address(folder, address)
    except FederationError as error:
        later = LATER if isinstance(error, FetchFailed) else ""
        fail(error.safe, CHECK.format(address=address) + later)
    if as_json:
        say_json({"actor": actor.iri, "asked": asked})
    elif asked:
        say(f"Asked to follow {actor.name or actor.iri}. “skagerrak peers” shows when it accepts.")
    else:
        say(f"{actor.name or actor.iri} is followed already.")


async def _unfollow(folder: NodeFolder, address: str, as_json: bool) -> None:
    done = await unfollow_address(folder, address)
    if as_json:
        say_json({"undone": done})
    elif done:
        say(f"{address} is not followed any more.")
    else:
        fail(f"{address} is not followed.", "“skagerrak peers” shows who is.")


app.command("suggestions")(suggestions)


@app.callback(invoke_without_command=True)
def peers_default(
    context: typer.Context, node: NodeOption = Path(), as_json: JsonOption = False
) -> None:
    """List the servers that this node knows, with what the desk decided and how it goes."""
    if context.invoked_subcommand is None:
        list_peers(node, as_json)
    else:  # “peers --node DIR approve HOST” means the same as “peers approve HOST --node DIR”
        context.default_map = {
            name: {"node": node} for name in ("approve", "block", "retry", "suggestions")
        }


@command
async def list_peers(node: Path, as_json: bool) -> None:
    """Print every known server."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        known = await peers.list_peers(connection)
        following = {
            host_of(row.followed): row.state
            for row in await follows.asked_by(connection, folder.identity.cluster)
        }
    entries = [_entry(row, following) for row in known]
    if as_json:
        say_json(entries)
        return
    if not entries:
        say("No other server is known yet. “skagerrak follow @name@host” makes a start.")
    for entry in entries:
        say(
            f"{entry['host']}: {entry['state']}, followed: {entry['followed']}, "
            f"{entry['waiting']} messages wait, {entry['given_up']} given up, "
            f"{entry['delivered']} delivered, {entry['received']} received"
        )
        say(f"    {_how_it_goes(entry)}")


def _how_it_goes(entry: Mapping[str, Any]) -> str:
    """Return the last success, and the last trouble only while it is later than that."""
    success, trouble = entry["last_success_at"], entry["last_error_at"]
    words = f"last success {success}" if success else "never reached yet"
    if trouble and (not success or trouble > success):
        words += f"; trouble since ({trouble}): {entry['last_error']}"
    return words


def _entry(overview: PeerOverview, following: Mapping[str, str]) -> dict[str, Any]:
    row = overview.peer
    return {
        "host": row.host,
        "state": row.state,
        "followed": following.get(row.host, "no"),
        "actor": row.actor,
        "node": row.is_node,
        "waiting": overview.waiting,
        "given_up": overview.dead,
        "delivered": row.delivered,
        "received": row.received,
        "last_success_at": row.last_success_at,
        "last_error": row.last_error,
        "last_error_at": row.last_error_at,
        "paused_until": row.paused_until,
        "signature_format": row.signature_format,
        "signature_learnt_at": row.signature_learnt_at,
    }


@app.command("approve")
@command
async def approve(host: Host, node: NodeOption = Path()) -> None:
    """Let a server in: what it publishes is taken in, and it gets what is for the network.

    Also one that is not known yet: then it is welcome when it comes.
    """
    folder, host = NodeFolder.read(node), _host(host)
    _must_be_another(folder, host)
    async with folder.open_database() as database, database.transaction() as connection:
        await peers.upsert_seen(connection, host, now=timestamp())
        changed = await approve_peer(connection, folder.identity, host)
    await wake(folder.path)
    say(f"{host} is approved." if changed else f"{host} was approved before.")


@app.command("block")
@command
async def block(host: Host, node: NodeOption = Path()) -> None:
    """Block a server: nothing is taken from it, sent to it or fetched from it."""
    folder, host = NodeFolder.read(node), _host(host)
    _must_be_another(folder, host)
    async with folder.open_database() as database, database.transaction() as connection:
        await peers.upsert_seen(connection, host, now=timestamp())
        await peers.set_state(connection, host, "blocked")
    await wake(folder.path)
    say(f"{host} is blocked. To let it in again: skagerrak peers approve {host}")


@app.command("retry")
@command
async def retry(host: Host, node: NodeOption = Path()) -> None:
    """Try again at once what waits for a server, or was given up."""
    folder, host = NodeFolder.read(node), _host(host)
    async with folder.open_database() as database, database.transaction() as connection:
        await _must_be_known(connection, host)
        count = await deliveries.retry_host(connection, host)
    await wake(folder.path)
    say(f"{count} messages to {host} are tried again.")


def _host(text: str) -> str:
    """Return the host that a person means, who may have copied a whole address."""
    name = text.strip().lower().rpartition("@")[2].rstrip("/")
    with suppress(FederationError):
        host = host_of(name if "://" in name else f"https://{name}")
        if not any(character in host for character in " ,/"):
            return host
    raise typer.BadParameter(f"“{text}” is no host such as node.example.org.")


def _must_be_another(folder: NodeFolder, host: str) -> None:
    if host == folder.identity.host:
        fail(f"{host} is this node itself.", "Name the host of another server.")


async def _must_be_known(connection: AsyncConnection, host: str) -> None:
    if await peers.get(connection, host) is None:
        known = (
            ", ".join(known.peer.host for known in await peers.list_peers(connection)) or "none yet"
        )
        fail(f"The server {host} is not known here.", f"Known servers: {known}.")
