"""Words of the pages about interest in offers and needs; nothing of them binds anybody."""

from node.pages.translating import mark as N_  # gettext's own name for it

#: Groups of the list, in their order.
GROUPS = {
    "ours": N_("Wait for you"),
    "theirs": N_("Wait for the other office"),
    "made": N_("Introductions made"),
    "over": N_("Over"),
}

STATES = {
    "sent": N_("new"),
    "taken_over": N_("taken over"),
    "passed_on": N_("the company has been told"),
    "answered": N_("the company has answered"),
    "accepted": N_("introduction made, not binding"),
    "declined": N_("declined"),
    "countered": N_("replaced by a counter-offer"),
    "withdrawn": N_("withdrawn"),
    "completed": N_("completed"),
    "expired": N_("expired"),
}

#: Where it stands and what comes next, for the desk that has to answer.
STANDS_ASKED = {
    "sent": N_("Nobody here has taken it over yet."),
    "taken_over": N_("Somebody here works on it. Next: tell the company."),
    "passed_on": N_("The company has been told. Next: its answer."),
    "answered": N_("The company has answered. Next: accept or decline."),
}
#: The same for the desk that asked.
STANDS_ASKING = {
    "sent": N_("Sent. Nobody at the other office has taken it over yet."),
    "taken_over": N_("The other office works on it."),
    "passed_on": N_("The other office has told its company."),
    "answered": N_("The company has answered the other office, which now accepts or declines."),
}
#: The same for both.
STANDS = {
    "accepted": N_("Introduction made, not binding. The companies talk to each other now."),
    "declined": N_("Declined. A counter-offer is still possible."),
    "countered": N_("A counter-offer took its place."),
    "withdrawn": N_("Withdrawn by the office that asked."),
    "completed": N_("The contact is completed. What was agreed is between the companies."),
    "expired": N_("The offer or need ended before anybody took this over."),
}

#: What a desk can do, as its button says it.
ACTIONS = {
    "take_over": N_("Take over"),
    "pass_on": N_("The company has been told"),
    "answer": N_("The company has answered"),
    "accept": N_("Make the introduction"),
    "complete": N_("The contact is completed"),
    "counter": N_("Make a counter-offer"),
    "name": N_("Name our company"),
    "decline": N_("Decline"),
    "withdraw": N_("Withdraw"),
    "assign": N_("Say who is responsible"),
}
#: What comes of each, above its form.
EXPLANATIONS = {
    "take_over": N_(
        "You become responsible, and the other office sees that it is being dealt with."
    ),
    "pass_on": N_("The other office sees that your company knows."),
    "answer": N_("The other office sees that there is an answer; you give it in the next step."),
    "accept": N_("You put the companies in touch. It is not binding."),
    "complete": N_("The companies have found each other. Both offices close it."),
    "counter": N_("It takes the place of this interest, and the other office answers it."),
    "name": N_("Only with the company's consent. The other office learns its name; nobody else."),
    "decline": N_("The other office gets your reason."),
    "withdraw": N_("The other office sees that it is off."),
    "assign": N_("Only this office sees it."),
}

EVENTS = {
    "send": N_("Interest shown"),
    "take_over": N_("Taken over"),
    "pass_on": N_("The company was told"),
    "answer": N_("The company answered"),
    "accept": N_("Introduction made, not binding"),
    "decline": N_("Declined"),
    "counter": N_("Replaced by a counter-offer"),
    "withdraw": N_("Withdrawn"),
    "complete": N_("Completed"),
    "name": N_("Company named"),
    "assign": N_("Responsible"),
    "remind": N_("Has waited too long"),
}

PARTIES = {
    "ours": N_("Our company"),
    "theirs": N_("Their company"),
    "asking": N_("Company that asks"),
    "offering": N_("Company behind it"),
}

#: Whether a company is named to the other office.
NAMED = {
    "public": N_("named in the offer or need itself"),
    "consent": N_("named to the other office by its consent, recorded by {who} on {day}"),
    "hidden": N_("not named to the other office"),
    "unknown": N_("not named yet"),
    "none": N_("not written down here"),
}

#: Units of amounts; others stand as they are.
UNITS = {
    "one": N_("one (whole)"),
    "hour": N_("hours"),
    "day": N_("days"),
    "week": N_("weeks"),
    "month": N_("months"),
    "kilogram": N_("kilograms"),
    "tonne": N_("tonnes"),
    "metre": N_("metres"),
    "squareMetre": N_("square metres"),
    "cubicMetre": N_("cubic metres"),
    "litre": N_("litres"),
    "kilowattHour": N_("kilowatt hours"),
}

#: What a step or a new interest is refused with.
PROBLEMS = (
    N_("The message has {number} characters; {most} are allowed."),
    N_("Shorten it; the rest can be said once contact is made."),
    N_("“{title}” ended on {day} and takes no more interest."),
    N_("Ask its cluster to renew it."),
    N_("{text} is no member of this cluster."),
    N_("The member {iri} was withdrawn."),
    N_("It is this member's own offer or need."),
    N_("Choose another member."),
    N_("The member has shown its interest already: {iri}"),
    N_("Withdraw that first, or make a counter-offer."),
    N_("The quantity is no number."),
    N_("The quantity must be more than nothing."),
    N_("The quantity must be a multiple of {amount}."),
    N_("The quantity must be {amount}: it comes as a whole."),
    N_("The quantity must be {amount} at least."),
    N_("There are no more than {amount}."),
    N_("Choose another quantity."),
    N_("This step is not possible now: see the history."),
    N_("It is over: there is nobody to tell."),
    N_("No company of this cluster is known to stand behind it."),
    N_("Write its provider or receiver into the offer or need, then try again."),
    N_("{iri} is no offer and no need."),
    N_("{iri} is not published."),
    N_("{iri} was withdrawn."),
    N_("{day} is past."),
    N_("Choose a day to come."),
    N_("Write the reason: the other office passes it on."),
    N_("Write who at the company consented, and when."),
    N_("Write what you propose instead."),
    N_("Choose the member that is interested."),
    N_("Too much is being sent at the moment. Wait a little and try again."),
    N_("Choose a day."),
)
