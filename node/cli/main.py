"""The command ``skagerrak`` and its groups."""

import typer

from node.cli import demo, init, members, peers, publish, query, rebuild, serve, settings

app = typer.Typer(
    name="skagerrak",
    help="The node that a business cluster runs: linked data, federated.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command("init")(init.init)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.add_typer(members.app, name="members")
app.command("publish")(publish.publish_file)
app.command("withdraw")(publish.withdraw_iri)
app.command("follow")(peers.follow)
app.add_typer(peers.app, name="peers")
app.command("query")(query.query)
app.command("rebuild")(rebuild.rebuild)
app.command("settings")(settings.settings)


def main() -> None:
    """Run the command."""
    app()
