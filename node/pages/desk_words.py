"""Words of the desk's pages by key; templates translate them where they stand."""

from node.pages.translating import mark as N_  # gettext's own name for it
from node.pages.translating import mark_plural as ngettext

#: The desk's pages, in the order of its menu; each leads to ``/desk`` or ``/desk/{key}``.
PAGES = {
    "overview": N_("Overview"),
    "interests": N_("Interest"),
    "offers": N_("Renewal"),
    "servers": N_("Servers"),
    "follow": N_("Follow"),
}

#: What may wait for the desk.
WAITING = {
    "interests_due": ngettext(
        "%(num)s interest has waited too long for you",
        "%(num)s interests have waited too long for you",
    ),
    "interests_waiting": ngettext(
        "%(num)s interest waits for you", "%(num)s interests wait for you"
    ),
    "offers_ending": ngettext(
        "%(num)s offer or need of yours ends soon", "%(num)s offers or needs of yours end soon"
    ),
    "servers_asking": ngettext(
        "%(num)s server asks to be let in", "%(num)s servers ask to be let in"
    ),
    "servers_in_trouble": ngettext(
        "%(num)s server cannot be reached", "%(num)s servers cannot be reached"
    ),
    "messages_given_up": ngettext("%(num)s message was given up", "%(num)s messages were given up"),
    "follows_refused": ngettext(
        "%(num)s cluster declined to be followed", "%(num)s clusters declined to be followed"
    ),
}

#: The one obvious thing to do about each.
WAITING_ACTIONS = {
    "interests_due": N_("Answer now"),
    "interests_waiting": N_("Answer"),
    "offers_ending": N_("Renew"),
    "servers_asking": N_("Decide"),
    "servers_in_trouble": N_("See why"),
    "messages_given_up": N_("Try again"),
    "follows_refused": N_("See who"),
}

FIGURES = {
    "followed": N_("Clusters we follow"),
    "followers": N_("Followers"),
    "servers": N_("Servers we know"),
    "queued": N_("Messages on their way"),
}

SERVER_GROUPS = {
    "asking": N_("Wait for your decision"),
    "approved": N_("Approved"),
    "blocked": N_("Blocked"),
    "seen": N_("Others that have been in touch"),
}

SERVER_GROUP_NOTES = {
    "asking": N_("Nothing of theirs is taken in, and they get nothing that is for the network."),
    "approved": N_("What they publish is taken in, and they get what is for the network."),
    "blocked": N_("Nothing is taken from them, sent to them or fetched from them."),
    "seen": N_("Followers on Mastodon, for example. They see what is public; nothing else."),
}

ACTIONS = {
    "approve": N_("Approve"),
    "block": N_("Block"),
    "retry": N_("Try again now"),
}

#: What a form did.
DONE = {
    "approve": N_("Approved. What waits for it is on its way."),
    "block": N_("Blocked. It can be let in again with Approve."),
    "retry": N_("What was given up is tried again now."),
    "interest_sent": N_("Sent. The other office is told."),
    "interest_told": N_("Done. The other office is told."),
    "interest_noted": N_("Written down."),
    "renewed": N_("Renewed. It is back on the lists of all clusters that hold it."),
    "undo": N_("Not followed any more. What is here already stays."),
}

FOLLOW_STATES = {
    "pending": N_("has not answered yet"),
    "accepted": N_("accepted"),
    "rejected": N_("declined"),
}

LOOKUPS = {
    "running": N_("Looking up {address} …"),
    "asked": N_("{name} was asked. What it publishes comes here as soon as it accepts."),
    "followed": N_("{name} is followed already."),
    "failed": N_("{address} was not followed."),
    "busy": N_("Too many addresses are being looked up. Wait a moment and try again."),
}

SIGN_IN_PROBLEMS = {
    "no_use": N_("This link is of no use: it was used before, is too old, or is not whole."),
    "too_fast": N_("Too many tries. Wait a minute, then try again."),
}

SIGNATURES = {
    "draft-cavage": "draft-cavage-12",
    "rfc9421": "RFC 9421",
    "rfc9421-ed25519": "RFC 9421, Ed25519",
}
