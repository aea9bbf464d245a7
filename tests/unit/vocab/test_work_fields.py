import json
from pathlib import Path

import pytest

from vocab.classes import ResourceClass, classify
from vocab.stages import NEXT_STAGES, may_follow
from vocab.work_fields import Value, authored_keys, with_work_fields, work_fields

WIRE = Path(__file__).parents[2] / "data" / "wire"
WORKS = ("case", "collaboration", "practice")


def wire(name: str) -> dict[str, object]:
    """Return a worked document."""
    document: dict[str, object] = json.loads((WIRE / f"{name}.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize("name", WORKS)
def test_fields_written_back_say_the_same(name: str) -> None:
    """Reading the fields of a work and writing them into it changes none of them."""
    document = wire(name)
    klass = classify(document)
    assert klass is not None
    written = with_work_fields(document, work_fields(document), klass)
    assert work_fields(written) == work_fields(document)
    for key in ("id", "attributedTo", "license", "contributor", "version"):
        assert written.get(key) == document.get(key)


def test_texts_are_fields_by_language() -> None:
    """And the plain text beside them is none."""
    document = {
        "type": "Article", "kind": "BusinessCase", "id": "https://x.example/cases/1",
        "name": "En", "nameMap": {"nb": "En", "en": "One"}, "trl": 7,
        "participant": ["https://x.example/members/1", "https://x.example/members/1"],
    }  # fmt: skip
    assert work_fields(document) == {
        "name.nb": "En",
        "name.en": "One",
        "participant": ("https://x.example/members/1",),
        "trl": 7,
    }


def test_a_field_that_is_left_out_goes() -> None:
    """And what its home says stays."""
    document = wire("case")
    written = with_work_fields(document, {"problem.nb": "Nytt."}, ResourceClass.CASE)
    assert work_fields(written) == {"problem.nb": "Nytt."}
    assert written["contributor"] == document["contributor"]


def test_fields_of_the_home_are_not_written() -> None:
    """A proposal that names them changes nothing."""
    document = wire("case")
    fields: dict[str, Value] = {
        "license": "https://evil.example/",
        "version": "9.0.0",
        "id": "x",
        "to": ("y",),
    }
    written = with_work_fields(document, {**work_fields(document), **fields}, ResourceClass.CASE)
    for key in fields:
        assert written.get(key) == document.get(key)
    assert {"license", "version", "contributor", "id"}.isdisjoint(authored_keys(ResourceClass.CASE))


def test_stages_are_a_closed_table() -> None:
    """Every stage that may follow is one; nothing follows the end; each may stay."""
    assert {stage for after in NEXT_STAGES.values() for stage in after} <= set(NEXT_STAGES)
    assert NEXT_STAGES["ended"] == ()
    for stage in NEXT_STAGES:
        assert may_follow(stage, stage)
    assert not may_follow("ended", "running")
    assert not may_follow("running", "idea")
