"""``/desk/contributions/{id}``: one proposal or request, and the decision about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from node.desk.contribution_errors import (
    ChangedMeanwhile,
    Conflicts,
    ContributionError,
    NoContribution,
)
from node.desk.decide_contribution import (
    accept_joining,
    accept_revision,
    decline_contribution,
    next_version,
)
from node.desk.propose_revision import withdraw_revision
from node.desk.review_revision import Review, review_revision
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.compared_fields import addresses_in, field_view
from node.endpoints.contribution_items import (
    contribution_item,
    named_in,
    surroundings,
    work_address,
)
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.desk_visitor import FORM, VISITOR
from node.endpoints.page_context import page_context, page_language
from node.errors import RefusedDocument, UnknownResource
from node.pages.contribution_views import ContributionView
from node.pages.particulars import particulars
from node.pages.views import Link, Particular
from node.receiving.contributing import contributors_of
from node.storage import contributions, resources
from node.storage.contributions import ContributionRow, Kind
from vocab.three_way_merge import Side

#: Letters of a reason that are read.
LONGEST_REASON: Final = 2_000
#: Fields of the form: what must be chosen, and what may be left as it stands.
TAKE, KEEP = "take.", "keep."
SIDES: Final[Mapping[str, Side]] = {"proposed": "proposed", "current": "current"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a decision could not be made so, and what was chosen, which is not lost."""

    problem: str = ""
    findings: tuple[str, ...] = ()
    decided: Mapping[str, Side] | None = None
    reason: str = ""
    status: int = 409


async def get_contribution(request: web.Request) -> web.Response:
    """Answer with one contribution; raises UnknownResource."""
    return await _page(request, Trouble(status=200))


async def _page(request: web.Request, trouble: Trouble) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        row = await contributions.get(connection, request.match_info["id"])
        if row is None:
            raise UnknownResource
        view = await _view(request, connection, row, trouble)
    done = request.query.get("done", "")
    response = desk_response(request, "desk_contribution.html", "contributions", view, done=done)
    response.set_status(trouble.status)
    return response


async def _view(
    request: web.Request, connection: AsyncConnection, row: ContributionRow, trouble: Trouble
) -> ContributionView:
    review, problem = await _review(connection, row)
    fields = review.fields if review else ()
    named = [row.partner, *contributors_of(row.document)] if review else [row.partner]
    also = [*named_in([row]), *named, *addresses_in(fields)]
    around = await surroundings(request, connection, also)
    decided = trouble.decided or {}
    version = str(review.work.document.get("version") or "") if review else ""
    return ContributionView(
        item=contribution_item(row, around),
        work=Link(text=row.about, href=work_address(row.about)),
        facts=await _facts(request, connection, row),
        fields=tuple(field_view(field, row, around, decided) for field in fields),
        seen=review.work.version if review else 0,
        version=version,
        next_version=_next(review) if version else "",
        named=tuple(dict.fromkeys(around.name(iri) for iri in named)),
        problem=trouble.problem or problem,
        findings=trouble.findings,
        reason=trouble.reason,
    )


async def _review(connection: AsyncConnection, row: ContributionRow) -> tuple[Review | None, str]:
    """Return the comparison, or a key of PROBLEMS that says why there is none."""
    if row.kind == "join":
        return None, ""
    if row.wire is None:
        return None, "text_gone"
    try:
        return await review_revision(connection, row.id), ""
    except ContributionError:
        return None, "gone"


def _next(review: Review | None) -> str:
    return str(next_version(review.work.document, review.work)["version"]) if review else ""


async def _facts(
    request: web.Request, connection: AsyncConnection, row: ContributionRow
) -> tuple[Particular, ...]:
    """Return the facts of the collaboration that somebody wants to join."""
    work = await resources.get(connection, row.about)
    if row.kind != "join" or work is None or work.state != "published":
        return ()
    context = await page_context(request, connection, [work])
    return particulars("collaboration", work.document, context)


