"""``skagerrak move``: this cluster changes its address."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from federation.actors import RemoteActor
from node.cli.output import JsonOption, NodeOption, command, fail, hand_on_node, say, say_json
from node.control_socket import wake
from node.desk.move_address import come_from_address, forget_former_address, move_to_address
from node.identity import Identity
from node.node_folder import NodeFolder
from node.publishing.move_cluster import addresses_of, cancel_move
from node.storage import journal

app = typer.Typer(help="Move this cluster to another address.", add_completion=False)

Address = Annotated[str, typer.Argument(help="@name@host, or the address of an actor.")]


@app.callback(invoke_without_command=True)
def move_default(
    context: typer.Context, node: NodeOption = Path(), as_json: JsonOption = False
) -> None:
    """Tell whether this cluster has moved, and which former addresses it names."""
    if context.invoked_subcommand is None:
        tell_addresses(node, as_json)
    else:
        hand_on_node(context, node, COMMANDS)


@command
async def tell_addresses(node: Path, as_json: bool) -> None:
    """Tell what the cluster's document says, and when the Move was sent."""
    folder = NodeFolder.read(node)
    identity = folder.identity
    async with folder.open_database() as database, database.reading() as connection:
        said = await addresses_of(connection, identity)
        move = await journal.standing_about(connection, identity.cluster, identity.cluster, "Move")
    moved_at = move.published_at if move and said.moved_to else None
    if as_json:
        say_json(
            {
                "actor": identity.cluster,
                "moved_to": said.moved_to,
                "moved_at": moved_at,
                "also_known_as": list(said.also_known_as),
            }
        )
        return
    if said.moved_to:
        say(f"{identity.cluster} has moved to {said.moved_to} ({moved_at}).")
    else:
        say(f"{identity.cluster} has not moved.")
    for iri in said.also_known_as:
        say(f"It says that it was {iri}.")


@command
async def move_to(
    address: Address,
    node: NodeOption = Path(),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Move to the cluster at another node, which must name this one (“move from” there)."""
    folder = NodeFolder.read(node)
    asks = sys.stdin.isatty() and not (yes or as_json)
    agrees = partial(_ask, folder.identity) if asks else _agree
    new, sent = await move_to_address(folder, address, agrees=agrees)
    if as_json:
        told = sent.told if sent else 0
        activity = sent.activity if sent else None
        say_json({"moved_to": new.iri, "activity": activity, "told": told})
    elif sent is None:
        say(f"This cluster has moved to {new.iri} already; nobody is told again.")
    else:
        say(f"This cluster has moved to {new.iri}. On its way to {sent.told} inboxes.")
        say("Keep this node running until they have read it: skagerrak peers")


def _ask(identity: Identity, new: RemoteActor) -> None:
    say(f"{identity.cluster} moves to {new.name or new.iri} ({new.iri}).")
    say("Its followers are told at once. Who follows the new address then does so for good.")
    typer.confirm("Move?", abort=True)


def _agree(new: RemoteActor) -> None:
    """Nobody is there to be asked."""


@command
async def move_from(
    address: Address,
    node: NodeOption = Path(),
    remove: Annotated[bool, typer.Option("--remove", help="Say so no longer.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say on the new node that this cluster was the one at the old address."""
    folder = NodeFolder.read(node)
    if remove:
        iri, changed = await forget_former_address(folder, address), True
    else:
        old, changed = await come_from_address(folder, address)
        iri = old.iri
    if as_json:
        say_json({"actor": iri, "changed": changed})
    elif remove:
        say(f"This cluster no longer says that it was {iri}.")
    elif changed:
        say(f"This cluster says that it was {iri}.")
        say(f"Now, on the old node: skagerrak move to {folder.identity.cluster}")
    else:
        say(f"This cluster says already that it was {iri}.")


@command
async def cancel(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Take the move back: this cluster stays where it is. Who followed along stays there."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        target = await cancel_move(connection, folder.identity)
    await wake(folder.path)
    if as_json:
        say_json({"cancelled": target})
    elif target is None:
        fail("This cluster has not moved.", "“skagerrak move” tells how it stands.")
    else:
        say(f"This cluster has not moved to {target}. Its followers are told.")


COMMANDS: dict[str, Callable[..., None]] = {"to": move_to, "from": move_from, "cancel": cancel}
for _name, _function in COMMANDS.items():
    app.command(_name)(_function)
