"""Words of the desk's page of programs by key."""

from node.pages.translating import mark as N_  # gettext's own name for it

#: What a token may allow, by its name in ``issue_token.SCOPES``.
SCOPES = {
    "publish": N_("Publish, change and withdraw things, and follow others"),
    "read": N_("Read what others send, and fetch things from other servers"),
    "notify": N_("Leave notifications for the desk, and read them"),
}

#: Lists of tokens, by whether they are good for anything.
LISTS = {"valid": N_("Have access"), "ended": N_("Had access")}

STATES = {"expired": N_("expired"), "revoked": N_("ended by the desk")}

#: What was wrong with a form.
PROBLEMS = (
    N_("A token needs a name of at most 100 characters."),
    N_("A token must allow something."),
    N_("A token lasts 1 to {number} days."),
    N_("{iri} is neither the cluster nor a member shown on this node."),
    N_("There is no token “{id}”."),
)
