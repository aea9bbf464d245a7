import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from vocab.canonical import canonical_hash
from vocab.classes import classify
from vocab.contexts import check_document, expand_contexts, inherit_context
from vocab.errors import UnacceptableDocument, VocabularyError
from vocab.quads import document_quads
from vocab.reading import read_resource
from vocab.validation import Profile, validate


def read_json(path: Path) -> Any:
    """Return what a file holds; one of the W3C's examples has a bare line break in a text."""
    return json.loads(path.read_text("utf-8"), strict=False)


def objects(document: Any) -> list[dict[str, Any]]:
    """Return a document and what it carries."""
    if not isinstance(document, dict):
        return []
    inner = document.get("object")
    carried = [inherit_context(document, inner)] if isinstance(inner, dict) else []
    return [document, *carried]


@pytest.mark.parametrize("folder", ["activitystreams", "pasture-inputs"])
def test_whatever_arrives_is_understood_or_refused(folder: str, suite: Any) -> None:
    """Documents as the W3C and real servers write them raise nothing but our own errors."""
    count = 0
    for path in Path(suite(folder)).rglob("*.json"):
        for document in objects(read_json(path)):
            count += 1
            validate(document, Profile.RECEIVE)
            classify(document)
            for read in (document_quads, read_resource, expand_contexts):
                try:
                    read(document)
                except VocabularyError:
                    continue

    assert count > 60


def test_no_real_activity_is_taken_for_a_game(suite: Any) -> None:
    """What other servers sent passes the check of contexts."""
    for path in Path(suite("pasture-inputs")).rglob("*.json"):
        check_document(read_json(path))


def test_the_poison_graph_is_bounded(suite: Any) -> None:
    """A graph made to keep canonicalisation busy is refused at once (SECURITY C12)."""
    path = next(Path(suite("rdf-canon")).rglob("*.nq"))
    quads = list(parse(path=str(path), format=RdfFormat.N_QUADS))

    with pytest.raises(UnacceptableDocument):
        canonical_hash(quads)
