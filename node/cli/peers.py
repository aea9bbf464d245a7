"""``skagerrak follow`` and ``peers``: who this node talks to."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from federation.errors import FederationError, FetchFailed
from node.cli import domain_lists, peer_decisions
from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, fail, hand_on_node, say, say_json
from node.cli.peer_names import HostArgument, host_pattern
from node.cli.suggestions import suggestions
from node.control_socket import wake
from node.desk.decide_about_servers import retry_server
from node.desk.follow_address import follow_address, unfollow_address
from node.desk.peer_sheets import PeerCard, PeerSheet, decisions_about, list_sheets, read_card
from node.node_folder import NodeFolder
from node.storage import peers
from node.storage.peer_decisions import Decision

app = typer.Typer(help="The servers that this node knows.", add_completion=False)

CHECK = "Nothing was changed. Check the address {address}."
LATER = " If it is right, the server may be down: try again later."
NO_CARD = "Nobody there is known yet."
#: Servers that are named to somebody who asked for another one.
MOST_NAMED = 10


@command
async def follow(
    address: Annotated[str, typer.Argument(help="@name@host, or the address of an actor.")],
    node: NodeOption = Path(),
    undo: Annotated[
        bool, typer.Option("--undo", help="Stop following it; what is here stays.")
    ] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Follow another cluster: what it publishes is shown here, once it accepts."""
    if undo:
        await _unfollow(NodeFolder.read(node), address, by, as_json)
        return
    folder = NodeFolder.read(node)
    try:
        actor, asked = await follow_address(folder, address, who=person(by))
    except FederationError as error:
        later = LATER if isinstance(error, FetchFailed) else ""
        fail(error.safe, CHECK.format(address=address) + later)
    if as_json:
        say_json({"actor": actor.iri, "asked": asked})
    elif asked:
        say(f"Asked to follow {actor.name or actor.iri}. “skagerrak peers” shows when it accepts.")
    else:
        say(f"{actor.name or actor.iri} is followed already.")


async def _unfollow(folder: NodeFolder, address: str, by: str, as_json: bool) -> None:
    done = await unfollow_address(folder, address, who=person(by))
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
    else:
        hand_on_node(context, node, COMMANDS)


