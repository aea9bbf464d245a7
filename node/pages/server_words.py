"""Words of the desk's pages about servers by key; templates translate them where they stand."""

from node.pages.translating import mark as N_  # gettext's own name for it
from node.pages.translating import mark_plural as ngettext

#: The pages about servers, by their address below /desk.
SECTIONS = {
    "servers": N_("All servers"),
    "mode": N_("Who may come"),
    "domain-lists": N_("Lists to share"),
    "suggestions": N_("Suggestions"),
}

STATES = {
    "pending": N_("Not decided"),
    "approved": N_("Approved"),
    "limited": N_("Limited"),
    "blocked": N_("Blocked"),
}

SERVER_GROUPS = {
    "asking": N_("Wait for your decision"),
    "approved": N_("Approved"),
    "limited": N_("Limited"),
    "blocked": N_("Blocked"),
    "seen": N_("Others that have been in touch"),
}

SERVER_GROUP_NOTES = {
    "asking": N_("They ask by themselves. See who they are before you let them in."),
    "approved": N_("What they publish is taken in, and they get what is for the network."),
    "limited": N_("They get what is public. Nothing of theirs is taken in or shown."),
    "blocked": N_("Nothing is taken from them, sent to them or fetched from them."),
    "seen": N_("Followers on Mastodon, for example. They see what is public; nothing else."),
}

ACTIONS = {
    "approve": N_("Approve"),
    "limit": N_("Limit"),
    "block": N_("Block"),
    "unblock": N_("Take it back"),
    "retry": N_("Try again now"),
    "resume": N_("End the pause"),
}

#: What each decision means, before it is made.
DECIDE = {
    "approve": N_("What it publishes is taken in, and it gets what is for the network."),
    "limit": N_("It gets what is public; nothing of its is taken in or shown."),
    "block": N_(
        "Nothing passes, also not below its domain. What is here of it is hidden until it is "
        "let in again."
    ),
}

EFFECTS = {
    "nothing": N_("Nothing passes between it and us."),
    "knocks": N_("It may ask to be let in; nothing else passes."),
    "gets_nothing": N_("Nothing is sent to it."),
    "gets_public": N_("It gets what is public."),
    "gets_network": N_("It gets what is public and what is for the network."),
    "taken": N_("What it publishes is taken in if we follow it."),
    "not_taken": N_("Nothing of its is taken in or shown."),
}

#: The type of a server's first message, as what it did.
ASKED = {
    "Follow": N_("asked to follow us"),
    "Create": N_("sent something that it published"),
    "Announce": N_("passed something on"),
    "Like": N_("liked something"),
    "Delete": N_("told that something or somebody is gone"),
}

DIRECTIONS = {
    "both": N_("Both ways"),
    "send": N_("We only send to it"),
    "receive": N_("We only take from it"),
}

BREAKERS = {
    "closed": N_("It answers, as far as we know"),
    "open": N_("It does not answer and is left in peace for a while"),
    "half_open": N_("One message is about to try whether it answers again"),
}

DECISIONS = {
    "approved": N_("Approved"),
    "limited": N_("Limited"),
    "blocked": N_("Blocked"),
    "pending": N_("Decision taken back"),
    "scope": N_("Exchange changed"),
    "held": N_("Paused"),
    "resumed": N_("Pause ended"),
    "forgotten": N_("Forgotten"),
    "mode": N_("Chosen"),
    "followed": N_("Asked to follow"),
    "unfollowed": N_("Not followed any more"),
}

MODES = {
    "open": N_("Open"),
    "approve": N_("By approval"),
    "allowlist": N_("By list only"),
}

MODE_NOTES = {
    "open": N_(
        "Whoever comes is taken in, unless you limit or block it. What is for the network goes "
        "to approved servers alone."
    ),
    "approve": N_(
        "Everyone may follow and gets what is public. What a server publishes is taken in once "
        "you approve it. For most clusters this is right."
    ),
    "allowlist": N_(
        "Only approved servers get anything or may read as a server. Others can ask to be let "
        "in. People still read the pages."
    ),
}

#: What an activity of ours told the others.
SENT = {
    "Create": N_("published"),
    "Update": N_("changed"),
    "Delete": N_("withdrawn"),
    "Announce": N_("passed on"),
}

SIGNATURES = {
    "draft-cavage": "draft-cavage-12",
    "rfc9421": "RFC 9421",
    "rfc9421-ed25519": "RFC 9421, Ed25519",
}

#: What a list would do, counted.
PLAN_COUNTS = {
    "changed": ngettext("%(num)s server would change", "%(num)s servers would change"),
    "kept": ngettext("%(num)s stays as it is", "%(num)s stay as they are"),
    "unchanged": ngettext("%(num)s is so already", "%(num)s are so already"),
    "problems": ngettext("%(num)s line cannot be read", "%(num)s lines cannot be read"),
}

#: Servers that something has not reached, counted.
REACH_COUNTS = {
    "waiting": ngettext("%(num)s waits", "%(num)s wait"),
    "given_up": ngettext("%(num)s given up", "%(num)s given up"),
    "dropped": ngettext("%(num)s not tried any more", "%(num)s not tried any more"),
}
