"""Words for kinds, facts and states, by key; templates translate them where they stand."""

from node.pages.translating import mark as N_  # gettext's own name for it

#: One thing of a kind.
KINDS = {
    "offer": N_("Offered"),
    "need": N_("Sought"),
    "case": N_("Case"),
    "practice": N_("Guide"),
    "event": N_("Event"),
    "collaboration": N_("Collaboration"),
    "member": N_("Member"),
    "concept": N_("Field of expertise"),
    "cluster": N_("Cluster"),
}

#: The lists.
LISTS = {
    "offer": N_("Offered"),
    "need": N_("Sought"),
    "case": N_("Cases"),
    "practice": N_("Guides"),
    "event": N_("Events"),
    "collaboration": N_("Collaborations"),
    "concept": N_("Expertise"),
    "member": N_("Members"),
}

#: What each list is, in one sentence.
LIST_INTRODUCTIONS = {
    "offer": N_("What companies in the clusters can do for others."),
    "need": N_("What companies in the clusters are looking for."),
    "case": N_("What companies have done together, what came of it, and what others can reuse."),
    "practice": N_("Short instructions for those who want to do the same."),
    "event": N_("Where members of the clusters meet."),
    "collaboration": N_("Joint projects from the idea on, and the partners they look for."),
    "concept": N_("What companies in the clusters know."),
    "member": N_("The companies that are members of the clusters."),
}

#: What is said where a list is empty.
EMPTY_LISTS = {
    "offer": N_("Nothing is offered right now."),
    "need": N_("Nothing is sought right now."),
    "case": N_("There are no cases yet."),
    "practice": N_("There are no guides yet."),
    "event": N_("No events are planned right now."),
    "collaboration": N_("There are no collaborations yet."),
    "concept": N_("No fields of expertise are registered yet."),
    "member": N_("No members are shown on the web yet."),
}

SEGMENTS = {
    "offer": "offers",
    "need": "needs",
    "case": "cases",
    "practice": "practices",
    "event": "events",
    "collaboration": "collaborations",
    "concept": "concepts",
    "member": "members",
}

SECTIONS = {
    "problem": N_("The problem"),
    "setting": N_("The setting"),
    "solution": N_("The solution"),
    "outcomes": N_("What came of it"),
    "lessons": N_("What we learnt"),
    "partner_sought": N_("Partner sought"),
}

PARTICULARS = {
    "expertise": N_("Expertise"),
    "teaches": N_("Teaches"),
    "industry": N_("Industry"),
    "region": N_("Region"),
    "languages": N_("Languages"),
    "starts": N_("Valid from"),
    "ends": N_("Valid until"),
    "when": N_("When"),
    "where": N_("Where"),
    "organisers": N_("Organisers"),
    "employees": N_("Employees"),
    "website": N_("Website"),
    "legal_name": N_("Registered name"),
    "organisation_number": N_("Organisation number"),
    "email": N_("Shared e-mail"),
    "member_of": N_("Member of"),
    "participants": N_("Companies"),
    "contributors": N_("Written by"),
    "partners": N_("Clusters"),
    "readiness": N_("Readiness"),
    "version": N_("Version"),
    "built_on": N_("Built on"),
    "licence": N_("Licence"),
    "stage": N_("Stage"),
    "call": N_("Programme"),
    "deadline": N_("Deadline"),
    "results": N_("Led to"),
    "type": N_("Type"),
    "esco": N_("Skill in ESCO"),
    "other_names": N_("Also called"),
    "in_other_languages": N_("In other languages"),
    "broader": N_("Part of"),
    "narrower": N_("Includes"),
    "related": N_("Related to"),
    "exact_match": N_("Same as"),
    "close_match": N_("Nearly the same as"),
    "broad_match": N_("Narrower than"),
    "narrow_match": N_("Wider than"),
}

RELATED = {
    "member": N_("Members with this expertise"),
    "offer": N_("Offered"),
    "need": N_("Sought"),
    "case": N_("Cases"),
    "practice": N_("Guides"),
    "event": N_("Events"),
    "collaboration": N_("Collaborations"),
    "concept": N_("Expertise"),
    "offer_alike": N_("Offered in the same field"),
    "need_alike": N_("Sought in the same field"),
}

STAGES = {
    "idea": N_("idea"),
    "seeking": N_("looking for partners"),
    "applying": N_("applying for funding"),
    "running": N_("under way"),
    "ended": N_("completed"),
}

RESOURCE_TYPES = {
    "guide": N_("guide"),
    "checklist": N_("checklist"),
    "template": N_("template"),
    "video": N_("video"),
    "course": N_("course"),
}

PROOFS = {
    "HttpSignature": N_("{sender} signed the message that it came in."),
    "IntegrityProof": N_("{sender} signed the text itself."),
    "Fetch": N_("It was fetched from the site of {sender}."),
    "Local": N_("{sender} publishes it itself, on this site."),
}

#: Plain names of licences by the start of their address.
LICENCES = {
    "https://creativecommons.org/licenses/by/4.0": "CC BY 4.0",
    "https://creativecommons.org/licenses/by-sa/4.0": "CC BY-SA 4.0",
    "https://creativecommons.org/publicdomain/zero/1.0": "CC0 1.0",
}

#: What a letter to the office begins with, below its subject.
LETTER = N_("This is about {iri} from {cluster}.")