@command
async def list_peers(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """List the servers that this node knows, as “skagerrak peers” does."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        sheets = await list_sheets(connection, folder.identity)
    if as_json:
        say_json([_entry(sheet) for sheet in sheets])
        return
    if not sheets:
        say("No other server is known yet. “skagerrak follow @name@host” makes a start.")
    for sheet in sheets:
        for line in _lines(sheet):
            say(line)


def _lines(sheet: PeerSheet) -> Iterator[str]:
    row, overview = sheet.overview.peer, sheet.overview
    yield (
        f"{row.host}: {sheet.state}, followed: {sheet.followed}, "
        f"{overview.waiting} messages wait, {overview.dead} given up, "
        f"{row.delivered} delivered, {row.received} received"
    )
    if row.reason:
        yield f"    {row.reason}" + (f" ({row.decided_by})" if row.decided_by else "")
    yield f"    {sheet.effect}"
    if row.direction != "both" or sheet.classes is not None:
        yield f"    exchanged: {row.direction}; {', '.join(sheet.classes or ('all lists',))}"
    if row.held_at:
        yield f"    paused since {row.held_at}" + (
            f" until {row.held_until}" if row.held_until else ""
        )
    if sheet.followers_waiting:
        yield f"    {sheet.followers_waiting} there ask to follow"
    yield f"    {_how_it_goes(sheet)}"


def _how_it_goes(sheet: PeerSheet) -> str:
    """Return the last success, and the last trouble only while it is later than that."""
    row = sheet.overview.peer
    success, trouble = row.last_success_at, row.last_error_at
    words = f"last success {success}" if success else "never reached yet"
    if trouble and (not success or trouble > success):
        words += f"; trouble since ({trouble}): {row.last_error}"
    if sheet.breaker == "open":
        words += f"; left in peace until {row.rests_until}"
    elif sheet.overview.next_attempt_at and sheet.overview.waiting:
        words += f"; next attempt {sheet.overview.next_attempt_at}"
    return words


def _entry(sheet: PeerSheet) -> dict[str, Any]:
    row, overview = sheet.overview.peer, sheet.overview
    return {
        "host": row.host,
        "state": sheet.state,
        "decided": row.state,
        "reason": row.reason,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "direction": row.direction,
        "classes": sheet.classes,
        "effect": sheet.effect,
        "followed": sheet.followed,
        "followers": sheet.followers,
        "followers_waiting": sheet.followers_waiting,
        "actor": row.actor,
        "node": row.is_node,
        "software": row.software,
        "users": row.users,
        "asked": row.asked,
        "asked_by": row.asked_by,
        "first_seen_at": row.first_seen_at,
        "waiting": overview.waiting,
        "given_up": overview.dead,
        "oldest_waiting_at": overview.oldest,
        "next_attempt_at": overview.next_attempt_at,
        "resources": overview.resources,
        "delivered": row.delivered,
        "received": row.received,
        "last_success_at": row.last_success_at,
        "last_error": row.last_error,
        "last_error_at": row.last_error_at,
        "failures": row.failures,
        "breaker": sheet.breaker,
        "rests_until": row.rests_until,
        "paused_until": row.paused_until,
        "held_at": row.held_at,
        "held_until": row.held_until,
        "signature_format": row.signature_format,
        "signature_learnt_at": row.signature_learnt_at,
    }


@command
async def show(host: HostArgument, node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Tell all about one server: what it is, who asks, its keys, what was decided and when."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.reading() as connection:
        await _must_be_known(connection, host)
        (sheet,) = await list_sheets(connection, folder.identity, hosts=[host])
        card, history = await read_card(connection, host), await decisions_about(connection, host)
    if as_json:
        known = {"card": asdict(card) if card else None, "history": [asdict(it) for it in history]}
        say_json(_entry(sheet) | known)
        return
    for line in (*_lines(sheet), *_card_lines(sheet, card), *_history_lines(history)):
        say(line)


def _card_lines(sheet: PeerSheet, card: PeerCard | None) -> Iterator[str]:
    row = sheet.overview.peer
    users = f", {row.users} users" if row.users is not None else ""
    yield f"Software: {row.software or 'it does not say'}{users}"
    yield f"First seen: {row.first_seen_at}" + (f", with {row.asked}" if row.asked else "")
    if card is None:
        yield NO_CARD
        return
    yield f"Who asks: {card.name or 'without a name'}, {card.actor}"
    if card.summary:
        yield f"    {card.summary}"
    if card.url:
        yield f"    {card.url}"
    for algorithm, shown in card.fingerprints:
        yield f"Key ({algorithm}), SHA-256: {shown}"


def _history_lines(history: list[Decision]) -> Iterator[str]:
    for made in history:
        words = " ".join(part for part in (made.decision, made.detail) if part)
        why = f": {made.reason}" if made.reason else ""
        yield f"{made.decided_at} {words} ({made.who or 'the node'}){why}"


@command
async def retry(host: HostArgument, node: NodeOption = Path()) -> None:
    """Try again at once what waits for a server, or was given up."""
    folder, host = NodeFolder.read(node), host_pattern(host)
    async with folder.open_database() as database, database.transaction() as connection:
        await _must_be_known(connection, host)
        count = await retry_server(connection, host)
    await wake(folder.path)
    say(f"{count} messages to {host} are tried again.")


async def _must_be_known(connection: AsyncConnection, host: str) -> None:
    if await peers.get(connection, host) is None:
        known = sorted(await peers.states(connection))
        named = ", ".join(known[:MOST_NAMED]) or "none yet"
        more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
        fail(f"The server {host} is not known here.", f"Known servers: {named}{more}.")


#: What can be done about one server, or all.
COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_peers,
    "approve": peer_decisions.approve,
    "limit": peer_decisions.limit,
    "block": peer_decisions.block,
    "unblock": peer_decisions.unblock,
    "forget": peer_decisions.forget,
    "scope": peer_decisions.scope,
    "show": show,
    "pause": peer_decisions.pause,
    "resume": peer_decisions.resume,
    "retry": retry,
    "mode": peer_decisions.mode,
    "import": domain_lists.import_domains,
    "export": domain_lists.export_domains,
}
for _name, _function in COMMANDS.items():
    app.command(_name)(_function)
