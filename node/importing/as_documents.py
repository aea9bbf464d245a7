"""Members as wire objects, and back.

The documents are what an author writes: without id, actor, dates and addressing, which
``publish`` fills in. What is nobody else's business stands apart, as private details.
"""

import datetime as dt
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from node.importing.expertise import fold_label
from node.importing.member_rows import MemberRow, Texts
from vocab.schemes.regions import find_municipality

Document = dict[str, Any]

#: Who keeps the register of a country's organisation numbers, as its own people call it.
AGENCIES = {"NO": "Brønnøysundregistrene", "DK": "Erhvervsstyrelsen"}
#: ISO 6523 codes of the registers: 0192 Enhetsregisteret, 0184 CVR.
REGISTER_CODES = {"NO": "0192", "DK": "0184"}
REGISTER_IRI = {"NO": "https://data.brreg.no/enhetsregisteret/api/enheter/{number}"}

_COUNTRIES = {agency: country for country, agency in AGENCIES.items()}


def member_document(
    member: MemberRow, *, concept_iris: Mapping[str, str], language: str
) -> Document:
    """Return the wire object of a member, as ``Draft`` takes it.

    *concept_iris* has the node's expertises by ``fold_label``; a label that is not in it stays
    a ``concept:`` reference for ``publish`` to resolve. *language* is that of the legal name.
    A member that is not to be shown says so by ``audienceLevel``.
    """
    return {
        "type": "Organization",
        "kind": ["LegalEntity", "FormalOrganization"],
        "name": member.name,
        "legalName": {"@value": member.name, "@language": language},
        "legalIdentifier": {
            "kind": "Identifier",
            "notation": member.organisation_number,
            "schemaAgency": AGENCIES[member.country],
        },
        "iso6523Code": f"{REGISTER_CODES[member.country]}:{member.organisation_number}",
        **_optional(member),
        **_list("knowsAbout", [_concept(label, concept_iris) for label in member.expertise]),
        **({} if member.publish else {"audienceLevel": "private"}),
    }


def _optional(member: MemberRow) -> Document:
    place = find_municipality(member.country, member.municipality) if member.municipality else None
    register = REGISTER_IRI.get(member.country)
    values = {
        "summaryMap": {tag: _as_html(text) for tag, text in member.descriptions.items()},
        "sameAs": register.format(number=member.organisation_number) if register else "",
        "companyActivity": list(member.nace),
        "homepage": member.website,
        "region": place.nuts_iri if place else "",
    }
    number = {} if member.employees is None else {"employees": member.employees}
    return {key: value for key, value in values.items() if value} | number


def member_details(member: MemberRow) -> Document:
    """Return what stays in SQL: contact, consent, mailbox, and what only exports need."""
    values = {
        "contact": member.contact,
        "consent": member.consent.isoformat() if member.consent else "",
        "email": member.email,
        "legalForm": member.legal_form,
        "municipality": member.municipality,
        "employeesBand": member.employees_band,
        "memberSince": member.member_since.isoformat() if member.member_since else "",
        "memberType": member.member_type,
        "offers": [dict(texts) for texts in member.offers],
        "needs": [dict(texts) for texts in member.needs],
    }
    return {key: value for key, value in values.items() if value}


def read_member(
    document: Mapping[str, Any],
    details: Mapping[str, Any],
    *,
    publish: bool,
    labels: Mapping[str, str],
) -> MemberRow:
    """Return the row that ``member_document`` and ``member_details`` came from.

    *labels* has the labels of the node's expertises by IRI. Used by exports, and by an import
    to see what would change. Edits made since are in the row.
    """
    identifier = document["legalIdentifier"]
    website = document.get("homepage", "")
    consent, since = details.get("consent"), details.get("memberSince")
    return MemberRow(
        country=_country(identifier),
        organisation_number=identifier["notation"],
        name=document["name"],
        legal_form=details.get("legalForm", ""),
        website=website if isinstance(website, str) else "",
        email=details.get("email", ""),
        contact=details.get("contact", ""),
        consent=dt.date.fromisoformat(consent) if consent else None,
        municipality=details.get("municipality", ""),
        nace=tuple(_several(document.get("companyActivity"))),
        employees=document.get("employees"),
        employees_band=details.get("employeesBand", ""),
        member_since=dt.date.fromisoformat(since) if since else None,
        member_type=details.get("memberType", ""),
        expertise=tuple(
            labels[iri] for iri in _several(document.get("knowsAbout")) if iri in labels
        ),
        offers=tuple(details.get("offers", ())),
        needs=tuple(details.get("needs", ())),
        descriptions={
            tag: _as_text(text) for tag, text in (document.get("summaryMap") or {}).items()
        },
        publish=publish,
    )


