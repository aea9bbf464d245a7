"""Tell what is about a person: private mailboxes and sole proprietorships."""

import re

#: What shared mailboxes begin with, in nb, nn, da and en.
# fmt: off
ROLES = frozenset({
    "post", "mail", "epost", "info", "informasjon", "information", "kontakt", "contact",
    "kontakte", "hei", "hej", "hello", "hallo", "firma", "firmapost", "firmamail",
    "postmottak", "resepsjon", "reception", "sentralbord", "office", "kontor", "kontoret",
    "admin", "administrasjon", "administration", "adm", "ledelse", "ledelsen", "management",
    "direktion", "styret", "board", "support", "hjelp", "help", "helpdesk", "service",
    "kundeservice", "kundesenter", "kundeservise", "customerservice", "customer", "kunde",
    "kunder", "drift", "it", "teknisk", "teknik", "tech", "salg", "sales", "sal", "booking",
    "bestilling", "ordre", "order", "orders", "marked", "markedsforing", "marketing",
    "kommunikasjon", "kommunikation", "communication", "presse", "press", "media", "faktura",
    "invoice", "invoices", "regnskap", "rekneskap", "bogholderi", "okonomi", "oekonomi",
    "finance", "hr", "personal", "jobb", "job", "jobs", "career", "careers", "rekruttering",
    "karriere", "kurs", "kursus", "course", "courses", "fag", "faglig", "prosjekt", "projekt",
    "project", "projects", "team", "hq", "main", "general", "webmaster", "sekretariat",
    "secretariat", "medlem", "member", "members", "event", "events", "arrangement", "innkjop",
    "indkob", "purchasing", "logistikk", "lager", "butikk", "shop", "store", "verksted",
    "postkasse", "hovedkontor", "bedrift", "company", "partner", "partners",
})
# fmt: on
#: Mail providers of private persons.
PRIVATE_HOSTS = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|me|msn|online|proton|protonmail"
    r"|broadpark|getmail|frisurf|jubii|stofanet|mail|privat|tdcadsl)\.(?:com|no|dk|me|net)"
)

SOLE_PROPRIETORSHIP = re.compile(
    r"\b(?:enk|enkeltpersonf[oø]retak|enkeltmannsf[oø]retak|enkeltmandsvirksomhed"
    r"|enkelmandsvirksomhed|enkeltmandsfirma|personlig ejet|personligt ejet"
    r"|sole proprietor(?:ship)?|sole trader)\b",
    re.IGNORECASE,
)
#: “Firma v/ Navn Navnesen”: a firm named by its owner.
_BY_OWNER = re.compile(r"(?:^|\s)v/\s?\w", re.IGNORECASE)


def is_personal_email(address: str, company: str) -> bool:
    """Whether a mailbox is, or may be, one person's.

    Shared are those that begin with a role's word, and those named after the company or its
    host; every other address is taken for a person's.
    """
    local, _, host = address.casefold().partition("@")
    if PRIVATE_HOSTS.fullmatch(host):
        return True
    if _folded(re.split(r"[._+\-0-9]", local)[0]) in ROLES:
        return False
    name = _letters(local)
    names = [_letters(label) for label in host.split(".")[:-1]] + [_letters(company)]
    return not any(name == known or (len(name) > 4 and name in known) for known in names)


def is_sole_proprietorship(name: str, legal_form: str) -> bool:
    """Whether a company is one person, by its legal form or as its name says."""
    return bool(
        SOLE_PROPRIETORSHIP.search(legal_form)
        or SOLE_PROPRIETORSHIP.search(name)
        or _BY_OWNER.search(name)
    )


def _folded(word: str) -> str:
    return word.replace("ø", "o").replace("å", "a").replace("æ", "ae")


def _letters(text: str) -> str:
    return "".join(character for character in _folded(text.casefold()) if character.isalnum())
