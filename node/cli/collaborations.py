"""``skagerrak collaborations``: take part in those of others, and let others in."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.cli.publish import published_json, tell
from node.cli.revisions import decline_one, entry, say_rows
from node.control_socket import wake
from node.desk.decide_contribution import accept_joining
from node.desk.finish_collaboration import finish_collaboration
from node.desk.join_collaboration import ask_to_join, leave_collaboration
from node.node_folder import NodeFolder
from node.storage import contributions

app = typer.Typer(
    help="Take part in collaborations of others, and let others in.",
    add_completion=False,
    no_args_is_help=True,
)

Iri = Annotated[str, typer.Argument(metavar="IRI", help="Address of the collaboration.")]
Number = Annotated[str, typer.Argument(metavar="ID", help="As “collaborations requests” shows it.")]
Member = Annotated[
    str,
    typer.Option(help="Company of yours, by address or number, that has agreed to be named."),
]


@app.command("join")
@command
async def join(
    iri: Iri,
    node: NodeOption = Path(),
    member: Member = "",
    message: Annotated[str, typer.Option(help="What you say to the desk about it.")] = "",
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Ask the home of a collaboration to let this cluster take part, with a company of it."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        row = await ask_to_join(
            connection,
            folder.identity,
            iri,
            member=member or None,
            message=message,
            who=person(by),
        )
    await wake(folder.path)
    if as_json:
        say_json(entry(row))
    else:
        say(f"Asked as {row.id}. “skagerrak collaborations requests” shows the answer.")


@app.command("leave")
@command
async def leave(
    iri: Iri, node: NodeOption = Path(), member: Member = "", by: ByOption = ""
) -> None:
    """Take no part any more: one company, or this cluster and all of its companies."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        await leave_collaboration(
            connection, folder.identity, iri, member=member or None, who=person(by)
        )
    await wake(folder.path)
    say(f"The home of {iri} is told.")


@app.command("requests")
@command
async def requests(
    node: NodeOption = Path(),
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what is not decided.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List who asks to take part here, and where this node has asked."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        rows = await contributions.listed(connection, "join", state="open" if waiting else None)
    if as_json:
        say_json([entry(row) for row in rows])
        return
    say_rows(rows, "Nobody has asked to take part, and this node has not asked.")


@app.command("accept")
@command
async def accept(
    identifier: Number, node: NodeOption = Path(), by: ByOption = "", as_json: JsonOption = False
) -> None:
    """Let who asks take part; the collaboration names them from now on."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        published = await accept_joining(connection, folder.identity, identifier, who=person(by))
    await wake(folder.path)
    tell(published, as_json)


@app.command("decline")
@command
async def decline(
    identifier: Number,
    reason: Annotated[str, typer.Option(help="Why, for who asks to read.")],
    node: NodeOption = Path(),
    by: ByOption = "",
) -> None:
    """Decline a request; who asked gets the reason."""
    await decline_one(node, identifier, "join", reason, by)


@app.command("finish")
@command
async def finish(
    iri: Iri,
    node: NodeOption = Path(),
    case: Annotated[str, typer.Option(metavar="IRI", help="The case made of it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """End a collaboration of this node, and link it with the case that was made of it."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        results = await finish_collaboration(connection, folder.identity, iri, case=case or None)
    await wake(folder.path)
    if as_json:
        say_json([published_json(result) for result in results])
        return
    for result in results:
        tell(result, as_json=False)
