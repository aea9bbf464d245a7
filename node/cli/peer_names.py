"""What people write for a server on the command line."""

from datetime import datetime
from typing import Annotated

import typer

from node.desk.decide_about_servers import read_end, read_host
from node.errors import NodeError

HostArgument = Annotated[
    str, typer.Argument(help="Host of the server, as “skagerrak peers” shows it.")
]
DomainArgument = Annotated[
    str,
    typer.Argument(help="Host of the server; “*.example.org” for all below a domain."),
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for those who ask later.")]


def host_pattern(text: str) -> str:
    """Return the host, or domain, that a person means; wrong usage for what is none."""
    try:
        return read_host(text)
    except NodeError as error:
        raise typer.BadParameter(error.safe) from error


def moment(text: str) -> datetime | None:
    """Return the moment to come that *text* names, None for nothing; wrong usage for others."""
    try:
        return read_end(text)
    except NodeError as error:
        raise typer.BadParameter(error.safe) from error
