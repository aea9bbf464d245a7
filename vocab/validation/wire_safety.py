"""Checks of the JSON itself, which no shape can see.

Other servers read the JSON and not the graph, so it must be good as both.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from stdnum.dk import cvr
from stdnum.no import orgnr

from vocab.classes import ResourceClass, classify
from vocab.contexts import term_table
from vocab.contexts.term_table import our_terms
from vocab.personal_data import looks_personal, personal_fields
from vocab.schemes.nace import is_nace
from vocab.schemes.regions import is_region
from vocab.terms import AS_CONTEXT, NUTS
from vocab.validation.findings import Finding, Profile, Severity
from vocab.validation.wire_messages import WIRE_MESSAGES

#: A code, the field concerned, and the value where the message repeats it.
_Slip = tuple[str, str] | tuple[str, str, str]
#: Keys whose values are terms.
_TERM_VALUED: Final = frozenset({"type", "kind", "purpose", "action", "stage"})
#: Keys below which there are no terms.
_OPAQUE: Final = frozenset({"@context", "nameMap", "summaryMap", "contentMap"})
_EU_DATA: Final = "http://data.europa.eu/"
#: Every revision of NACE: one that is not bundled is as good as unknown.
_ANY_NACE: Final = _EU_DATA + "ux2/nace"
#: What has another form, the shapes refuse.
_NUTS_FORM: Final = re.escape(NUTS) + r"[A-Z]{2}[A-Z0-9]{0,3}"
#: Slips that stop nobody from reading the rest.
_WARNINGS: Final = frozenset({"KX-W06"})


def check_wire(document: Mapping[str, Any], profile: Profile) -> Iterator[Finding]:
    """Yield what is wrong with the JSON of a document: violations when publishing.

    On receiving they are warnings, for what could do harm was refused before.
    """
    for check in _CHECKS:
        for code, field, *value in dict.fromkeys(check(document)):
            strict = profile is Profile.PUBLISH and code not in _WARNINGS
            yield _finding(code, field, "violation" if strict else "warning", *value)


def unacceptable(reason: str) -> Finding:
    """Return the finding for a document that cannot be read in one way only."""
    messages = {tag: f"{text} ({reason})" for tag, text in WIRE_MESSAGES["KX-W03"].items()}
    return Finding("KX-W03", "@context", "violation", messages)


def is_organisation_number(number: str) -> bool:
    """Say whether a number is a Norwegian or Danish organisation number, check digit included."""
    return bool(orgnr.is_valid(number) or cvr.is_valid(number))


def _finding(code: str, field: str, severity: Severity, value: str = "") -> Finding:
    texts = WIRE_MESSAGES[code]
    if value:
        texts = {tag: text.replace("{value}", value) for tag, text in texts.items()}
    return Finding(code, field, severity, texts)


def _type(document: Mapping[str, Any]) -> Iterator[_Slip]:
    if classify(document) is not ResourceClass.CONTACT and not isinstance(
        document.get("type"), str
    ):
        yield "KX-W01", "type"


def _context(document: Mapping[str, Any]) -> Iterator[_Slip]:
    context = document.get("@context")
    first = context[0] if isinstance(context, list) and context else context
    if first != AS_CONTEXT:
        yield "KX-W02", "@context"


def _unmapped_terms(document: Mapping[str, Any]) -> Iterator[_Slip]:
    mapped, ours = term_table(document.get("@context")).terms, our_terms()
    for name in _names(document):
        if name in ours and name not in mapped:
            yield "KX-W04", name


def _names(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield all keys of the document, and the strings that stand for types and values."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(item for item in value if isinstance(item, (dict, list)))
            continue
        for key, inner in value.items():
            if key in _TERM_VALUED:
                yield from (name for name in _listed(inner) if isinstance(name, str))
            yield key
            if isinstance(inner, (dict, list)) and key not in _OPAQUE:
                waiting.append(inner)


def _personal_data(document: Mapping[str, Any]) -> Iterator[_Slip]:
    for field in personal_fields(document):
        yield "KX-W05", field


def _mailboxes(document: Mapping[str, Any]) -> Iterator[_Slip]:
    for contact in [document, *_listed(document.get("contactPoint"))]:
        email = contact.get("email") if isinstance(contact, Mapping) else None
        if isinstance(email, str) and looks_personal(email):
            yield "KX-W06", "email"


def _times(document: Mapping[str, Any]) -> Iterator[_Slip]:
    start, end = _moment(document.get("startTime")), _moment(document.get("endTime"))
    if start is not None and end is not None and end < start:
        yield "KX-W07", "endTime"


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _url(document: Mapping[str, Any]) -> Iterator[_Slip]:
    home = _host(document.get("id"))
    for url in _listed(document.get("url")):
        target = url.get("href") if isinstance(url, Mapping) else url
        if home and isinstance(target, str) and _host(target) != home:
            yield "KX-W08", "url"


def _host(iri: Any) -> str:
    try:
        return urlsplit(iri).netloc.lower() if isinstance(iri, str) else ""
    except ValueError:
        return ""


def _anonymity(document: Mapping[str, Any]) -> Iterator[_Slip]:
    if document.get("anonymous") is not True:
        return
    for intent in [*_listed(document.get("publishes")), *_listed(document.get("reciprocal"))]:
        for party in ("provider", "receiver"):
            if isinstance(intent, Mapping) and intent.get(party):
                yield "KX-W09", party


def _organisation_number(document: Mapping[str, Any]) -> Iterator[_Slip]:
    for identifier in _listed(document.get("legalIdentifier")):
        number = identifier.get("notation") if isinstance(identifier, Mapping) else None
        if not isinstance(number, str) or not re.fullmatch(r"[0-9]{8,9}", number):
            continue  # The shapes say what is wrong with those.
        if not is_organisation_number(number):
            yield "KX-O01", "legalIdentifier"


def _codes(document: Mapping[str, Any]) -> Iterator[_Slip]:
    for field, iri in _coded(document):
        if iri.startswith(_ANY_NACE) and not is_nace(iri):
            yield "KX-W10", field, iri
        elif re.fullmatch(_NUTS_FORM, iri) and not is_region(iri):
            yield "KX-W11", field, iri


def _coded(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the key and value of every short text that may name a code, however deep."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        field, value = waiting.pop()
        if isinstance(value, str):
            if value.startswith(_EU_DATA) and len(value) <= 100:
                yield field, value
        elif isinstance(value, list):
            waiting.extend((field, item) for item in value)
        elif isinstance(value, Mapping):
            waiting.extend((key, inner) for key, inner in value.items() if key not in _OPAQUE)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_CHECKS: Final[tuple[Callable[[Mapping[str, Any]], Iterator[_Slip]], ...]] = (
    _type,
    _context,
    _unmapped_terms,
    _personal_data,
    _mailboxes,
    _times,
    _url,
    _anonymity,
    _organisation_number,
    _codes,
)
