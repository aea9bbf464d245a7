"""Who acts for the desk on the command line."""

import getpass
from typing import Annotated

import typer

ByOption = Annotated[
    str,
    typer.Option(
        "--by", metavar="NAME", help="Who does this.", show_default="name of the system's user"
    ),
]


def person(by: str) -> str:
    """Return the name that is written down: *by*, or that of the system's user."""
    try:
        return by.strip() or getpass.getuser()
    except (KeyError, OSError):  # a system without a name for its user
        return "desk"
