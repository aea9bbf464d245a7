"""``skagerrak publish`` and ``withdraw``."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.output import JsonOption, NodeOption, command, say, say_json
from node.control_socket import wake
from node.errors import NodeError
from node.node_folder import NodeFolder
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.publishing.withdraw_resource import withdraw
from vocab.classes import ResourceClass, classify

#: Classes that an author publishes; the cluster comes from the settings.
AUTHORED = [
    klass for klass in ResourceClass if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
]


@command
async def publish_file(
    file: Annotated[Path, typer.Argument(help="JSON-LD or TOML document of one thing.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Publish a document, or a new version of one that has its id in it."""
    folder = NodeFolder.read(node)
    draft = read_draft(file)
    async with folder.open_database() as database, database.transaction() as connection:
        results = await publish(connection, folder.identity, [draft])
    await wake(folder.path)
    tell(results[0], as_json)


@command
async def withdraw_iri(
    iri: Annotated[str, typer.Argument(help="Address of what is to be withdrawn.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Withdraw something: its address answers 410 from then on, and peers are told."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        result = await withdraw(connection, folder.identity, iri)
    await wake(folder.path)
    tell(result, as_json)


def read_draft(file: Path) -> Draft:
    """Return the draft in *file*; raises NodeError that says what is wrong and where."""
    document = read_document(file)
    klass = _class_of(document, file)
    iri = document.get("id")
    return Draft(document=document, klass=klass, iri=iri if isinstance(iri, str) else None)


def read_document(file: Path) -> dict[str, Any]:
    """Return the tree in a JSON or TOML *file*, times as xsd:dateTime texts."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except FileNotFoundError as error:
        raise NodeError(f"There is no file {file}.") from error
    except (UnicodeDecodeError, ValueError) as error:
        kind = "TOML" if file.suffix == ".toml" else "JSON"
        raise NodeError(f"{file} is not readable as {kind}: {error}.") from error
    if not isinstance(document, dict):
        raise NodeError(f"{file} holds no document: at its top must be an object.")
    plain: dict[str, Any] = json.loads(json.dumps(document, default=_time_text))
    return plain


def _time_text(value: Any) -> str:
    """TOML has times of its own; on the wire they are texts."""
    return str(value.isoformat()).replace("+00:00", "Z")


def _class_of(document: Mapping[str, Any], file: Path) -> ResourceClass:
    named = document.get("class")
    choices = ", ".join(AUTHORED)
    if named is not None:
        if named in AUTHORED:
            return ResourceClass(named)
        raise NodeError(f"{file}: there is no class “{named}”.", remedy=f"Choose from: {choices}.")
    klass = classify(document)
    if klass is None or klass not in AUTHORED:
        raise NodeError(
            f"{file} does not say what it is.",
            remedy=f'Add “class”, for example class = "offer". Choose from: {choices}.',
        )
    return klass


def tell(result: Published, as_json: bool) -> None:
    """Print what became of a document."""
    if as_json:
        say_json(
            {
                "id": result.iri,
                "class": result.klass,
                "change": result.change,
                "version": result.version,
                "activity": result.activity,
                "deliveries": result.deliveries,
                "warnings": [
                    {"code": finding.code, "field": finding.field, "message": finding.message("en")}
                    for finding in result.warnings
                ],
            }
        )
        return
    say(f"{result.change}: {result.iri} (version {result.version})")
    if result.deliveries:
        say(f"on its way to {result.deliveries} inboxes")
    for finding in result.warnings:
        say(f"note: {finding.message('en')}")
