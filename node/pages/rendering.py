"""Views to HTML: one jinja environment per language, everything escaped, nothing undefined."""

import re
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import DictLoader, Environment, StrictUndefined

from node.pages import (
    authenticity_words,
    contribution_words,
    desk_words,
    interest_words,
    message_words,
    program_words,
    server_words,
    words,
)
from node.pages.accent import accent_address, accent_styles
from node.pages.assets import fonts_present, static_address
from node.pages.chart import NARROW, WIDE, draw_chart
from node.pages.desk_views import DeskFrame, LoginView
from node.pages.formatting import LOCALES, list_text, number_text
from node.pages.languages import PAGE_LANGUAGES
from node.pages.sparql_examples import EXAMPLES, GRAPH_FORMATS, RESULT_FORMATS
from node.pages.translating import catalogue
from node.pages.views import (
    AuthorizeView,
    ContactView,
    DataFoot,
    Frame,
    HomeView,
    ListView,
    MessageView,
    NodeFace,
    RemoteFollowView,
    SheetView,
    SparqlView,
)

TEMPLATES = Path(__file__).parent / "templates"
#: Links of a page that begin at the node itself.
LINKS = re.compile(r'(?P<link><a\b[^>]*?\bhref=")(?P<address>/[^"#]*)(?P<fragment>[^"]*)')
DATA = re.compile(r"^/(?:static/|[^?]*\.(?:jsonld|ttl|nt)\b)")
#: Lists in the head, in the order of the look.
HEAD = ("offer", "need", "case", "practice", "event", "collaboration", "concept", "member")


class Renderer:
    """Writes the pages of one node."""

    def __init__(self, node: NodeFace) -> None:
        """Prepare the templates for *node* in every language."""
        self.node = node
        self.accent_styles = accent_styles(node.accent)
        self._environments = {tag: _environment(tag, node) for tag in PAGE_LANGUAGES}
        self._draw = lru_cache(maxsize=8)(draw_chart)

    def home_page(self, view: HomeView) -> str:
        """Return the home page, with the chart at both its sizes."""
        wide = self._draw(view.ports, view.crossings, WIDE)
        narrow = self._draw(view.ports, view.crossings, NARROW)
        return self._render("home.html", view.frame, view=view, wide=wide, narrow=narrow)

    def list_page(self, view: ListView) -> str:
        """Return a page of a list."""
        return self._render("list.html", view.frame, view=view)

    def sheet_page(self, view: SheetView) -> str:
        """Return the page of one thing."""
        return self._render("sheet.html", view.frame, view=view)

    def message_page(self, view: MessageView) -> str:
        """Return a page that says what happened and what to do: 404, 410, 406, 500…"""
        frame = replace(without_data(view.frame), canonical="")
        return self._render("message.html", frame, view=view)

    def authorize_page(self, view: AuthorizeView) -> str:
        """Return the page that asks whether a program may act for the cluster."""
        frame = replace(without_data(view.frame), canonical="", query=())
        return self._render("authorize.html", frame, view=view)

    def remote_follow_page(self, view: RemoteFollowView) -> str:
        """Return the page that leads to a visitor's own server, where following goes on."""
        frame = replace(without_data(view.frame), canonical="")
        return self._render("remote_follow.html", frame, view=view)

    def contact_page(self, view: ContactView) -> str:
        """Return the page that tells how to reach a member through the cluster's office."""
        return self._render("contact.html", without_data(view.frame), view=view)

    def sparql_page(self, view: SparqlView) -> str:
        """Return the form for queries."""
        return self._render("sparql.html", without_data(view.frame), view=view)

    def login_page(self, view: LoginView) -> str:
        """Return the page for signing in at the desk."""
        return self._render("login.html", without_data(view.frame), view=view)

    def desk_page(self, template: str, frame: Frame, desk: DeskFrame, view: Any) -> str:
        """Return a page of the desk: *template* extends ``desk_base.html`` and shows *view*."""
        return self._render(template, without_data(frame), desk=desk, view=view)

    def _render(self, template: str, frame: Frame, **values: Any) -> str:
        environment = self._environments[frame.language]
        page = environment.get_template(template).render(frame=frame, **values)
        return carrying(page, frame.carried) if frame.carried else page


def language_address(frame: Frame, language: str) -> str:
    """Return the address of the same page in *language*, or where the browser decides."""
    query = [(name, value) for name, value in frame.query if name != "lang"]
    query += [("lang", language)] if language else []
    return f"{frame.path}?{urlencode(query)}" if query else frame.path


def carrying(page: str, language: str) -> str:
    """Return *page* with its links to other pages of the node asking for *language*.

    For whoever chose a language and keeps no cookie; data has no language of its own.
    """

    def with_language(match: re.Match[str]) -> str:
        link, address, fragment = match.group("link", "address", "fragment")
        if DATA.search(address) or "lang=" in address:
            return match[0]
        joint = "&amp;" if "?" in address else "?"
        return f"{link}{address}{joint}lang={language}{fragment}"

    return LINKS.sub(with_language, page)


def without_data(frame: Frame) -> Frame:
    """Return the frame of a page that is no resource: no IRI, no formats, no query about it."""
    return replace(frame, data=DataFoot(iri=""))


@cache
def _sources() -> dict[str, str]:
    """Read all templates at once: an upgrade on disk must not reach a program that runs."""
    return {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html")}


def _environment(language: str, node: NodeFace) -> Environment:
    environment = Environment(
        loader=DictLoader(_sources()),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    texts = catalogue(language)
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # jinja2.ext.i18n adds it
    install(texts, newstyle=True)
    environment.filters["number"] = partial(number_text, language=language)
    environment.filters["listed"] = partial(list_text, language=language)
    environment.globals.update(
        node=node,
        words=words,
        desk_words=desk_words,
        authenticity_words=authenticity_words,
        message_words=message_words,
        program_words=program_words,
        server_words=server_words,
        contribution_words=contribution_words,
        interest_words=interest_words,
        languages=PAGE_LANGUAGES,
        locales=LOCALES,
        head=HEAD,
        static=static_address,
        accent_href=accent_address(node.accent),
        has_fonts=fonts_present(),
        language_address=language_address,
        examples=EXAMPLES,
        result_formats=RESULT_FORMATS,
        graph_formats=GRAPH_FORMATS,
    )
    return environment
