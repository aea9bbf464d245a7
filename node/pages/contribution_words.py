"""Words of the desk's pages about works of several nodes, by key."""

from node.pages import words
from node.pages.translating import mark as N_  # gettext's own name for it

GROUPS = {
    "received": N_("Wait for your decision"),
    "sent": N_("We have asked, and wait for an answer"),
    "settled": N_("Decided"),
}

#: What a contribution is, said of one that came and of one that we sent.
RECEIVED = {
    "revision": N_("{partner} proposes a change"),
    "join": N_("{partner} asks to take part"),
}
SENT = {
    "revision": N_("We proposed a change to {partner}"),
    "join": N_("We asked {partner} to take part"),
}

STATES = {
    "open": N_("waits"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "withdrawn": N_("taken back"),
    "leaving": N_("leaving"),
    "left": N_("left"),
}

FIELDS = {
    "name": N_("Title"),
    "summary": N_("In short"),
    "content": N_("The whole text"),
    "problem": words.SECTIONS["problem"],
    "setting": words.SECTIONS["setting"],
    "solution": words.SECTIONS["solution"],
    "outcomes": words.SECTIONS["outcomes"],
    "lessons": words.SECTIONS["lessons"],
    "partnerSought": words.SECTIONS["partner_sought"],
    "participant": words.PARTICULARS["participants"],
    "subjectConcept": words.PARTICULARS["expertise"],
    "teaches": words.PARTICULARS["teaches"],
    "relatedESCOSkill": words.PARTICULARS["esco"],
    "learningResourceType": words.PARTICULARS["type"],
    "region": words.PARTICULARS["region"],
    "workingLanguage": words.PARTICULARS["languages"],
    "trl": N_("Readiness (TRL)"),
    "stage": words.PARTICULARS["stage"],
    "call": words.PARTICULARS["call"],
    "endTime": words.PARTICULARS["deadline"],
}

#: What the desk chooses about one field.
SIDES = {
    "proposed": N_("Take what is proposed"),
    "current": N_("Keep it as it stands"),
}

#: What is in the way.
PROBLEMS = {
    "conflicts": N_("Both sides have changed the same texts. Choose for each which counts."),
    "changed": N_(
        "The work has changed since you opened this page. Look at what stands now, and decide then."
    ),
    "changed_texts": N_(
        "These texts have changed at their home since you opened the form. Your own are kept "
        "below, with what stands now. Fit them together, then send."
    ),
    "nothing_changed": N_("Nothing was changed yet, so there is nothing to send."),
    "rules": N_("It breaks the rules for what may be published:"),
    "no_reason": N_("Say why, in a sentence or two."),
    "gone": N_("The work does not stand any more. What is proposed for it can only be declined."),
    "text_gone": N_("The proposal was taken back, and its text is gone."),
    "not_here": N_(
        "There is no such case, collaboration or guide here. Follow its cluster first, and wait "
        "until it is shown here."
    ),
    "asked": N_("That was asked already. See below how it stands."),
    "ended": N_("The collaboration has ended."),
    "impossible": N_("This cannot be done now. Open the page again and see how it stands."),
}
