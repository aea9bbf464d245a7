"""``skagerrak offers``: offers and needs that have been published."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.output import JsonOption, NodeOption, command
from node.cli.publish import tell
from node.control_socket import wake
from node.node_folder import NodeFolder
from node.publishing.renew_offer import renew_offer

app = typer.Typer(
    help="Offers and needs that have been published.", add_completion=False, no_args_is_help=True
)


@app.callback()
def offers() -> None:
    """Offers and needs that have been published."""


@app.command("renew")
@command
async def renew(
    offer: Annotated[str, typer.Argument(help="Address of the offer or need.")],
    until: Annotated[
        str, typer.Option("--until", help="Its new end: a day such as 2027-06-30, or a time.")
    ],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Give an offer or need a new end; it is back on the lists of all nodes that hold it."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        published = await renew_offer(connection, folder.identity, offer, until)
    await wake(folder.path)
    tell(published, as_json)
