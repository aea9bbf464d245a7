"""``skagerrak tokens``: what programs show to act for the cluster or a member."""

from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.desk.issue_token import SCOPES, issue_token, revoke_token
from node.node_folder import NodeFolder
from node.storage import access_tokens
from node.storage.access_tokens import AccessToken
from vocab.clock import timestamp

app = typer.Typer(help="Access tokens for programs.", add_completion=False, no_args_is_help=True)
SCOPE_HELP = "What it allows: " + "; ".join(f"{name}: {said}" for name, said in SCOPES.items())


@app.command("create")
@command
async def create(
    name: Annotated[str, typer.Option(help="What the desk calls it, such as the program's name.")],
    scope: Annotated[list[str], typer.Option(help=f"{SCOPE_HELP}. May be given several times.")],
    actor: Annotated[
        str | None,
        typer.Option(help="Address of the member that it is for; the cluster by default."),
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it ends.")] = 90,
    by: ByOption = "",
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        secret, token = await issue_token(
            connection,
            folder.identity,
            name=name,
            scopes=scope,
            actor=actor,
            days=days,
            created_by=person(by),
        )
    if as_json:
        say_json({"token": secret, **_entry(token)})
        return
    say(secret)
    say(f"Token {token.id} for {token.actor}: {token.scopes}, until {token.expires_at[:10]}.")
    say("Keep it as you would a password: it is not shown again.")


@app.command("list")
@command
async def list_tokens(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """List the tokens there are and were, the newest first."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        rows = await access_tokens.list_tokens(connection)
    if as_json:
        say_json([_entry(row) for row in rows])
        return
    if not rows:
        say("There are no tokens. “skagerrak tokens create” makes one.")
    for row in rows:
        entry = _entry(row)
        used = f"last used {row.last_used_at}" if row.last_used_at else "never used"
        say(f"{row.id}: {row.name}, {entry['state']} until {row.expires_at[:10]}, {row.scopes}")
        say(f"    for {row.actor}; by {row.created_by} on {row.created_at[:10]}; {used}")


@app.command("revoke")
@command
async def revoke(
    token: Annotated[str, typer.Argument(help="Id of the token, as “tokens list” shows it.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """End a token at once."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        changed = await revoke_token(connection, token)
    if as_json:
        say_json({"id": token, "revoked": changed})
    else:
        say(f"Token {token} is revoked." if changed else f"Token {token} was revoked before.")


def _entry(token: AccessToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "state": token.state(timestamp()),
        "scopes": token.scopes.split(),
        "actor": token.actor,
        "client": token.client,
        "created_by": token.created_by,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }
