"""The command ``skagerrak``: its commands by name, each loaded when it runs.

Serving needs every part of the node, printing the settings almost none; so a command's module
is imported only when that command was named.
"""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from federation.software import software_version

#: Name, the module under node.cli and the function or group in it, the first line of its help.
COMMANDS = (
    ("init", "init:init", "Set a node up: settings, database, keys."),
    ("serve", "serve:serve", "Run the node until it is told to stop (Ctrl-C or SIGTERM)."),
    ("demo", "demo:demo", "Run three nodes that follow each other, with fictional companies."),
    ("members", "members:app", "Members: spreadsheets in and out."),
    ("publish", "publish:publish_file", "Publish a document, or a new version of it."),
    ("withdraw", "publish:withdraw_iri", "Withdraw something: its address answers 410."),
    ("offers", "offers:app", "Offers and needs that have been published."),
    ("interest", "interest_steps:app", "Interest in offers and needs: contact, not binding."),
    ("follow", "peers:follow", "Follow another cluster, or stop following it."),
    ("peers", "peers:app", "The servers that this node knows."),
    ("move", "move:app", "Move this cluster to another address."),
    ("desk", "desk:app", "The people of the desk: links to sign in, who is, signing out."),
    ("announce", "reactions:announce", "Pass on to the followers what another cluster published."),
    ("feature", "reactions:feature", "Show a thing of this node first on the cluster's profile."),
    ("like", "reactions:like", "Tell another cluster that this one likes what it published."),
    ("report", "reactions:report", "Report a thing of another cluster to its desk."),
    ("messages", "messages:app", "What others write to the desk."),
    ("keys", "keys:app", "The keys that this node's actors sign with."),
    ("authenticity", "authenticity:authenticity", "Tell why this node believes something."),
    (
        "reach",
        "reach:reach",
        "Tell how many nodes something has reached.",
    ),
    (
        "revisions",
        "revisions:app",
        "Cases, collaborations and guides.",
    ),
    ("collaborations", "collaborations:app", "Take part in collaborations, and let others in."),
    ("fork", "revisions:fork", "Make a draft of one's own from a work of another cluster."),
    ("tokens", "tokens:app", "Access tokens for programs."),
    (
        "lookup",
        "lookup:lookup",
        "Fetch an actor or object as the node does.",
    ),
    ("webfinger", "lookup:webfinger", "Ask a server by WebFinger who an address is."),
    (
        "verify-signature",
        "verify_signature:verify_signature",
        "Say for each signature what it covers and which check fails.",
    ),
    ("inbox", "inbox:inbox", "Run an actor with keys of its own that prints what it receives."),
    ("query", "query:query", "Ask the local node, running or not."),
    ("rebuild", "rebuild:rebuild", "Make the graph anew from the database."),
    ("settings", "settings:settings", "Print every setting with its value, origin and help."),
)


class LazyCommand(TyperCommand):
    """A command that is known by its name and a line of help until it runs."""

    def __init__(self, name: str, place: str, help_line: str) -> None:
        """*place* is ``module:function`` under ``node.cli``."""
        super().__init__(name, help=help_line)
        self._place = place

    def load(self) -> Any:
        """Return the whole command, or group of commands."""
        module, _, attribute = self._place.partition(":")
        found = getattr(import_module(f"node.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            return typer.main.get_command(found)
        alone = typer.Typer(add_completion=False)
        alone.command(self.name)(found)
        return typer.main.get_command(alone)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Return the context of the loaded command, which runs in its place."""
        return self.load().make_context(info_name, args, parent, **extra)


class LazyGroup(TyperGroup):
    """The commands of the table above."""

    def __init__(self, **attributes: Any) -> None:
        """Know them all by name."""
        super().__init__(**attributes)
        for name, place, help_line in COMMANDS:
            self.add_command(LazyCommand(name, place, help_line))


app = typer.Typer(
    name="skagerrak",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def print_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        typer.echo(f"skagerrak {software_version()}")
        raise typer.Exit


@app.callback()
def skagerrak(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=print_version)
    ] = False,
) -> None:
    """The node that a business cluster runs: linked data, federated."""


def main() -> None:
    """Run the command."""
    app()
