"""What commands print: plain lines for people, JSON for programs, errors with a remedy."""

import asyncio
import functools
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer

from federation.errors import FederationError
from node.errors import NodeError, RefusedDocument

P = ParamSpec("P")

NodeOption = Annotated[
    Path,
    typer.Option(
        "--node", envvar="SKAGERRAK_NODE", help="Folder of the node.", show_default="current"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def say(text: str = "") -> None:
    """Print a line for people."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print *value* as one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def fail(text: str, remedy: str = "") -> NoReturn:
    """Print an error and what to do about it; end with exit code 1."""
    typer.echo(f"Error: {text}", err=True)
    if remedy:
        typer.echo(remedy, err=True)
    raise typer.Exit(1)


def command(function: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async command; errors of the node become words and exit code 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(function(*args, **kwargs))
        except RefusedDocument as error:
            for finding in error.findings:
                typer.echo(f"{finding.field}: {finding.message('en')}", err=True)
            fail(error.safe)
        except NodeError as error:
            fail(error.safe, error.remedy)
        except FederationError as error:
            fail(error.safe)
        except OSError as error:
            fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
        except KeyboardInterrupt:
            sys.exit(130)

    return run
