"""Workshops, meetings and fairs."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from vocab.classes import ResourceClass
from vocab.models.resource import Resource
from vocab.models.text_values import Texts
from vocab.models.wire_fields import decimal, link, links, moment, parts, string, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is: a Place, or a VirtualLocation with its address on the web."""

    type: str | None = string("type")
    id: str | None = string("id")
    name: Texts = texts("name")
    latitude: float | None = decimal("latitude")
    longitude: float | None = decimal("longitude")
    url: str | None = link("url")
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Resource):
    """Something that begins and ends (FEP-8a8e)."""

    klass: ClassVar[ResourceClass] = ResourceClass.EVENT

    start: datetime | None = moment("startTime")
    end: datetime | None = moment("endTime")
    #: A name of the IANA time zone database.
    timezone: str | None = string("timezone")
    organizers: tuple[str, ...] = links("organizers")
    places: tuple[Place, ...] = parts("location", lambda: Place)
    subjects: tuple[str, ...] = links("subjectConcept")
