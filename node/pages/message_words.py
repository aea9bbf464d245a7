"""Words of the desk's messages by key, and what the node itself writes to the desk."""

from node.pages.translating import mark as N_  # gettext's own name for it

#: What kind of message it is.
KINDS = {
    "reply": N_("Reply"),
    "mention": N_("Mention"),
    "report": N_("Report"),
    "offer": N_("Offer"),
    "block": N_("Block"),
    "move": N_("New address"),
    "notice": N_("From this site"),
    "notification": N_("Notification"),
    "interest_answer": N_("The company has answered"),
    "interest_accept": N_("Introduction made, not binding"),
    "interest_decline": N_("Interest declined"),
    "interest_counter": N_("Counter-offer"),
    "interest_withdraw": N_("Interest withdrawn"),
    "interest_complete": N_("Contact completed"),
    "revision_accepted": N_("Your change was accepted"),
    "revision_declined": N_("Your change was declined"),
    "join_accepted": N_("You may take part"),
    "join_declined": N_("Your request to take part was declined"),
}
#: Of a kind that has no words yet.
OTHER_KIND = N_("Message")

#: What its link leads to, where that is not what was written.
LINKS = {
    "move": N_("To the new address"),
    "notice": N_("Follow again"),
}
#: The same by the first word of the kind, of answers to what this desk sent.
ANSWER_LINKS = {
    "interest": N_("To the interest"),
    "revision": N_("To the proposal"),
    "join": N_("To the request"),
}
OTHER_LINK = N_("Where it was written")

#: Lists of messages, by the state of what is in them.
LISTS = {"new": N_("Waiting"), "handled": N_("Handled")}
EMPTY_LISTS = {
    "new": N_("No message waits."),
    "handled": N_("No message has been handled yet."),
}

#: What the node tells the desk in its own words, which are English in SQL.
TOLD = (
    N_("This actor has blocked ours. Neither follows the other."),
    N_("This actor blocks ours no more. To receive from it again, follow it anew."),
    N_("{old} is now {new}, and this node has asked to follow it there."),
    N_(
        "{old} is now {new}, and this node has asked to follow it there. "
        "Approve {host} to take in what it publishes."
    ),
    N_(
        "{name} does not count this node as its follower any more, so it is not followed here "
        "either. To ask again: skagerrak follow {iri}"
    ),
)
