"""Offers and needs: FEP-0837 proposals with their intents."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from vocab.classes import ResourceClass
from vocab.models.resource import Resource
from vocab.models.text_values import Texts
from vocab.models.wire_fields import (
    boolean,
    language_map,
    link,
    links,
    moment,
    name,
    number_text,
    part,
    string,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An amount and its unit; "one" is the unit of what is counted."""

    unit: str | None = name("hasUnit")
    #: The number as text, as FEP-0837 writes it; numbers are accepted.
    number: str | None = number_text("hasNumericalValue")
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is offered or sought, or expected in return."""

    type: str | None = string("type")
    id: str | None = string("id")
    #: deliverService or transfer.
    action: str | None = name("action")
    provider: str | None = link("provider")
    receiver: str | None = link("receiver")
    #: The concept of expertise.
    conforms_to: str | None = link("resourceConformsTo")
    #: IRIs of NACE classes and ESCO skills, so that matching fetches nothing.
    classified_as: tuple[str, ...] = links("resourceClassifiedAs")
    quantity: Quantity | None = part("resourceQuantity", lambda: Quantity)
    available: Quantity | None = part("availableQuantity", lambda: Quantity)
    minimum: Quantity | None = part("minimumQuantity", lambda: Quantity)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Resource):
    """An offer or a need."""

    purpose: str | None = name("purpose")
    intent: Intent | None = part("publishes", lambda: Intent)
    reciprocal: Intent | None = part("reciprocal", lambda: Intent)
    start: datetime | None = moment("startTime")
    end: datetime | None = moment("endTime")
    unit_based: bool | None = boolean("unitBased")
    partnership_types: tuple[str, ...] = links("partnershipType")
    partner_sought: Texts = language_map("partnerSought")
    #: The cluster stands where the company would, which stays in the cluster's own records.
    anonymous: bool | None = boolean("anonymous")

    @property
    def company(self) -> str | None:
        """The company that offers or seeks; None where it is anonymous or not said."""
        if self.intent is None or self.anonymous:
            return None
        return self.intent.provider if self.purpose == "offer" else self.intent.receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Proposal):
    """What a member offers."""

    klass: ClassVar[ResourceClass] = ResourceClass.OFFER


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Proposal):
    """What a member seeks."""

    klass: ClassVar[ResourceClass] = ResourceClass.NEED
