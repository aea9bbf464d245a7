"""``skagerrak members``: spreadsheets in and out."""

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from node.cli.output import (
    JsonOption,
    Language,
    NodeOption,
    command,
    fail,
    say,
    say_json,
    user_language,
)
from node.control_socket import wake
from node.errors import NodeError
from node.importing import import_members as importing
from node.importing.export import csvw_metadata, export_members
from node.importing.import_plan import ImportPlan, plan_import, summary
from node.importing.mapping import NO_MAPPING, read_mapping
from node.importing.report import left_out_heading, report_lines, row_line
from node.importing.sheets import read_sheet
from node.importing.undo_import import undo_import
from node.node_folder import NodeFolder

app = typer.Typer(
    help="Members: spreadsheets in and out.", no_args_is_help=True, add_completion=False
)

LanguageOption = Annotated[
    Language | None, typer.Option("--language", help="Language of the headings or the report.")
]


@app.command("import")
@command
async def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or ODS file with the members.")],
    node: NodeOption = Path(),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that tells which heading is which.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Name of the sheet; default: the first.")
    ] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import members; what is there already is updated, nothing is deleted."""
    folder = NodeFolder.read(node)
    rules = read_mapping(mapping) if mapping else NO_MAPPING
    try:
        table = read_sheet(
            file, sheet=sheet or rules.sheet, delimiter=rules.delimiter, encoding=rules.encoding
        )
    except NodeError as error:
        fail(f"{file}: {error.safe}", error.remedy)
    said = language or user_language()
    async with folder.open_database() as database:
        async with database.reading() as connection:
            known = await importing.known_members(connection)
            defaults = await importing.import_defaults(connection, folder.settings)
        plan = plan_import(table, rules, known, defaults)
        if not as_json:
            report(plan, said)
        if dry_run or not plan.usable:
            if as_json:
                say_json(_plan_json(plan, said))
            raise typer.Exit(0 if plan.usable else 1)
        async with database.transaction() as connection:
            with progress_bar(sum(row.action != "unchanged" for row in plan.rows)) as tick:
                result = await importing.import_members(
                    connection,
                    folder.identity,
                    folder.settings,
                    plan,
                    file_name=file.name,
                    progress=tick,
                )
    await wake(folder.path)
    if as_json:
        say_json(_result_json(result, said) | _plan_json(plan, said))
    else:
        _tell(result, said)


def _tell(result: importing.ImportResult, language: Language) -> None:
    if result.refused:
        say(left_out_heading([refused.row for refused in result.refused], language))
    for refused in result.refused:
        for finding in refused.refusal.findings:
            say(row_line(refused.row, finding.message(language), language))
    say(
        f"Imported as batch {result.batch}: {result.created} created, {result.updated} updated, "
        f"{result.skipped} skipped, {result.drafts} drafts, {result.concepts} new expertises."
    )
    if result.drafts:
        say("To finish and publish the drafts: skagerrak publish --drafts DIR")
    say(f"To take it back: skagerrak members undo {result.batch}")


def _result_json(result: importing.ImportResult, language: Language) -> dict[str, object]:
    return {
        "batch": result.batch,
        "created": result.created,
        "updated": result.updated,
        "skipped": result.skipped,
        "drafts": result.drafts,
        "concepts": result.concepts,
        "refused": [
            {"row": refused.row, "code": finding.code, "text": finding.message(language)}
            for refused in result.refused
            for finding in refused.refusal.findings
        ],
    }


def report(plan: ImportPlan, language: str) -> None:
    """Print every problem at once, then what will happen."""
    for line in report_lines(plan, language):
        say(line)
    if plan.usable:
        say(summary(plan, language))


def _plan_json(plan: ImportPlan, language: str) -> dict[str, object]:
    return {
        "create": plan.count("create"),
        "update": plan.count("update"),
        "unchanged": plan.count("unchanged"),
        "skip": len(plan.skipped),
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "code": problem.code,
                "severity": problem.severity,
                "text": problem.text(language),
            }
            for problem in plan.problems
        ],
    }


@contextlib.contextmanager
def progress_bar(total: int) -> Iterator[importing.Progress]:
    """Show a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    columns = (TextColumn("Members"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task("members", total=total)
        yield lambda done: bar.advance(task, done)


@app.command("undo")
@command
async def undo(
    batch: Annotated[str, typer.Argument(help="Number of the import, as it printed it.")],
    node: NodeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take an import back; what was edited since stays."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        result = await undo_import(connection, folder.identity, batch)
    await wake(folder.path)
    if as_json:
        say_json(dataclasses.asdict(result))
        return
    say(f"Taken back: {result.withdrawn} withdrawn, {result.restored} as before.")
    if result.gone:
        say(f"Withdrawn already: {len(result.gone)}.")
    for iri in result.kept:
        say(f"kept, since it was edited or is used: {iri}")
    if result.kept:
        say(f"To take these back too, undo what came later, then: skagerrak members undo {batch}")


@app.command("export")
@command
async def export(
    file: Annotated[Path, typer.Argument(help="File to write, .csv or .xlsx.")],
    node: NodeOption = Path(),
    language: LanguageOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there already.")
    ] = False,
) -> None:
    """Write all members as a spreadsheet that the import reads.

    Private columns are in it, so only you may read the file.
    """
    folder = NodeFolder.read(node)
    form = file.suffix.lower().lstrip(".")
    if form not in ("csv", "xlsx"):
        raise typer.BadParameter(f"{file} ends neither in .csv nor in .xlsx.")
    described = file.with_name(f"{file.name}-metadata.json")
    _refuse_existing([file] if form == "xlsx" else [file, described], force)
    async with folder.open_database() as database, database.reading() as connection:
        members = list((await importing.known_members(connection)).values())
    language = language or folder.settings.node.language
    members.sort(key=lambda member: member.name.casefold())
    content = export_members(members, form="csv" if form == "csv" else "xlsx", language=language)
    _write_private(file, content)
    if form == "csv":
        _write_private(described, csvw_metadata(members, file_name=file.name, language=language))
    say(f"{len(members)} members written to {file}.")


def _refuse_existing(files: list[Path], force: bool) -> None:
    found = next((file for file in files if file.exists()), None)
    if found is not None and not force:
        fail(f"{found} is there already.", "Choose another name, or write over it with --force.")


def _write_private(file: Path, content: bytes) -> None:
    """Only its owner may read the file, one that was there before included."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        os.fchmod(handle, 0o600)
        out.write(content)
