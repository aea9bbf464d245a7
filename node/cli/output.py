"""What commands print: plain lines for people, JSON for programs, errors with a remedy."""

import asyncio
import functools
import json
import locale
import os
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, ParamSpec

import typer

from federation.errors import FederationError
from node.errors import NodeError, RefusedDocument
from vocab.errors import VocabularyError

P = ParamSpec("P")

Language = Literal["nb", "nn", "da", "en"]
LANGUAGES: tuple[Language, ...] = ("nb", "nn", "da", "en")

NodeOption = Annotated[
    Path,
    typer.Option(
        "--node", envvar="SKAGERRAK_NODE", help="Folder of the node.", show_default="current"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def user_language() -> Language:
    """Return the language that the terminal's user has set, English by default."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((name for name in names if name), "en")
    tag = locale.normalize(name).split("_")[0].split(".")[0].lower()
    tag = "nb" if tag == "no" else tag
    return next((language for language in LANGUAGES if language == tag), "en")


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


REFUSED = {
    "nb": "Feil: {what} er ikke publisert. Rett det som står over, og prøv igjen.",
    "nn": "Feil: {what} er ikkje publisert. Rett det som står over, og prøv igjen.",
    "da": "Fejl: {what} er ikke udgivet. Ret det, der står ovenfor, og prøv igen.",
    "en": "Error: {what} is not published. Correct what stands above, and try again.",
}


DOCUMENT = {"nb": "dokumentet", "nn": "dokumentet", "da": "dokumentet", "en": "the document"}


def fail_refused(findings: Iterable[Any], what: str = "") -> NoReturn:
    """Print why *what* is not published, in the user's language; end with exit code 1."""
    what = what or DOCUMENT[user_language()]
    for line in finding_lines(findings):
        typer.echo(line, err=True)
    typer.echo(REFUSED[user_language()].format(what=what), err=True)
    raise typer.Exit(1)


def finding_lines(findings: Iterable[Any]) -> Iterator[str]:
    """Yield a line for each finding, in the user's language."""
    language = user_language()
    for finding in findings:
        place = f"{finding.field}: " if finding.field else ""
        yield f"{place}{finding.message(language)}"


@contextmanager
def told_errors() -> Iterator[None]:
    """Turn errors of the node into words and exit code 1."""
    try:
        yield
    except RefusedDocument as error:
        fail_refused(error.findings)
    except NodeError as error:
        fail(error.safe, error.remedy)
    except FederationError as error:
        fail(error.safe)
    except VocabularyError as error:
        fail(str(error))
    except BrokenPipeError:
        raise  # nobody reads any more, as with “| head”: Typer ends quietly
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        fail(f"{error.strerror or error}{where}.")


def hand_on_node(context: typer.Context, node: Path, names: Iterable[str]) -> None:
    """Let “GROUP --node DIR COMMAND” mean what “GROUP COMMAND --node DIR” does, for *names*."""
    context.default_map = {name: {"node": node} for name in names}


def command(function: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async command; errors of the node become words and exit code 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with told_errors():
                asyncio.run(function(*args, **kwargs))
        except KeyboardInterrupt:
            sys.exit(130)

    return run
