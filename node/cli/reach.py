"""``skagerrak reach``: which nodes have something of ours."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.desk.show_reach import show_reach
from node.node_folder import NodeFolder


@command
async def reach(
    iri: Annotated[str, typer.Argument(help="Address of a thing of this node, or an activity.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Tell how many nodes something has reached, and where it still waits, and why."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        found = await show_reach(connection, iri)
    if as_json:
        say_json([asdict(one) for one in found])
    elif not found:
        fail(
            f"Nothing was sent about {iri}.",
            "Give the address as its page shows it, without a suffix; nobody may follow yet.",
        )
    for one in found if not as_json else ():
        say(f"{one.published_at} {one.type}: {one.sentence}.")
