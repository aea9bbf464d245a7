"""``/desk/domain-lists``: whom this node keeps out or lets in, as lists to share; lists of others.

A list of others is pasted or uploaded, shown with what it would change, and then applied.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from node.desk.domain_lists import DomainList, UnreadableList, as_list, list_text, read_list
from node.desk.exchange_domain_lists import PlannedLine, export_list, import_list, plan_import
from node.endpoints.app_keys import DATABASE, IDENTITY
from node.endpoints.control import look_everywhere
from node.endpoints.desk_frame import desk_response, see
from node.endpoints.desk_visitor import FILES, FORM, VISITOR
from node.endpoints.page_context import page_language
from node.endpoints.server_items import said
from node.pages.server_views import DomainListsView, PlannedItem, PlanView
from node.pages.views import Passage
from node.storage import peer_groups

#: Lines of each kind that the preview shows; the rest is counted.
MOST_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class _Given:
    """The form as it was sent."""

    pasted: str
    file: bytes
    allow: bool
    force: bool

    @classmethod
    def of(cls, request: web.Request) -> "_Given":
        form, file = request[FORM], request[FILES].get("file", b"")
        return cls(form.get("list", ""), file, form.get("kind") == "allow", "force" in form)

    @property
    def text(self) -> str:
        """What the file says, where one was chosen; raises UnreadableList."""
        return list_text(self.file) if self.file else self.pasted

    def read(self) -> DomainList:
        """Raises UnreadableList."""
        if not self.text.strip():
            raise UnreadableList("Paste a list, or choose a file.")
        return read_list(as_list(self.text, allow=self.allow).encode(), allow=self.allow)


async def get_lists(request: web.Request) -> web.Response:
    """Answer with both lists to take, and the form for one of others."""
    return await _page(request, None)


async def post_preview(request: web.Request) -> web.Response:
    """Show what a list would change; nothing is changed yet."""
    given = _Given.of(request)
    try:
        found = given.read()
    except UnreadableList as error:
        return await _page(request, _refused(request, given, error))
    async with request.app[DATABASE].reading() as connection:
        plan = await plan_import(
            connection, request.app[IDENTITY], found.domains, force=given.force
        )
    return await _page(request, _plan_view(request, given, found, plan))


async def post_apply(request: web.Request) -> web.Response:
    """Do what the list says, as things stand now."""
    given, identity = _Given.of(request), request.app[IDENTITY]
    found = given.read()
    async with request.app[DATABASE].transaction() as connection:
        plan = await plan_import(connection, identity, found.domains, force=given.force)
        await import_list(connection, identity, plan, who=request[VISITOR].name)
    await look_everywhere(request.app)
    see("domain-lists", done="import")


async def get_blocks(request: web.Request) -> web.Response:
    """Answer with whom this node blocks and limits, as Mastodon reads it."""
    return await _download(request, allow=False)


async def get_approved(request: web.Request) -> web.Response:
    """Answer with whom this node lets in."""
    return await _download(request, allow=True)


async def _download(request: web.Request, *, allow: bool) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        text, _ = await export_list(connection, allow=allow)
    name = "approved.csv" if allow else "blocked.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=text, content_type="text/csv", headers=headers)


async def _page(request: web.Request, plan: PlanView | None) -> web.Response:
    async with request.app[DATABASE].reading() as connection:
        counts = await peer_groups.count_groups(connection)
    view = DomainListsView(
        kept_out=counts["blocked"] + counts["limited"], let_in=counts["approved"], plan=plan
    )
    done = request.query.get("done", "")
    return desk_response(request, "desk_domain_lists.html", "servers", view, done=done)


def _refused(request: web.Request, given: _Given, error: UnreadableList) -> PlanView:
    language = page_language(request)
    texts = [said(text, language) for text in (error.safe, error.remedy) if text]
    return PlanView(text=given.pasted, allow=given.allow, force=given.force, refused=tuple(texts))


def _plan_view(
    request: web.Request, given: _Given, found: DomainList, plan: Sequence[PlannedLine]
) -> PlanView:
    language = page_language(request)

    def item(line: PlannedLine) -> PlannedItem:
        why: Passage | None = said(line.why, language) if line.why else None
        domain = line.domain
        return PlannedItem(line=domain.line, host=domain.host, state=domain.state or "", why=why)

    by_step = {
        step: [item(line) for line in plan if line.step == step] for step in ("changed", "kept")
    }
    counts = Counter(line.step for line in plan)
    return PlanView(
        text=given.text,
        allow=given.allow,
        force=given.force,
        changed=tuple(by_step["changed"][:MOST_SHOWN]),
        kept=tuple(by_step["kept"][:MOST_SHOWN]),
        problems=tuple(
            (problem.line, said(problem.text, language)) for problem in found.problems[:MOST_SHOWN]
        ),
        counts={
            "changed": counts["changed"],
            "kept": counts["kept"],
            "unchanged": counts["unchanged"] + counts["nothing"],
            "problems": len(found.problems),
        },
    )


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the addresses about lists."""
    router.add_get("/desk/domain-lists", get_lists)
    router.add_get("/desk/domain-lists/blocked.csv", get_blocks)
    router.add_get("/desk/domain-lists/approved.csv", get_approved)
    router.add_post("/desk/domain-lists", post_preview)
    router.add_post("/desk/domain-lists/apply", post_apply)
