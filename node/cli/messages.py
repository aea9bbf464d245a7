"""``skagerrak messages``: what others write to the desk."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, hand_on_node, say, say_json
from node.desk.handle_message import mark_message
from node.node_folder import NodeFolder
from node.storage import messages
from node.storage.messages import MessageRow

app = typer.Typer(help="What others write to the desk.", add_completion=False)

#: What one call prints at most.
MOST = 200


@app.callback(invoke_without_command=True)
def messages_default(
    context: typer.Context,
    node: NodeOption = Path(),
    everything: Annotated[bool, typer.Option("--all", help="Also those that are handled.")] = False,
    before: Annotated[
        int | None, typer.Option(metavar="SEQ", help="Go on with those older than this number.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the messages that wait for the desk, the newest first."""
    if context.invoked_subcommand is None:
        list_messages(node, everything, before, as_json)
    else:
        hand_on_node(context, node, ["handle"])


@command
async def list_messages(node: Path, everything: bool, before: int | None, as_json: bool) -> None:
    """Print the messages."""
    folder = NodeFolder.read(node)
    state = None if everything else "new"
    async with folder.open_database() as database, database.reading() as connection:
        found = await messages.page(connection, limit=MOST, state=state, before=before)
    if as_json:
        say_json([entry(row) for row in found])
        return
    if not found:
        say("No message waits." if not everything else "There are no messages.")
    for row in found:
        _tell(row)
    if len(found) == MOST:
        say(f"Older ones: skagerrak messages --before {found[-1].seq}")


def _tell(row: MessageRow) -> None:
    about = f" about {row.about}" if row.about else ""
    handled = f", handled by {row.handled_by}" if row.state == "handled" else ""
    written = f"{row.kind} from {_plain(row.actor_name)}"
    say(f"{row.seq}  {row.received_at[:16]}  {written}{about}{handled}")
    for line in (row.title, *row.text.splitlines()):
        if line:
            say(f"    {_plain(line)}")
    if row.url:
        say(f"    {row.url}")


def _plain(text: str) -> str:
    """Strangers' text as a terminal may have it: without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def entry(row: MessageRow) -> dict[str, Any]:
    """Return a message as programs read it."""
    return {
        "seq": row.seq,
        "kind": row.kind,
        "actor": row.actor,
        "actor_name": row.actor_name,
        "host": row.host,
        "about": row.about,
        "title": row.title,
        "text": row.text,
        "url": row.url,
        "notification": json.loads(row.body) if row.body else None,
        "received_at": row.received_at,
        "state": row.state,
        "handled_by": row.handled_by,
        "handled_at": row.handled_at,
    }


@app.command("handle")
@command
async def handle(
    seq: Annotated[int, typer.Argument(help="Number of the message.")],
    node: NodeOption = Path(),
    undo: Annotated[bool, typer.Option("--undo", help="Let it wait again.")] = False,
    by: ByOption = "",
) -> None:
    """Mark a message as handled."""
    folder, state = NodeFolder.read(node), "new" if undo else "handled"
    who = person(by)
    async with folder.open_database() as database, database.transaction() as connection:
        changed = await mark_message(connection, seq, handled=not undo, who=who)
    words = "waits again" if undo else f"is handled by {who}"
    say(f"Message {seq} {words}." if changed else f"Message {seq} was {state} before.")
