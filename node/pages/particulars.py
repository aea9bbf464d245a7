"""The list of facts on the sheet of each kind of thing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from node.pages import words
from node.pages.details import filled
from node.pages.formatting import date_text, number_text, span_text
from node.pages.industries import LABEL_LANGUAGE, industry_name, nace_classes, notation
from node.pages.listing_items import ends_text, readiness_of, version_text
from node.pages.places import places, regions
from node.pages.translating import mark as N_  # gettext's own name for it
from node.pages.view_context import ViewContext, outside_link
from node.pages.views import Link, Particular, Passage
from node.pages.wire_values import (
    Document,
    iris,
    items,
    moment,
    nested,
    text,
    texts,
    web_address,
)
from vocab.texts import text_map

#: Facts as label and values, before the empty ones are left out.
Facts = Iterator[tuple[str, Sequence[Link]]]


CLASSES_OF_A_DIVISION = N_("NACE {division}, class {codes}")


def particulars(kind: str, document: Document, context: ViewContext) -> tuple[Particular, ...]:
    """Return the facts about a thing of *kind*, without those that it does not state."""
    facts = FACTS.get(kind, _no_facts)(document, context)
    return tuple(Particular(label=label, values=tuple(links)) for label, links in facts if links)


def _no_facts(document: Document, context: ViewContext) -> Facts:
    yield from ()


def _proposal(document: Document, context: ViewContext) -> Facts:
    intent = nested(document, "publishes")
    yield "expertise", _concepts(intent.get("resourceConformsTo"), context)
    yield "industry", _industries(document, context)
    yield "region", _plain(regions(document, context.language))
    yield "languages", _languages(document, context)
    yield "starts", _plain([date_text(moment(document.get("startTime")), context.language)])
    yield "ends", _plain([ends_text(document, context)])


def _member(document: Document, context: ViewContext) -> Facts:
    yield "industry", _industries(document, context)
    yield "region", _plain(regions(document, context.language))
    yield "employees", _employees(document, context)
    yield "website", _website(document)
    yield "email", _email(document)
    yield "languages", _languages(document, context)
    yield "member_of", _actors(document.get("memberOf"), context)
    yield "legal_name", _registered_name(document)
    yield "organisation_number", _organisation_number(document)


def _case(document: Document, context: ViewContext) -> Facts:
    yield "participants", _actors(document.get("participant"), context)
    yield "contributors", _actors(document.get("contributor"), context)
    yield "expertise", _concepts(document.get("subjectConcept"), context)
    yield "readiness", _readiness(document, context)
    yield "region", _plain(regions(document, context.language))
    yield "version", _plain([version_text(document)])
    yield "built_on", _documents(document.get("derivedFrom"), context)
    yield "licence", _licence(document)


def _collaboration(document: Document, context: ViewContext) -> Facts:
    yield "stage", _plain([text(document.get("stage"))])
    yield "participants", _actors(document.get("participant"), context)
    yield "partners", _actors(document.get("contributor"), context)
    yield "expertise", _concepts(document.get("subjectConcept"), context)
    yield "region", _plain(regions(document, context.language))
    yield "languages", _languages(document, context)
    call = web_address(document.get("call"))
    yield "call", [Link(text=_bare(call), href=call)] if call else []
    yield "deadline", _plain([ends_text(document, context)])
    yield "results", _documents(document.get("resultedIn"), context)


def _event(document: Document, context: ViewContext) -> Facts:
    zone = document.get("timezone")
    start, end = moment(document.get("startTime"), zone), moment(document.get("endTime"), zone)
    yield "when", _plain([span_text(start, end, context.language)])
    yield "where", [Link(text=name or _bare(url), href=url) for name, url in places(document)]
    yield "organisers", _actors(document.get("organizers"), context)
    yield "expertise", _concepts(document.get("subjectConcept"), context)
    yield "languages", _languages(document, context)


def _practice(document: Document, context: ViewContext) -> Facts:
    yield "type", _resource_type(document)
    yield "teaches", _concepts(document.get("teaches"), context)
    yield "esco", [outside_link(iri) for iri in iris(document.get("relatedESCOSkill"))]
    yield "contributors", _actors(document.get("contributor"), context)
    yield "built_on", _documents(document.get("derivedFrom"), context)
    yield "languages", _languages(document, context)
    yield "licence", _licence(document)


def _concept(document: Document, context: ViewContext) -> Facts:
    yield "in_other_languages", _other_labels(document, context)
    yield "other_names", _alternatives(document)
    for label, key in CONCEPT_LINKS:
        yield label, [_match(iri, context) for iri in iris(document.get(key))]


CONCEPT_LINKS = (
    ("broader", "broader"),
    ("narrower", "narrower"),
    ("related", "related"),
    ("exact_match", "exactMatch"),
    ("close_match", "closeMatch"),
    ("broad_match", "broadMatch"),
    ("narrow_match", "narrowMatch"),
)

FACTS: dict[str, Callable[[Document, ViewContext], Facts]] = {
    "offer": _proposal,
    "need": _proposal,
    "member": _member,
    "case": _case,
    "collaboration": _collaboration,
    "event": _event,
    "practice": _practice,
    "concept": _concept,
}


def _plain(values: Iterable[str]) -> list[Link]:
    return [Link(text=value) for value in values if value]


def _concepts(value: object, context: ViewContext) -> list[Link]:
    return [context.concept(iri) for iri in iris(value)]


def _match(iri: str, context: ViewContext) -> Link:
    """Return a concept; one of another cluster says whose it is, since they may read the same."""
    link = context.concept(iri)
    elsewhere = link.href.startswith("/resource")
    return replace(link, note=context.cluster(iri)) if elsewhere else link


def _actors(value: object, context: ViewContext) -> list[Link]:
    found = (context.actor(iri) or _unknown_cluster(iri, context) for iri in iris(value))
    return [link for link in found if link]


def _unknown_cluster(iri: str, context: ViewContext) -> Link | None:
    """A cluster that this node does not know is named by its host; a company cannot be named."""
    href = web_address(iri) if iri.endswith("/cluster") else ""
    return Link(text=context.cluster(iri), href=href) if href else None


def _languages(document: Document, context: ViewContext) -> list[Link]:
    return _plain(context.language_names(texts(document.get("workingLanguage"))))


def _industries(document: Document, context: ViewContext) -> list[Link]:
    """Each branch once, with the codes of the revisions that have it behind its name."""
    classes: dict[Passage, list[str]] = {}
    for iri in nace_classes(document):
        classes.setdefault(industry_name(iri, context.language), []).append(iri)
    return [
        Link(text=name.text, language=name.language, note=_codes(name, known, context.language))
        for name, known in classes.items()
        if name.text
    ]


def _codes(name: Passage, classes: Sequence[str], language: str) -> str:
    """Say what *name* is the name of: the classes themselves, or the division that they are in."""
    codes = ", ".join(dict.fromkeys(notation(iri) for iri in classes))
    division = notation(classes[0])[:2]
    if name.language == LABEL_LANGUAGE or codes == division:
        return f"NACE {codes}"
    return filled(CLASSES_OF_A_DIVISION, {"division": division, "codes": codes}, language)


def _employees(document: Document, context: ViewContext) -> list[Link]:
    number = text(document.get("employees"))
    return _plain([number_text(int(number), context.language) if number.isdecimal() else number])


def _website(document: Document) -> list[Link]:
    address = web_address(document.get("homepage"))
    return [Link(text=_bare(address), href=address)] if address else []


def _email(document: Document) -> list[Link]:
    address = text(nested(document, "contactPoint").get("email"))
    return [Link(text=address, href=f"mailto:{address}")] if "@" in address else []


def _registered_name(document: Document) -> list[Link]:
    """The name in the register, where it is another than the name above."""
    names = list(text_map(document, "legalName").values())[:1]
    return _plain(name for name in names if name not in text_map(document, "name").values())


def _organisation_number(document: Document) -> list[Link]:
    number = text(nested(document, "legalIdentifier").get("notation"))
    register = web_address(document.get("sameAs"))
    return [Link(text=number, href=register)] if number else []


def _readiness(document: Document, context: ViewContext) -> list[Link]:
    sentence = readiness_of(document, context.language)
    level = text(document.get("trl"))
    return [Link(text=sentence, note=f"TRL {level}")] if sentence else []


def _documents(value: object, context: ViewContext) -> list[Link]:
    return [context.thing(iri) for iri in iris(value)]


def _licence(document: Document) -> list[Link]:
    address = web_address(document.get("license"))
    known = (name for start, name in words.LICENCES.items() if address.startswith(start))
    return [Link(text=next(known, _bare(address)), href=address)] if address else []


def _resource_type(document: Document) -> list[Link]:
    """A key of ``words.RESOURCE_TYPES`` where it is one; the template translates it."""
    return _plain([text(document.get("learningResourceType"))])


def _other_labels(document: Document, context: ViewContext) -> list[Link]:
    labels = document.get("prefLabel")
    if not isinstance(labels, dict):
        return []
    shown = context.chosen({tag: text(label) for tag, label in labels.items() if text(label)})
    if shown is None:
        return []
    tags: dict[str, list[str]] = {}
    for tag, label in labels.items():
        if text(label) not in ("", shown.text) and not tag.startswith("@"):
            tags.setdefault(text(label), []).append(tag)
    return [
        Link(text=label, language=said[0], note=", ".join(context.language_names(said)))
        for label, said in tags.items()
    ]


def _alternatives(document: Document) -> list[Link]:
    labels = document.get("altLabel")
    if not isinstance(labels, dict):
        return _plain(texts(labels))
    return [
        Link(text=label, language=tag) for tag, value in labels.items() for label in items(value)
    ]


def _bare(address: str) -> str:
    """Return an address as people read it."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
