"""``skagerrak revisions`` and ``fork``: works that several clusters develop together."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.desk_person import ByOption, person
from node.cli.output import JsonOption, NodeOption, command, fail, say, say_json
from node.cli.publish import read_document, tell
from node.cli.side_by_side import printable, review_lines
from node.control_socket import wake
from node.desk.decide_contribution import accept_revision, decline_contribution
from node.desk.fork_work import fork_work
from node.desk.propose_revision import propose_revision, start_revision, withdraw_revision
from node.desk.review_revision import Review
from node.desk.review_revision import review_revision as load_review
from node.node_folder import NodeFolder
from node.storage import contributions
from node.storage.contributions import ContributionRow, Kind
from vocab.three_way_merge import Side

app = typer.Typer(
    help="Cases, collaborations and guides that several clusters develop together.",
    add_completion=False,
    no_args_is_help=True,
)

Work = Annotated[str, typer.Argument(metavar="IRI", help="Address of the work.")]
Number = Annotated[str, typer.Argument(metavar="ID", help="As “revisions list” shows it.")]


@app.command("start")
@command
async def start(
    iri: Work,
    file: Annotated[Path, typer.Argument(help="JSON file to write.")],
    node: NodeOption = Path(),
) -> None:
    """Write another cluster's work into a file, to change it and propose it."""
    if file.exists():
        fail(f"{file} is there already.", "Name a new file; nothing is written over.")
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        document = await start_revision(connection, iri)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"Change {file}, then: skagerrak revisions propose {iri} {file} --message TEXT")


@app.command("propose")
@command
async def propose(
    iri: Work,
    file: Annotated[
        Path, typer.Argument(help="JSON or TOML: the work as “start” wrote it, or only changes.")
    ],
    node: NodeOption = Path(),
    message: Annotated[str, typer.Option(help="What you say to the desk about it.")] = "",
    member: Annotated[
        str, typer.Option(help="Company of yours that worked on it and agreed to be named.")
    ] = "",
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Propose a revision to the cluster whose work it is; only its desk sees it."""
    folder, written = NodeFolder.read(node), read_document(file)
    async with folder.open_database() as database, database.transaction() as connection:
        row = await propose_revision(
            connection,
            folder.identity,
            iri,
            written,
            message=message,
            member=member or None,
            who=person(by),
        )
    await wake(folder.path)
    if as_json:
        say_json(entry(row))
    else:
        say(f"Proposed as {row.id} to {row.partner}. “skagerrak revisions list” shows the answer.")


@app.command("list")
@command
async def list_revisions(
    node: NodeOption = Path(),
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what is not decided.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what others propose for works of this node, and what it has proposed."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        rows = await contributions.listed(connection, "revision", state="open" if waiting else None)
    if as_json:
        say_json([entry(row) for row in rows])
        return
    say_rows(rows, "No revision has been proposed, here or by this node.")


@app.command("show")
@command
async def show(identifier: Number, node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Show a proposal beside what stands, field by field."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.reading() as connection:
        review = await load_review(connection, identifier)
    if as_json:
        say_json(_review_json(review))
        return
    for line in review_lines(review):
        say(line)


@app.command("accept")
@command
async def accept(
    identifier: Number,
    node: NodeOption = Path(),
    take: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=SIDE", help="Which counts: FIELD=proposed or FIELD=current."),
    ] = None,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish what is proposed as a new version; the proposer and all followers are told."""
    folder, decided = NodeFolder.read(node), dict(_side(text) for text in take or ())
    async with folder.open_database() as database, database.transaction() as connection:
        published = await accept_revision(
            connection, folder.identity, identifier, who=person(by), decided=decided
        )
    await wake(folder.path)
    tell(published, as_json)


@app.command("decline")
@command
async def decline(
    identifier: Number,
    reason: Annotated[str, typer.Option(help="Why, for the proposer to read.")],
    node: NodeOption = Path(),
    by: ByOption = "",
) -> None:
    """Decline a proposal; the proposer gets the reason, and nothing is changed."""
    await decline_one(node, identifier, "revision", reason, by)


async def decline_one(node: Path, identifier: str, kind: Kind, reason: str, by: str) -> None:
    """Decline one contribution of that *kind*, and say so."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        row = await decline_contribution(
            connection, folder.identity, identifier, kind, reason=reason, who=person(by)
        )
    await wake(folder.path)
    say(f"Declined. {row.partner} is told why.")


@app.command("withdraw")
@command
async def withdraw(identifier: Number, node: NodeOption = Path(), by: ByOption = "") -> None:
    """Take back a proposal of this node that is not decided yet."""
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        row = await withdraw_revision(connection, folder.identity, identifier, who=person(by))
    await wake(folder.path)
    say(f"Taken back. {row.partner} is told.")


@command
async def fork(iri: Work, node: NodeOption = Path(), as_json: JsonOption = False) -> None:
    """Make a draft of one's own from a work of another cluster.

    It keeps saying where it comes from.
    """
    folder = NodeFolder.read(node)
    async with folder.open_database() as database, database.transaction() as connection:
        drafted = await fork_work(connection, folder.identity, iri)
    await wake(folder.path)
    tell(drafted, as_json)
    if not as_json:
        say("To work on it: skagerrak publish --drafts DIR, and then skagerrak publish FILE")


def _side(text: str) -> tuple[str, Side]:
    name, _, side = text.partition("=")
    if side not in ("proposed", "current") or not name:
        raise typer.BadParameter(f"“{text}” is not like problem.nb=proposed or problem.nb=current.")
    return name, "proposed" if side == "proposed" else "current"


def say_rows(rows: list[ContributionRow], nothing: str) -> None:
    """Print contributions for people."""
    if not rows:
        say(nothing)
    for row in rows:
        to_or_from = "to" if row.sent else "from"
        company = f", for {row.member}" if row.member else ""
        say(f"{row.id}: {row.state}, {to_or_from} {row.partner}, {row.created_at}{company}")
        say(f"    {row.about}")
        for label, text in (("message", row.message), ("reason", row.reason or "")):
            if text:
                say(f"    {label}: {printable(' '.join(text.split()))}")
        if row.decided_at:
            say(f"    {row.state} {row.decided_at} by {row.decided_by or row.partner}")


def entry(row: ContributionRow) -> dict[str, Any]:
    """Return a contribution for programs."""
    return {
        "id": row.id,
        "sent": row.sent,
        "state": row.state,
        "partner": row.partner,
        "about": row.about,
        "member": row.member,
        "draft": row.draft,
        "message": row.message,
        "reason": row.reason,
        "created_at": row.created_at,
        "who": row.who,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
    }


def _review_json(review: Review) -> dict[str, Any]:
    return entry(review.contribution) | {
        "fields": [
            {
                "field": field.field,
                "outcome": field.outcome,
                "before": field.before,
                "now": field.now,
                "proposed": field.proposed,
            }
            for field in review.fields
        ]
    }
