"""``skagerrak publish`` and ``withdraw``."""

import json
import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from federation.errors import FederationError
from federation.strict_json import parse_document
from node.cli.output import (
    JsonOption,
    NodeOption,
    command,
    fail_refused,
    finding_lines,
    say,
    say_json,
    user_language,
)
from node.control_socket import wake
from node.errors import NodeError, RefusedDocument
from node.node_folder import NodeFolder
from node.publishing.drafts import Draft, Published
from node.publishing.list_drafts import WaitingDraft, waiting_drafts
from node.publishing.publish_documents import publish
from node.publishing.withdraw_resource import withdraw
from vocab.classes import ResourceClass, classify
from vocab.validation import Finding

#: Classes that an author publishes; the cluster comes from the settings.
AUTHORED = [
    klass for klass in ResourceClass if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
]


@command
async def publish_file(
    file: Annotated[
        Path | None, typer.Argument(help="JSON-LD or TOML document of one thing.")
    ] = None,
    node: NodeOption = Path(),
    drafts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write the drafts that wait into DIR instead, one file each."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a document, or a new version of it.

    A document with an id is the new version of what stands there, or the draft that waits there.
    """
    if (file is None) == (drafts is None):
        raise typer.BadParameter("Give the file to publish, or --drafts DIR.")
    folder = NodeFolder.read(node)
    if drafts is not None:
        await _write_drafts(folder, drafts, as_json)
    elif file is not None:
        await _publish(folder, file, as_json)


async def _publish(folder: NodeFolder, file: Path, as_json: bool) -> None:
    draft = read_draft(file)
    try:
        async with folder.open_database() as database, database.transaction() as connection:
            results = await publish(connection, folder.identity, [draft])
    except RefusedDocument as error:
        if as_json:
            say_json({"change": "refused", "findings": _findings_json(error.findings)})
        fail_refused(error.findings, str(file))
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


async def _write_drafts(folder: NodeFolder, target: Path, as_json: bool) -> None:
    async with folder.open_database() as database, database.reading() as connection:
        waiting = await waiting_drafts(connection, folder.identity)
    entries = [_write_draft(draft, target) for draft in waiting]
    if as_json:
        say_json(entries)
        return
    for entry, draft in zip(entries, waiting, strict=True):
        say(f"{entry['file']}: {draft.title}")
        for line in finding_lines(draft.findings):
            say(f"    {line}")
    say(f"{len(waiting)} drafts wait. Finish a file, then: skagerrak publish FILE")


def _write_draft(draft: WaitingDraft, target: Path) -> dict[str, Any]:
    """A file that is there already may have been worked on, so it stays."""
    target.mkdir(parents=True, exist_ok=True)
    file = target / f"{draft.klass}-{draft.iri.rsplit('/', 1)[-1]}.json"
    if not file.exists():
        text = json.dumps(draft.document, ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8")
    return {
        "id": draft.iri,
        "class": draft.klass,
        "title": draft.title,
        "file": str(file),
        "findings": _findings_json(draft.findings),
    }


def read_draft(file: Path) -> Draft:
    """Return the draft in *file*; raises NodeError that says what is wrong and where."""
    document = read_document(file)
    klass = _class_of(document, file)
    iri = document.get("id", document.get("@id"))
    if iri is not None and not isinstance(iri, str):
        raise NodeError(
            f"{file}: “id” is no address.",
            remedy="Take “id” out to publish something new, or write the address of what stands.",
        )
    return Draft(document=document, klass=klass, iri=iri, revises=iri is not None)


def read_document(file: Path) -> dict[str, Any]:
    """Return the tree in a JSON or TOML *file*, times as xsd:dateTime texts."""
    body = _text_of(file)
    try:
        if _is_toml(file, body):
            body = json.dumps(tomllib.loads(body), default=_time_text)
        return parse_document(body.encode())
    except FederationError as error:
        raise NodeError(f"{file} cannot be read: {error.safe}") from error
    except tomllib.TOMLDecodeError as error:
        raise NodeError(
            f"{file} is not readable as TOML: {error}.",
            remedy="Correct the place that it names. Texts stand in quotation marks.",
        ) from error
    except RecursionError as error:
        raise NodeError(f"{file} is nested too deeply.") from error


def _text_of(file: Path) -> str:
    """Return the text of *file*, whatever mark of its encoding it begins with."""
    if file.is_dir():
        raise NodeError(f"{file.resolve()} is a folder.", remedy="Name one file in it.")
    if not file.exists():
        raise NodeError(f"There is no file {file}.", remedy="Check its name and its folder.")
    body = file.read_bytes()
    encoding = "utf-16" if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    unreadable = NodeError(
        f"{file} is not in UTF-8, so letters such as æ, ø and å cannot be read.",
        remedy="Save it anew as UTF-8: most editors ask for it under “Save as”.",
    )
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable from error
    if "\0" in text:  # UTF-16 without its mark
        raise unreadable
    return text


def _is_toml(file: Path, body: str) -> bool:
    """By its name, or where that says nothing, by how it begins."""
    suffix = file.suffix.lower()
    if suffix in (".json", ".jsonld", ".toml"):
        return suffix == ".toml"
    return not body.lstrip().startswith(("{", "["))


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
    if klass is ResourceClass.CLUSTER:
        raise NodeError(
            f"{file}: the cluster is described by the settings of the node.",
            remedy="Change them in skagerrak.toml and start the node anew.",
        )
    if klass is None or klass not in AUTHORED:
        raise NodeError(
            f"{file} does not say what it is.",
            remedy=f'Add “class”, for example class = "offer". Choose from: {choices}.',
        )
    return klass


def _findings_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    language = user_language()
    return [
        {
            "code": finding.code,
            "field": finding.field,
            "severity": finding.severity,
            "message": finding.message(language),
        }
        for finding in findings
    ]


def tell(result: Published, as_json: bool) -> None:
    """Print what became of a document."""
    if as_json:
        say_json(published_json(result))
        return
    say(f"{result.change}: {result.iri} (version {result.version})")
    if result.deliveries:
        say(f"on its way to {result.deliveries} inboxes")
    for line in finding_lines(result.warnings):
        say(f"note: {line}")


def published_json(result: Published) -> dict[str, Any]:
    """Return what became of a document, for programs."""
    return {
        "id": result.iri,
        "class": result.klass,
        "change": result.change,
        "version": result.version,
        "activity": result.activity,
        "deliveries": result.deliveries,
        "warnings": _findings_json(result.warnings),
    }