def _country(identifier: Mapping[str, Any]) -> str:
    """By the register, or as its numbers are long, where an author calls it otherwise."""
    known = _COUNTRIES.get(identifier.get("schemaAgency", ""))
    return known or ("DK" if len(identifier["notation"]) == 8 else "NO")


def draft_documents(
    member: MemberRow, *, member_iri: str, end_time: str, concept_iris: Mapping[str, str]
) -> list[Document]:
    """Return a draft Proposal for each offer and need of the sheet (FEP-0837).

    Their ``purpose`` is ``offer`` or ``request``. *end_time* is an xsd:dateTime, *concept_iris*
    the node's expertises by ``fold_label``; one is stated where the text names it. They are
    drafts for the desk to finish, never for publishing as they are.
    """
    return [
        _draft(member, texts, purpose, party, member_iri, end_time, concept_iris)
        for drafts, purpose, party in (
            (member.offers, "offer", "provider"),
            (member.needs, "request", "receiver"),
        )
        for texts in drafts
    ]


def _draft(
    member: MemberRow,
    texts: Texts,
    purpose: str,
    party: str,
    member_iri: str,
    end_time: str,
    concept_iris: Mapping[str, str],
) -> Document:
    intent: Document = {"type": "Intent", "action": "deliverService", party: member_iri}
    label = _label_in(texts.values(), member.expertise, concept_iris)
    if label:
        intent["resourceConformsTo"] = _concept(label, concept_iris)
    intent |= _list("resourceClassifiedAs", member.nace)
    intent["resourceQuantity"] = {"hasUnit": "one", "hasNumericalValue": "1"}
    place = find_municipality(member.country, member.municipality) if member.municipality else None
    return {
        "type": "Note",
        "kind": "Proposal",
        "purpose": purpose,
        "nameMap": dict(texts),
        "contentMap": {
            tag: f"<p>{html.escape(text, quote=False)}</p>" for tag, text in texts.items()
        },
        "endTime": end_time,
        "publishes": intent,
        "workingLanguage": list(texts),
        **({"region": [place.nuts_iri]} if place else {}),
    }


def _label_in(texts: Iterable[str], own: Sequence[str], known: Iterable[str]) -> str:
    """Return the expertise that a text names: the longest of the member's *own*, else of *known*.

    None is guessed: the desk sees that it is lacking, and would not see that it is another.
    """
    said = fold_label("\n".join(texts))
    for labels in (own, known):
        named = [label for label in labels if _names(said, fold_label(label))]
        if named:
            return max(named, key=len)
    return ""


def _names(said: str, label: str) -> bool:
    """Whether *label* stands in *said* as words of its own: “it” is no part of “kapasitet”."""
    return label in said and re.search(rf"(?<!\w){re.escape(label)}(?!\w)", said) is not None


def concept_document(label: str, language: str) -> Document:
    """Return the wire object of a new expertise."""
    return {"type": "Concept", "prefLabel": {language: label}}


def _concept(label: str, concept_iris: Mapping[str, str]) -> str:
    return concept_iris.get(fold_label(label), f"concept:{label}")


def _list(key: str, values: Iterable[str]) -> Document:
    kept = list(dict.fromkeys(values))
    return {key: kept} if kept else {}


def _several(value: Any) -> Iterator[str]:
    """A list of one may have become its one value; what is no text is no link."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item


def _as_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _as_text(markup: str) -> str:
    reader = _TextReader()
    reader.feed(markup)
    reader.close()
    return "".join(reader.pieces).strip()


class _TextReader(HTMLParser):
    """Takes text out of HTML; breaks and ends of paragraphs are line breaks.

    Unlike ``vocab.texts.plain_text`` it keeps spaces and blank lines, so that what was exported
    and imported again has not changed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.pieces.append("\n")
