"""What was done, is being done, and can be done: cases, collaborations and practices."""

# The calls below return dataclasses.field(...), each made for one field.
# ruff: noqa: RUF009

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from vocab.classes import ResourceClass
from vocab.models.resource import Resource
from vocab.models.text_values import Texts
from vocab.models.wire_fields import integer, language_map, link, links, moment, name, string


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCase(Resource):
    """A documented innovation by named firms, with results that others can reuse."""

    klass: ClassVar[ResourceClass] = ResourceClass.CASE

    problem: Texts = language_map("problem")
    setting: Texts = language_map("setting")
    solution: Texts = language_map("solution")
    outcomes: Texts = language_map("outcomes")
    lessons: Texts = language_map("lessons")
    participants: tuple[str, ...] = links("participant")
    contributors: tuple[str, ...] = links("contributor")
    subjects: tuple[str, ...] = links("subjectConcept")
    #: Technology readiness level, 1 to 9.
    trl: int | None = integer("trl")
    version: str | None = string("version")
    previous_version: str | None = link("previousVersion")
    derived_from: tuple[str, ...] = links("derivedFrom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration(Resource):
    """A joint undertaking of firms and clusters, from idea to end."""

    klass: ClassVar[ResourceClass] = ResourceClass.COLLABORATION

    #: idea, seeking, applying, running or ended.
    stage: str | None = name("stage")
    partner_sought: Texts = language_map("partnerSought")
    participants: tuple[str, ...] = links("participant")
    contributors: tuple[str, ...] = links("contributor")
    subjects: tuple[str, ...] = links("subjectConcept")
    call: str | None = link("call")
    deadline: datetime | None = moment("endTime")
    resulted_in: tuple[str, ...] = links("resultedIn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice(Resource):
    """A guide to something that works."""

    klass: ClassVar[ResourceClass] = ResourceClass.PRACTICE

    resource_type: str | None = string("learningResourceType")
    teaches: tuple[str, ...] = links("teaches")
    esco_skills: tuple[str, ...] = links("relatedESCOSkill")
    derived_from: tuple[str, ...] = links("derivedFrom")
