"""``skagerrak peers import`` and ``export``: lists of domains, as Mastodon has them."""

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.control_socket import wake
from node.desk.domain_lists import MOST_BYTES, DomainList, read_list
from node.desk.exchange_domain_lists import (
    PlannedLine,
    export_list,
    import_list,
    plan_import,
)
from node.node_folder import NodeFolder

AllowOption = Annotated[bool, typer.Option("--allow", help="The list says whom to let in.")]
WORDS = {"blocked": "block", "limited": "limit", "approved": "approve"}


@command
async def import_domains(
    file: Annotated[Path, typer.Argument(help="CSV file with a column #domain.")],
    node: NodeOption = Path(),
    allow: AllowOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; print what would change.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also where the desk decided otherwise or follows."),
    ] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Block and limit what a list of domains names, or with --allow approve it."""
    folder = NodeFolder.read(node)
    found = read_list(_read(file), allow=allow)
    async with folder.open_database() as database, database.transaction() as connection:
        plan = await plan_import(connection, folder.identity, found.domains, force=force)
        if not dry_run:
            await import_list(connection, folder.identity, plan, who=person(by))
    if not dry_run:
        await wake(folder.path)
    if as_json:
        say_json(_report(found, plan, dry_run=dry_run))
    else:
        _print(found, plan, dry_run=dry_run)
    if found.problems:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _print(found: DomainList, plan: list[PlannedLine], *, dry_run: bool) -> None:
    for line in plan:
        domain = line.domain
        if line.step == "changed":
            word = WORDS[domain.state or ""]
            say(f"line {domain.line}: {'would ' if dry_run else ''}{word} {domain.host}")
        elif line.step == "kept":
            say(f"line {domain.line}: {domain.host} stays as it is: {line.why}")
    for problem in found.problems:
        typer.echo(f"line {problem.line}: {problem.text}; it is left out", err=True)
    counts = Counter(line.step for line in plan)
    say(
        f"{counts['changed']} {'would change' if dry_run else 'changed'}, "
        f"{counts['unchanged']} unchanged, {counts['kept']} kept, "
        f"{counts['nothing']} without effect, {len(found.problems)} not readable."
    )


def _report(found: DomainList, plan: list[PlannedLine], *, dry_run: bool) -> dict[str, object]:
    lines = [
        {
            "line": line.domain.line,
            "host": line.domain.host,
            "state": line.domain.state,
            "step": line.step,
            "why": line.why,
        }
        for line in plan
    ]
    problems = [{"line": problem.line, "problem": problem.text} for problem in found.problems]
    return {"dry_run": dry_run, "lines": lines, "problems": problems}


@command
async def export_domains(
    file: Annotated[Path, typer.Argument(help="CSV file to write; it must not be there yet.")],
    node: NodeOption = Path(),
    allow: AllowOption = False,
) -> None:
    """Write whom this node blocks and limits, or with --allow whom it lets in, as a list."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        text, count = await export_list(connection, allow=allow)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"There is a file {file} already.", "Name another one.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    say(f"{count} {'domain is' if count == 1 else 'domains are'} written to {file}.")
