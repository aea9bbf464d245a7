"""How debugging commands reach other servers: as the node where there is one, else unsigned."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from federation.fetch_policy import FetchPolicy
from federation.safe_fetch import SafeClient
from node.node_folder import NodeFolder
from node.outbound import open_client
from node.settings import FILE_NAME

#: What a request that no node makes names as its sender.
NOBODY: Final = "https://w3id.org/skagerrak"

PeersOption = Annotated[
    list[str],
    typer.Option(
        "--peer",
        metavar="IP:PORT",
        help="Without a node, for development: talk to this address, by http too, and to no "
        "other but those named so.",
        show_default=False,
    ),
]


def has_node(node: Path) -> bool:
    """Say whether to ask as the node in *node*; one that was named must be there."""
    return node != Path() or (node / FILE_NAME).is_file()


@asynccontextmanager
async def open_asking_client(node: Path, peers: Sequence[str] = ()) -> AsyncIterator[SafeClient]:
    """Yield what fetches as the node in *node* does, signed; unsigned where there is none.

    Raises SettingsError where *node* was named and holds none.
    """
    if has_node(node):
        folder = NodeFolder.read(node)
        async with (
            folder.open_database() as database,
            open_client(database, folder.identity, folder.settings) as client,
        ):
            yield client
        return
    async with SafeClient(peer_policy(peers), base_url=NOBODY) as client:
        yield client


def peer_policy(peers: Sequence[str]) -> FetchPolicy:
    """Return the policy that allows *peers* alone, or the public internet without any."""
    try:
        return FetchPolicy(development_peers=frozenset(peers))
    except ValueError as error:
        raise typer.BadParameter(f"{error}, such as 127.0.0.1:8081.") from error
