"""Concepts of expertise."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vocab.classes import ResourceClass
from vocab.models.resource import Resource
from vocab.models.text_values import Texts
from vocab.models.wire_fields import labels, language_map, link, links, string


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Resource):
    """A skill or field that companies know about, in a cluster's own list (SKOS)."""

    klass: ClassVar[ResourceClass] = ResourceClass.CONCEPT

    pref_label: Texts = language_map("prefLabel")
    alt_labels: Mapping[str, tuple[str, ...]] = labels("altLabel")
    notation: str | None = string("notation")
    in_scheme: str | None = link("inScheme")
    broader: tuple[str, ...] = links("broader")
    related: tuple[str, ...] = links("related")
    exact_match: tuple[str, ...] = links("exactMatch")
    close_match: tuple[str, ...] = links("closeMatch")
    broad_match: tuple[str, ...] = links("broadMatch")
    narrow_match: tuple[str, ...] = links("narrowMatch")
    related_match: tuple[str, ...] = links("relatedMatch")
