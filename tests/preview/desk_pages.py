"""The desk's pages with sample data."""

from node.pages.desk_views import (
    DeskFrame,
    Figure,
    FollowedItem,
    FollowView,
    LoginView,
    LookupView,
    OverviewView,
    Waiting,
)
from node.pages.desk_words import PAGES
from node.pages.rendering import Renderer
from node.pages.views import DataFoot, Frame, Passage
from tests.preview import desk_subjects, joint_work, server_pages
from tests.preview.interest_pages import interest_pages

FOLLOWED = tuple(
    FollowedItem(
        iri=f"https://{host}/cluster",
        name=name,
        host=host,
        state=state,
        since="1. mars 2027",
    )
    for name, host, state in (
        ("InfinIT", "node.infinit.example", "accepted"),
        ("Service Cluster Denmark", "node.scd.example", "pending"),
    )
)


def desk_pages(renderer: Renderer, language: str) -> dict[str, str]:
    """Return every page of the desk by its file name."""
    waiting = (
        Waiting(what="servers_asking", count=1, href="/desk/servers#asking"),
        Waiting(what="servers_in_trouble", count=1, href="/desk/servers#approved"),
        Waiting(what="messages_given_up", count=2, href="/desk/servers"),
    )
    figures = (
        Figure(what="followed", count=2, href="/desk/follow"),
        Figure(what="followers", count=1041),
        Figure(what="servers", count=14, href="/desk/servers"),
        Figure(what="queued", count=12),
    )
    refused = LookupView(
        address="@digin@node.example",
        outcome="failed",
        problem=Passage(text="The server node.example names no actor.", language="en"),
    )
    views = {
        "overview": OverviewView(waiting=waiting, figures=figures),
        "overview-empty": OverviewView(waiting=(), figures=figures),
        **joint_work.views(),
        "follow": FollowView(followed=FOLLOWED),
        "follow-failed": FollowView(address="@digin@node.example", lookup=refused),
    }
    written = {}
    for name, view in {**views, **desk_subjects.VIEWS}.items():
        page = name.partition("-")[0]
        template = joint_work.TEMPLATES.get(name, f"desk_{page}.html")
        desk = DeskFrame(
            visitor="Kari Nordmann",
            csrf="0" * 64,
            pages=tuple(PAGES),
            current=page,
        )
        frame = bare_frame("/desk" if page == "overview" else f"/desk/{page}", language)
        written[f"desk-{name}"] = renderer.desk_page(template, frame, desk, view)
    for name, (template, page, path, shown) in server_pages.VIEWS.items():
        desk = DeskFrame(
            visitor="Kari Nordmann",
            csrf="0" * 64,
            pages=tuple(PAGES),
            current=page,
            done="approve" if name == "servers" else "",
        )
        frame = bare_frame(path, language)
        written[f"desk-{name}"] = renderer.desk_page(template, frame, desk, shown)
    for step, problem in (("ask", "no_use"), ("confirm", ""), ("signed-in", "")):
        view = LoginView(
            frame=bare_frame("/login", language),
            step=step,
            token="0" * 43,
            problem=problem,
            visitor="Kari Nordmann",
        )
        written[f"login-{step}"] = renderer.login_page(view)
    return written | interest_pages(renderer, language)


def bare_frame(path: str, language: str) -> Frame:
    """Return the frame of a page that is no resource."""
    return Frame(path=path, language=language, data=DataFoot(iri=""))
