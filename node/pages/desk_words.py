"""Words of the desk's pages by key; templates translate them where they stand."""

from node.pages.translating import mark as N_  # gettext's own name for it
from node.pages.translating import mark_plural as ngettext

#: The desk's pages, in the order of its menu; each leads to ``/desk`` or ``/desk/{key}``.
PAGES = {
    "overview": N_("Overview"),
    "messages": N_("Messages"),
    "interests": N_("Interest"),
    "offers": N_("Renewal"),
    "contributions": N_("Joint work"),
    "servers": N_("Servers"),
    "follow": N_("Follow"),
    "reach": N_("Sent out"),
    "programs": N_("Programs"),
    "authenticity": N_("Check a sender"),
}

#: What may wait for the desk.
WAITING = {
    "messages": ngettext("%(num)s message to read", "%(num)s messages to read"),
    "revisions": ngettext("%(num)s change is proposed", "%(num)s changes are proposed"),
    "joins": ngettext("%(num)s cluster asks to take part", "%(num)s clusters ask to take part"),
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
    "messages": N_("Read"),
    "revisions": N_("Compare and decide"),
    "joins": N_("Decide"),
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

#: What a form did.
DONE = {
    "revision_accepted": N_("Accepted. The new version is on its way to all who follow you."),
    "join_accepted": N_("Accepted. The new partner is named from now on."),
    "declined": N_("Declined. The cluster that asked gets your reason."),
    "proposed": N_("Sent. Only the office of its home sees it; the answer comes here."),
    "asked": N_("Asked. The answer comes here."),
    "taken_back": N_("Taken back."),
    "leaving": N_("The home of the collaboration is told that you leave."),
    "forked": N_(
        "A draft of your own was made, which nobody else sees yet. On the command line, "
        "“skagerrak publish --drafts” gives it to you as a file."
    ),
    "finished": N_("The collaboration has ended."),
    "approve": N_("Approved. What waits for it is on its way."),
    "limit": N_("Limited. What is here of it is hidden until it is approved again."),
    "block": N_("Blocked. It can be let in again with Approve."),
    "unblock": N_("Taken back. The server waits for a decision now."),
    "forget": N_("Forgotten. Nothing is decided about it any more."),
    "scope": N_("What is exchanged with it is as you chose."),
    "pause": N_("Paused. What is for it waits."),
    "resume": N_("The pause is over. What waited is on its way."),
    "retry": N_("What was given up is tried again now."),
    "mode": N_("That is how it is from now on."),
    "import": N_("The list is applied."),
    "interest_sent": N_("Sent. The other office is told."),
    "interest_told": N_("Done. The other office is told."),
    "interest_noted": N_("Written down."),
    "renewed": N_("Renewed. It is back on the lists of all clusters that hold it."),
    "undo": N_("Not followed any more. What is here already stays."),
    "handled": N_("Handled. It stands under “Handled” from now on."),
    "waits": N_("It waits again."),
    "revoke": N_("Its access has ended."),
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
