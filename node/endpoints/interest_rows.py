"""One interest as a row of a list at the desk."""

from datetime import datetime
from typing import Final

from federation.origins import host_of
from node.desk.list_interests import InterestView
from node.pages.formatting import ago_text, date_text
from node.pages.interest_views import InterestItem
from vocab.clock import parse_time

#: What each purpose is called as a kind of thing.
KINDS: Final = {"offer": "offer", "request": "need"}


def interest_item(view: InterestView, moment: datetime, language: str) -> InterestItem:
    """Return one row of a list."""
    companies = (view.our_company_name, view.their_company_name)
    return InterestItem(
        number=view.number,
        kind=KINDS[view.purpose],
        title=view.title or view.proposal,
        side=view.side,
        other=view.peer_name or (host_of(view.peer) if view.peer else ""),
        companies=tuple(filter(None, companies)),
        state=view.state,
        responsible=view.responsible or "",
        moved=ago_text(parse_time(view.moved_at), moment, language),
        due=date_text(parse_time(view.due_at), language) if view.due_at else "",
        is_due=view.is_due,
    )
