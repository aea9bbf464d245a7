"""Words of the desk's page on who sent something, by key."""

from node.pages.translating import mark as N_  # gettext's own name for it

#: What it is, where it is no thing that has a kind of its own.
KINDS = {"activity": N_("Message from server to server"), "actor": N_("Sender")}

#: How it is known whose word it is; the key, or the address, is told beside it.
METHODS = {
    "Published": N_("{sender} publishes it here, on this site."),
    "HttpSignature": N_("{sender} signed the message that it came in."),
    "IntegrityProof": N_("Someone passed it on, and {sender} had signed the text itself."),
    "Fetch": N_("It was read at its own address, at {sender}."),
}
#: The same in short, for a list.
SHORT_METHODS = {
    "Published": N_("published here"),
    "HttpSignature": N_("signed message"),
    "IntegrityProof": N_("signed text, passed on"),
    "Fetch": N_("read at its address"),
}

#: How it stands here.
STATES = {
    "draft": N_("draft"),
    "published": N_("published"),
    "withdrawn": N_("withdrawn"),
    "sent": N_("sent"),
    "waiting": N_("waits to be dealt with"),
    "done": N_("dealt with"),
    "ignored": N_("put aside"),
    "refused": N_("refused"),
    "failed": N_("set aside after an error"),
    "known": N_("known here"),
    "gone": N_("gone"),
}
AUDIENCES = {
    "public": N_("for everyone"),
    "network": N_("for the network"),
    "private": N_("for nobody else"),
}

#: Whether the signature in the text itself holds now.
VERDICTS = {
    "valid": N_("Yes"),
    "invalid": N_("No"),
    "ended": N_("Not any more"),
    "unknown": N_("That cannot be told here"),
    "none": N_("It has none"),
}
KEY_STATES = {
    "current": N_("in use"),
    "former": N_("replaced, valid until {date}"),
    "expired": N_("expired {date}"),
    "revoked": N_("revoked {date}"),
    "unknown": N_("not known here"),
}
ALGORITHMS = {"rsa": "RSA", "ed25519": "Ed25519"}

#: Why a proof is judged so.
REASONS = (
    N_("It carries no integrity proof."),
    N_("Nobody believes an actor by a proof."),
    N_("Its key is revoked: whatever it proves counts no more."),
    N_("Its key is not known here, so nobody here can say."),
    N_("It is not by that key, or a character of the document is another."),
    N_("Its key has expired, and with it what it proves."),
    N_("It holds; an actor is believed only as its own address shows it."),
    N_("Its key belongs to somebody who may not speak for this."),
    N_("It holds: every character is as its owner proved it."),
)