async def post_accept(request: web.Request) -> web.Response:
    """Accept a proposal or a request; the page comes again where something is to decide yet."""
    row = await _waiting(request)
    form, who = request[FORM], request[VISITOR].name
    decided = _decided(form)
    identity = request.app[IDENTITY]
    try:
        async with request.app[DATABASE].transaction() as connection:
            if row.kind == "join":
                await accept_joining(connection, identity, row.id, who=who)
            else:
                await accept_revision(
                    connection, identity, row.id, who=who, decided=decided, seen=_seen(form)
                )
    except NoContribution:
        see(f"contributions/{row.id}")
    except Conflicts:
        return await _page(request, Trouble(problem="conflicts", decided=decided))
    except ChangedMeanwhile:
        return await _page(request, Trouble(problem="changed"))
    except RefusedDocument as error:
        said = _messages(request, error)
        trouble = Trouble(problem="rules", findings=said, decided=decided, status=422)
        return await _page(request, trouble)
    except ContributionError:
        return await _page(request, Trouble(problem="gone"))
    await look_everywhere(request.app)
    see("contributions", done=f"{row.kind}_accepted")


async def post_decline(request: web.Request) -> web.Response:
    """Decline with a reason, which goes to the cluster that asked."""
    row, kind = await _waiting_with_kind(request)
    reason = request[FORM].get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        return await _page(request, Trouble(problem="no_reason", status=422))
    try:
        async with request.app[DATABASE].transaction() as connection:
            await decline_contribution(
                connection,
                request.app[IDENTITY],
                row.id,
                kind,
                reason=reason,
                who=request[VISITOR].name,
            )
    except NoContribution:
        see(f"contributions/{row.id}")
    await look_everywhere(request.app)
    see("contributions", done="declined")


async def post_withdraw(request: web.Request) -> web.Response:
    """Take back a proposal of ours that nobody has decided yet."""
    identifier = request.match_info["id"]
    try:
        async with request.app[DATABASE].transaction() as connection:
            await withdraw_revision(
                connection, request.app[IDENTITY], identifier, who=request[VISITOR].name
            )
    except NoContribution:
        see(f"contributions/{identifier}")
    await look_everywhere(request.app)
    see("contributions", done="taken_back")


async def _waiting(request: web.Request) -> ContributionRow:
    row, _ = await _waiting_with_kind(request)
    return row


async def _waiting_with_kind(request: web.Request) -> tuple[ContributionRow, Kind]:
    async with request.app[DATABASE].reading() as connection:
        row = await contributions.get(connection, request.match_info["id"])
    if row is None:
        raise UnknownResource
    return row, "join" if row.kind == "join" else "revision"


def _decided(form: Mapping[str, str]) -> dict[str, Side]:
    """Return what the desk chose: of what does not clash, only what is left as it stands."""
    chosen: dict[str, Side] = {}
    for name, side in form.items():
        if name.startswith(TAKE) and side in SIDES:
            chosen[name.removeprefix(TAKE)] = SIDES[side]
        elif name.startswith(KEEP) and side == "current":
            chosen[name.removeprefix(KEEP)] = "current"
    return chosen


def _seen(form: Mapping[str, str]) -> int:
    seen = form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0


def _messages(request: web.Request, error: RefusedDocument) -> tuple[str, ...]:
    return messages_of(error, page_language(request))


def messages_of(error: RefusedDocument, language: str) -> tuple[str, ...]:
    """Return what breaks the rules, each once, in the visitor's language."""
    found: Sequence[str] = [finding.message(language) for finding in error.findings]
    return tuple(dict.fromkeys(found)) or (error.safe,)


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the page of one contribution and its forms."""
    router.add_get("/desk/contributions/{id}", get_contribution)
    router.add_post("/desk/contributions/{id}/accept", post_accept)
    router.add_post("/desk/contributions/{id}/decline", post_decline)
    router.add_post("/desk/contributions/{id}/withdraw", post_withdraw)
