"""What on the wire would speak of a living person."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vocab.terms import local_name

#: Keys that name a person or her private address, as terms or at the end of IRIs.
PERSONAL_KEYS: Final = frozenset(
    {"fn", "hasTelephone", "telephone", "phone", "mobile", "jobTitle", "givenName", "familyName"}
    | {"birthDate", "birthday", "bday", "hasName", "contactPerson"}
)
_PERSON_TYPES: Final = frozenset({"Person", "Individual"})
_ROLE_WORDS: Final = """admin administrasjon bestilling booking butik butikk contact drift epost
    faktura fag fakturering firma firmapost hallo hei hej hello help hjelp hjaelp hr info innkjop
    invoice it jobb job kontakt kontor kundeservice kundservice mail marked marketing medlem moms
    office ordre order personvern post postkasse postmottak presse press projekt prosjekt
    reception regnskap resepsjon salg sales sekretariat service servicedesk support team teknik
    teknikk web webmaster"""
_ROLES: Final = frozenset(_ROLE_WORDS.split())


def looks_personal(email: str) -> bool:
    """Say whether a mail address looks like a person's rather than a role's.

    "kari.nordmann@" and "kari@" do; "post@", "salg.nord@" and the company's own name do not.
    """
    local, _, domain = email.strip().lower().partition("@")
    words = [word for word in re.split(r"[^a-zæøåäö]+", local) if word]
    if not words or any(word in _ROLES for word in words):
        return False
    company = domain.partition(".")[0]
    return not any(len(word) > 2 and word in company for word in words)


def personal_fields(document: Any) -> Iterator[str]:
    """Yield the keys under which a document speaks of a person, at any depth."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(item for item in value if isinstance(item, (dict, list)))
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                name = local_name(key) if ":" in key else key
                nested = isinstance(inner, (dict, list))
                if name in PERSONAL_KEYS or (nested and any(map(_is_person, _listed(inner)))):
                    yield key
                elif nested and key != "@context":
                    waiting.append(inner)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_person(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    names = [name for key in ("type", "@type", "kind") for name in _listed(value.get(key))]
    return any(isinstance(name, str) and local_name(name) in _PERSON_TYPES for name in names)
