"""What the authors of these tests write."""

from typing import Any

from node.publishing.drafts import Draft
from vocab.classes import ResourceClass

Wire = dict[str, Any]


#: An expertise of some other scheme and an industry: every offer must name both.
INTENT = {
    "action": "deliverService",
    "resourceConformsTo": "https://skills.example/secure-coding",
    "resourceClassifiedAs": ["http://data.europa.eu/ux2/nace2.1/8559"],
}


def offer(title: str, **changes: Any) -> Wire:
    """Return an offer called *title*, as an author writes it."""
    intent = INTENT | ({"provider": changes.pop("provider")} if "provider" in changes else {})
    document = {
        "nameMap": {"nb": title, "en": f"{title} (offer)"},
        "contentMap": {"nb": f"<p>{title} i to dager.</p>", "en": f"<p>{title} in two days.</p>"},
        "publishes": intent,
        "endTime": "2099-12-31T23:59:59Z",
    }
    return document | changes


def member(name: str, number: str, *, audience: str = "public", **changes: Any) -> Draft:
    """Return a member company with a Norwegian organisation number."""
    document = {
        "name": name,
        "legalName": {"@value": name, "@language": "nb"},
        "legalIdentifier": {
            "kind": "Identifier",
            "notation": number,
            "schemaAgency": "Brønnøysundregistrene",
        },
        "iso6523Code": f"0192:{number}",
        **({} if audience == "public" else {"audienceLevel": audience}),
    }
    iri = changes.pop("iri", None)
    return Draft(
        document=document | changes,
        klass=ResourceClass.MEMBER,
        iri=iri,
        organisation_number=f"NO:{number}",
    )


def organisation_number(place: int) -> str:
    """Return the *place*-th invented Norwegian number with a valid check digit."""
    stem = 91000000 + place * 7
    while True:
        digits = [int(digit) for digit in str(stem)]
        rest = sum(d * w for d, w in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if rest != 1:
            return f"{stem}{(11 - rest) % 11}"
        stem += 1
