"""``skagerrak announce``, ``feature``, ``like`` and ``report``: pointing at what there is."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.output import NodeOption, command, fail, say
from node.control_socket import wake
from node.node_folder import NodeFolder
from node.publishing.announce_resource import announce_resource, take_announce_back
from node.publishing.feature_resource import feature_no_more, feature_resource
from node.publishing.tell_author import like_no_more, like_resource, report_resource

Iri = Annotated[str, typer.Argument(help="Address of the thing at its own node.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back.")]


@command
async def announce(iri: Iri, node: NodeOption = Path(), undo: Undo = False) -> None:
    """Pass on to the followers what another cluster published."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        if not undo:
            await announce_resource(connection, folder.identity, iri)
        elif await take_announce_back(connection, folder.identity, iri) is None:
            fail(f"{iri} was not passed on.")
    await wake(folder.path)
    say(f"{iri} is {'not passed on any more' if undo else 'passed on'}.")


@command
async def feature(iri: Iri, node: NodeOption = Path(), undo: Undo = False) -> None:
    """Show a thing of this node first on the cluster's profile."""
    folder = NodeFolder.read(node)
    change = feature_no_more if undo else feature_resource
    async with folder.open_database() as database, database.transaction() as connection:
        changed = await change(connection, folder.identity, iri)
    await wake(folder.path)
    state = "not featured" if undo else "featured"
    say(f"{iri} is {state}." if changed else f"{iri} was {state} before.")


@command
async def like(iri: Iri, node: NodeOption = Path(), undo: Undo = False) -> None:
    """Tell another cluster that this one likes what it published."""
    folder = NodeFolder.read(node)
    change = like_no_more if undo else like_resource
    async with folder.open_database() as database, database.transaction() as connection:
        changed = await change(connection, folder.identity, iri)
    await wake(folder.path)
    state = "not liked" if undo else "liked"
    say(f"{iri} is {state}." if changed else f"{iri} was {state} before.")


@command
async def report(
    iri: Iri,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the other desk to read.")],
    node: NodeOption = Path(),
) -> None:
    """Report a thing of another cluster to its desk."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        await report_resource(connection, folder.identity, iri, reason)
    await wake(folder.path)
    say(f"{iri} is reported.")
