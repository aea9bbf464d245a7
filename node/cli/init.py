"""``skagerrak init``: set a node up in a folder."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from node.cli.output import JsonOption, Language, command, say, say_json
from node.errors import SettingsError
from node.node_folder import NodeFolder
from node.publishing.names import slug
from node.publishing.node_actors import ensure_actors
from node.settings import FILE_NAME

Ask = typer.Option


@command
async def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the node.")],
    base_url: Annotated[
        str, Ask(help="Address as the world sees it.", prompt="Address of the node (https://…)")
    ],
    name: Annotated[str, Ask(help="Name of the cluster.", prompt="Name of the cluster")],
    handle: Annotated[
        str, Ask(help="Name before the @ in the fediverse; default: from the name.")
    ] = "",
    language: Annotated[Language, Ask(help="Language of the pages.")] = "nb",
    country: Annotated[
        Literal["NO", "DK"] | None,
        Ask(help="Country of the members' organisation numbers; default: from the language."),
    ] = None,
    port: Annotated[int, Ask(min=0, max=65535, help="Port to listen on.")] = 8080,
    as_json: JsonOption = False,
) -> None:
    """Set a node up: settings, database, keys. Asks only for what the options do not say."""
    check_empty(folder)
    text = settings_text(
        base_url=base_url,
        name=name,
        handle=handle or slug(name).replace("-", "") or "cluster",
        language=language,
        country=country or ("DK" if language == "da" else "NO"),
        port=port,
    )
    with new_folder(folder):
        (folder / FILE_NAME).write_text(text, encoding="utf-8")
        (folder / FILE_NAME).chmod(0o600)
        node = NodeFolder.read(folder)
        await set_up(node)
    if as_json:
        say_json({"node": str(node.path), "actor": node.identity.cluster})
        return
    say(f"The node of {name} is set up in {folder}.")
    address = f"@{node.identity.handle}@{node.identity.host}"
    say(f"Its address in the fediverse is {address}; its settings are in {folder / FILE_NAME}.")
    say(f"Next: skagerrak serve --node {folder}")


def check_empty(folder: Path) -> None:
    """Raise SettingsError where a node, or anything else that is not hidden, is in *folder*."""
    if (folder / FILE_NAME).exists():
        raise SettingsError(
            f"There is a node in {folder} already.", remedy=f"Its settings are in {FILE_NAME}."
        )
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise SettingsError(
            f"The folder {folder} is not empty.", remedy="Name a new one: a node has its own."
        )


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make *folder*, for its user alone; where the block fails, nothing made stays."""
    made = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = set(folder.iterdir())
    try:
        yield
    except BaseException:
        for path in set(folder.iterdir()) - before:
            path.unlink()
        if made:
            folder.rmdir()
        raise


async def set_up(node: NodeFolder) -> None:
    """Make the database, the node's actors and their keys; what is there stays."""
    async with node.open_database(create=True) as database, database.transaction() as connection:
        await ensure_actors(connection, node.identity, node.settings)


def settings_text(
    *, base_url: str, name: str, handle: str, language: str, country: str, port: int
) -> str:
    """Return the first settings file of a node."""
    return (
        "# Settings of this node. “skagerrak settings” lists all there are, with their help.\n\n"
        f"[node]\nbase_url = {_quoted(base_url)}\nlanguage = {_quoted(language)}\n\n"
        f"[cluster]\nname = {_quoted(name)}\nhandle = {_quoted(handle)}\n"
        f"country = {_quoted(country)}\n\n"
        f"[http]\nport = {port}\n"
    )


def _quoted(text: str) -> str:
    """A JSON string is a TOML basic string too."""
    return json.dumps(text, ensure_ascii=False)
