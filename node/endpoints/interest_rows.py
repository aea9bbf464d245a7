"""One interest as a row of a list at the desk."""

from datetime import datetime
from typing import Final

from federation.origins import host_of
from node.desk.list_interests import InterestView
from node.pages.formatting import ago_text, date_text
from node.pages.interest_views import InterestItem
from node.pages.languages import FALLBACKS
from node.storage.resource_rows import ResourceRow
from vocab.clock import parse_time
from vocab.texts import choose, text_map

#: What each purpose is called as a kind of thing.
KINDS: Final = {"offer": "offer", "request": "need"}


def title_in(row: ResourceRow | None, language: str) -> str:
    """Return what an offer or need is called for a reader of *language*; nothing if not known."""
    return choose(text_map(row.document, "name"), FALLBACKS[language])[1] if row else ""


def interest_item(
    view: InterestView, about: ResourceRow | None, moment: datetime, language: str
) -> InterestItem:
    """Return one row of a list; *about* is the offer or need, where it is kept here."""
    companies = (view.our_company_name, view.their_company_name)
    return InterestItem(
        number=view.number,
        kind=KINDS[view.purpose],
        title=title_in(about, language) or view.title or view.proposal,
        side=view.side,
        other=view.peer_name or (host_of(view.peer) if view.peer else ""),
        companies=tuple(filter(None, companies)),
        state=view.state,
        responsible=view.responsible or "",
        moved=ago_text(parse_time(view.moved_at), moment, language),
        due=date_text(parse_time(view.due_at), language) if view.due_at else "",
        is_due=view.is_due,
    )
