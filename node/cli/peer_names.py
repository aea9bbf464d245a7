"""What people write for a server on the command line, and who they are."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from federation.errors import FederationError
from federation.host_patterns import read_pattern
from node.cli.output import fail
from node.node_folder import NodeFolder

HostArgument = Annotated[
    str, typer.Argument(help="Host of the server, as “skagerrak peers” shows it.")
]
DomainArgument = Annotated[
    str,
    typer.Argument(help="Host of the server; “*.example.org” for all below a domain."),
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for those who ask later.")]
ByOption = Annotated[
    str, typer.Option("--by", help="Who decides.", show_default="the user of the computer")
]


def who(by: str) -> str:
    """Return who acts: the name given, else the operating system's."""
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def host_pattern(text: str) -> str:
    """Return the host, or domain, that a person means; wrong usage for what is none."""
    try:
        return read_pattern(text)
    except FederationError as error:
        raise typer.BadParameter(f"“{text}” is no host such as node.example.org.") from error


def moment(text: str) -> datetime:
    """Return the moment that *text* names, here if it has no offset; wrong usage for none."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"“{text}” is no time such as 2026-12-24 or 2026-12-24T12:00:00Z."
        ) from error


def must_be_another(folder: NodeFolder, host: str) -> None:
    """End with an error where *host* is this node itself."""
    if host == folder.identity.host:
        fail(f"{host} is this node itself.", "Name the host of another server.")
