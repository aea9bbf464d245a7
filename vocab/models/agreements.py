"""Agreements and their commitments, as FEP-0837 proposes and finalises them."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vocab.models.proposals import Quantity
from vocab.models.wire_fields import link, part, read_fields, string
from vocab.terms import local_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A company that a commitment names."""

    id: str | None = string("id")
    name: str | None = string("name")
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What one side would do, of what an intent speaks of."""

    id: str | None = string("id")
    satisfies: str | None = link("satisfies")
    quantity: Quantity | None = part("resourceQuantity", lambda: Quantity)
    provider: Party | None = part("provider", lambda: Party)
    receiver: Party | None = part("receiver", lambda: Party)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Commitments to an offer or need; with an id it is finalised, or on its way there."""

    id: str | None = string("id")
    attributed_to: str | None = link("attributedTo")
    in_reply_to: str | None = link("inReplyTo")
    status: str | None = link("status")
    stipulates: Commitment | None = part("stipulates", lambda: Commitment)
    reciprocal: Commitment | None = part("stipulatesReciprocal", lambda: Commitment)
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_agreement(document: object) -> Agreement | None:
    """Return the agreement that *document* is, in any of the spellings in use, or None.

    It is one by its type, or by its commitments alone (FEP-2277).
    """
    if not isinstance(document, Mapping):
        return None
    named = document.get("type")
    types = {local_name(str(entry)) for entry in (named if isinstance(named, list) else [named])}
    if "Agreement" not in types and not any(local_name(key) == "stipulates" for key in document):
        return None
    return Agreement(**read_fields(Agreement, document))
