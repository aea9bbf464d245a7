"""What all things of the profile share."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from vocab.classes import PROFILES, ClassProfile, ResourceClass
from vocab.models.text_values import Texts
from vocab.models.wire_fields import audience, link, links, moment, string, strings, texts
from vocab.terms import AS_PUBLIC

_PUBLIC = frozenset({AS_PUBLIC, "as:Public", "Public"})


class Audience(StrEnum):
    """Who may see a thing."""

    PUBLIC = "public"
    NETWORK = "network"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A published thing, as its wire document says."""

    klass: ClassVar[ResourceClass]

    id: str = string("id")
    type: str | None = string("type")
    kinds: tuple[str, ...] = links("kind")
    url: str | None = link("url")
    #: The author of record: the cluster.
    attributed_to: str | None = link("attributedTo")
    to: tuple[str, ...] = audience("to")
    cc: tuple[str, ...] = audience("cc")
    published: datetime | None = moment("published")
    updated: datetime | None = moment("updated")
    name: Texts = texts("name")
    summary: Texts = texts("summary")
    content: Texts = texts("content")
    working_languages: tuple[str, ...] = strings("workingLanguage")
    #: IRIs of NUTS regions.
    regions: tuple[str, ...] = links("region")
    licence: str | None = link("license")
    #: Keys of the document that the record does not know, "@context" among them.
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def profile(self) -> ClassProfile:
        """How the class looks on the wire and in URLs."""
        return PROFILES[self.klass]

    @property
    def audience(self) -> Audience:
        """Who may see it, by whom it is addressed to.

        The network is a collection of the cluster's, which its path names (FEDERATION).
        """
        recipients = (*self.to, *self.cc)
        if _PUBLIC.intersection(recipients):
            return Audience.PUBLIC
        if any(recipient.endswith("/network") for recipient in recipients):
            return Audience.NETWORK
        return Audience.PRIVATE
