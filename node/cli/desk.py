"""``skagerrak desk``: who may sign in at the desk."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.output import JsonOption, Language, NodeOption, command, fail, say, say_json
from node.desk.sign_in import make_link, sign_out_person
from node.node_folder import NodeFolder
from node.storage import desk_people, sessions
from vocab.clock import timestamp

app = typer.Typer(help="The people of the desk.", no_args_is_help=True, add_completion=False)


@app.command("link")
@command
async def link(
    node: NodeOption = Path(),
    name: Annotated[
        str, typer.Option(help="Whose link it is; your name on this machine by default.")
    ] = "",
    language: Annotated[
        Language | None, typer.Option(help="Language of the desk's pages for this person.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print a link that signs one person in at the desk, once.

    It takes the place of the person's last link, if that was not used.
    """
    folder = NodeFolder.read(node)
    settings = folder.settings
    async with folder.open_database() as database, database.transaction() as connection:
        made = await make_link(
            connection,
            settings.desk,
            name or getpass.getuser(),
            language,
            otherwise=settings.node.language,
        )
    address = made.address(folder.identity)
    if as_json:
        expires = timestamp(made.expires)
        say_json({"name": made.person.name, "link": address, "expires_at": expires})
        return
    say(address)
    say(
        f"For {made.person.name} alone. It works once, within {settings.desk.link_minutes} minutes."
    )


@app.command("people")
@command
async def people(node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """List who may sign in at the desk, when they were last there, and from how many browsers."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        known = await desk_people.list_people(connection)
        open_sessions = await sessions.count_by_person(connection)
    entries: list[dict[str, Any]] = [
        {
            "name": person.name,
            "language": person.language,
            "created_at": person.created_at,
            "last_seen_at": person.last_seen_at,
            "sessions": open_sessions.get(person.id, 0),
        }
        for person in known
    ]
    if as_json:
        say_json(entries)
        return
    if not entries:
        say("Nobody yet. “skagerrak desk link --name NAME” makes a start.")
    for entry in entries:
        seen = f"last seen {entry['last_seen_at']}" if entry["last_seen_at"] else "never seen"
        say(f"{entry['name']} ({entry['language']}): {seen}, {entry['sessions']} sessions")


@app.command("sign-out")
@command
async def sign_out(
    name: Annotated[str, typer.Argument(help="Name, as “skagerrak desk people” shows it.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Sign a person out everywhere, at once; a link that was not used is of no use either."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        ended = await sign_out_person(connection, name)
        names = [person.name for person in await desk_people.list_people(connection)]
    if ended is None:
        fail(f"There is no “{name}” at the desk.", f"Known: {', '.join(names) or 'nobody yet'}.")
    if as_json:
        say_json({"name": name, "ended": ended})
    else:
        say(f"{name} is signed out; {ended} sessions ended.")
