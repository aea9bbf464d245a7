"""What the desk's page of messages shows, as frozen values for one visitor."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.pages.views import Link

#: Of a text so much is shown before one asks for all of it.
LEAD = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageItem:
    """A message to the desk. Texts are others' words: plain, in any language."""

    number: int
    #: A key of ``message_words.KINDS``, or another word.
    kind: str
    sender: Link
    host: str
    about: Link | None = None
    title: str = ""
    lead: str = ""
    #: What of the text comes after the lead.
    rest: str = ""
    #: Language of the text where it is known: what the node itself says.
    language: str = ""
    #: A program with an access token of this node left it.
    ours: bool = False
    #: Where people read it, or what they can do; ``message_words.LINKS`` says which.
    url: str = ""
    #: Where it is as it came, of notifications.
    data: str = ""
    #: What brought it, where the desk can see how it was authenticated.
    activity: str = ""
    received: str
    #: For programs that read the page: the same as ISO 8601.
    received_at: str
    handled_by: str = ""
    handled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesView:
    """Messages of one state; ``state`` is a key of ``message_words.LISTS``."""

    state: str
    items: tuple[MessageItem, ...]
    #: How many there are of each state.
    counts: Mapping[str, int]
    #: Where on the list this page is, as parts of its address: a button leads back to it.
    place: Mapping[str, str]
    previous: str = ""
    next: str = ""


def parted(text: str) -> tuple[str, str]:
    """Return the beginning of *text*, and the rest where it is long, parted between words."""
    if len(text) <= LEAD:
        return text, ""
    cut = max(text.rfind(" ", LEAD // 2, LEAD), text.rfind("\n", LEAD // 2, LEAD))
    cut = cut if cut > 0 else LEAD
    return text[:cut].rstrip(), text[cut:].lstrip()
