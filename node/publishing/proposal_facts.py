"""What an offer or need says that an interest in it must fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.errors import NodeError
from node.publishing.resource_rows import end_time
from node.storage.interests import InterestRow
from vocab.errors import UnreadableDocument
from vocab.models import Need, Offer
from vocab.quantities import Terms, read_number, terms_of
from vocab.reading import read_resource
from vocab.texts import title


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """An offer or need, as far as it matters here."""

    iri: str
    #: The cluster that answers for it.
    owner: str
    #: offer or request.
    purpose: str
    title: str
    ends_at: str | None
    intent: str
    terms: Terms
    reciprocal_intent: str | None
    reciprocal_terms: Terms | None
    #: The company that it names; None where it is anonymous.
    company: str | None

    def has_ended(self, now: str) -> bool:
        """Whether it is over by *now*, a ``clock.timestamp`` text."""
        return self.ends_at is not None and self.ends_at <= now


def proposal_facts(document: Mapping[str, Any]) -> ProposalFacts | None:
    """Return the facts of an offer or need in any spelling, None where it is neither."""
    try:
        found = read_resource(document)
    except UnreadableDocument:
        return None
    if not isinstance(found, Offer | Need) or found.intent is None:
        return None
    owner = found.attributed_to
    if not isinstance(owner, str) or found.purpose not in ("offer", "request"):
        return None
    iri, back = str(document["id"]), found.reciprocal
    return ProposalFacts(
        iri=iri,
        owner=owner,
        purpose=found.purpose,
        title=title(document, ())[1],
        ends_at=end_time(document),
        intent=found.intent.id or f"{iri}#primary",
        terms=terms_of(found.intent, found.unit_based),
        reciprocal_intent=(back.id or f"{iri}#reciprocal") if back else None,
        reciprocal_terms=terms_of(back, found.unit_based) if back else None,
        company=found.company,
    )


def known_facts(document: Mapping[str, Any], iri: str) -> ProposalFacts:
    """Return the facts of what stands at *iri*. Raises NodeError where it is no offer or need."""
    found = proposal_facts(document)
    if found is None:
        raise NodeError(
            f"{iri} is no offer and no need.",
            remedy="Give the address of an offer or need, as its page shows it under “Data”.",
            status=422,
        )
    return found


def remembered_facts(interest: InterestRow, owner: str) -> ProposalFacts:
    """Return the facts of what *interest* is about, where that is not kept here (any more).

    Which amounts there are is not known then: the other side says.
    """
    back = read_number(interest.reciprocal_quantity)
    return ProposalFacts(
        iri=interest.proposal,
        owner=owner,
        purpose=interest.purpose,
        title=interest.title,
        ends_at=interest.ends_at,
        intent=interest.intent,
        terms=Terms(unit=interest.unit, amount=None),
        reciprocal_intent=interest.reciprocal_intent,
        reciprocal_terms=Terms(unit=interest.reciprocal_unit or "one", amount=back)
        if interest.reciprocal_intent
        else None,
        company=interest.their_company,
    )
