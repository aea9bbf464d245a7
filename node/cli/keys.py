"""``skagerrak keys``: what this node's actors sign with."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.desk.replace_keys import chosen_actors, replace_keys
from node.node_folder import NodeFolder
from node.publishing.actor_keys import NAMES
from node.publishing.rotate_keys import Rotation
from node.storage import actors, keys
from node.storage.keys import KeyRow
from vocab.clock import timestamp

app = typer.Typer(
    help="The keys that this node's actors sign with.", add_completion=False, no_args_is_help=True
)

Kind = Literal["rsa", "ed25519", "all"]
ALGORITHMS = {"rsa": "RSA", "ed25519": "Ed25519"}


@app.command("list")
@command
async def list_keys(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """List every key of this node's actors, and what it is good for."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        found = await actors.local_actors(connection)
        held = [row for actor in found for row in await keys.keys_of(connection, actor.iri)]
    now = timestamp()
    if as_json:
        say_json([_entry(row, now) for row in held])
        return
    for row in held:
        say(f"{row.key_id}: {ALGORITHMS[row.algorithm]}, {_words(row, now)}")


def _entry(row: KeyRow, now: str) -> dict[str, Any]:
    return {
        "id": row.key_id,
        "actor": row.actor,
        "algorithm": row.algorithm,
        "state": _state(row, now),
        "created_at": row.created_at,
        "expires_at": None if row.revoked_at else row.expires_at,
        "revoked_at": row.revoked_at,
        "public": row.public,
    }


def _state(row: KeyRow, now: str) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is None:
        return "current"
    return "former" if row.expires_at > now else "expired"


def _words(row: KeyRow, now: str) -> str:
    return {
        "current": f"signs since {row.created_at}",
        "former": f"replaced, verifies until {row.expires_at}",
        "expired": f"replaced, expired {row.expires_at}",
        "revoked": f"revoked {row.revoked_at}",
    }[_state(row, now)]


@app.command("rotate")
@command
async def rotate(
    node: NodeOption = Path(),
    actor: Annotated[
        str, typer.Option(metavar="IRI", help="One actor of this node, such as a member.")
    ] = "",
    all_members: Annotated[bool, typer.Option("--all-members", help="Every member.")] = False,
    kind: Annotated[Kind, typer.Option(help="Which keys to replace.")] = "all",
    revoke: Annotated[
        bool,
        typer.Option(
            "--revoke", help="The old keys are not safe any more: they verify nothing from now on."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Replace keys: new ones sign at once, and followers are told.

    Without --actor or --all-members: those of the cluster and of the instance, which sign most.
    """
    if actor and all_members:
        raise typer.BadParameter("Give --actor IRI or --all-members, not both.")
    folder = NodeFolder.read(node)
    algorithms = list(NAMES) if kind == "all" else [kind]
    done: list[dict[str, Any]] = []
    async with folder.open_database() as database:
        chosen = await chosen_actors(
            database, folder.identity, actor or None, all_members=all_members
        )
        if not chosen:
            fail("This node has no members yet.", "“skagerrak members import” takes them in.")
        async for rotation in replace_keys(folder, database, chosen, algorithms, revoke=revoke):
            done.append(_rotated(rotation))
            if not as_json:
                _tell(rotation)
    if as_json:
        say_json(done)


def _rotated(rotation: Rotation) -> dict[str, Any]:
    return {
        "actor": rotation.actor,
        "new": list(rotation.new),
        "revoked": list(rotation.revoked),
        "former_until": rotation.former_until,
        "told": rotation.told,
    }


def _tell(rotation: Rotation) -> None:
    say(f"{rotation.actor}: {', '.join(rotation.new)} sign from now on.")
    if rotation.former_until is not None:
        say(f"    The keys before verify what they signed until {rotation.former_until}.")
    elif rotation.revoked:
        say(f"    Revoked, verify nothing any more: {', '.join(rotation.revoked)}.")
    if rotation.told:
        say(f"    On its way to {rotation.told} inboxes.")
