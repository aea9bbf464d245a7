"""Whatever an author writes, ``publish`` publishes it or says what is wrong with it."""

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from node.errors import NodeError, RefusedDocument
from node.storage import resources
from node.storage.database import Database
from tests.integration.publishing.samples import AUTHORED, HERE, authored, intent, offer, put
from vocab.classes import ResourceClass

# fmt: off
KEYS = (
    "id", "@id", "type", "kind", "class", "name", "nameMap", "summary", "summaryMap", "content",
    "contentMap", "publishes", "reciprocal", "provider", "receiver", "anonymous",
    "audienceLevel", "endTime", "startTime", "published", "updated", "to", "cc", "url",
    "attributedTo", "legalName", "legalIdentifier", "notation", "prefLabel", "altLabel",
    "contactPoint", "region", "workingLanguage", "license", "version", "participant",
    "subjectConcept", "preferredUsername", "@context", "@graph", "@reverse", "@type",
    "kx:anonymous", "vf:provider", "tag", "location", "endpoints", "knowsAbout", "iso6523Code",
)
# fmt: on
TEXTS = (
    "",
    "nb",
    "2027-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "org:NO:900407939",
    "org:",
    "concept:",
    "concept:x",
    "https://digin.example/members/x",
    "https://digin.example/offers/1",
    "http://[",
    "as:Public",
    "<p>x",
    "\u0000",
    "\ud800",
    "network",
    "http://data.europa.eu/nuts/code/NO092",
)  # fmt: skip
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(TEXTS)
    | st.text(max_size=8)
)
keys = st.sampled_from(KEYS) | st.text(max_size=6)
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(keys, trees, max_size=6)
classes = st.sampled_from(sorted(AUTHORED))
patient = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


#: What the node says passes, and nothing else.
only_refusals = partial(suppress, NodeError)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@patient
@given(document=documents, klass=classes, publish=st.booleans())
async def test_any_object_is_published_or_refused(
    database: Database, document: dict[str, Any], klass: ResourceClass, publish: bool
) -> None:
    """Drafts too: they are stored with whatever is wrong, so it must be storable."""
    with only_refusals():
        await put(database, document, klass, publish=publish)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@patient
@given(changes=documents, klass=classes, publish=st.booleans())
@example(changes={"endTime": "0001-01-01T00:00:00+23:59"}, klass=ResourceClass.OFFER, publish=True)
@example(changes={"nameMap": {"nb": ["x"]}}, klass=ResourceClass.OFFER, publish=True)
@example(changes={"name": float("nan")}, klass=ResourceClass.OFFER, publish=True)
@example(changes={"nameMap": {"nb": "\ud800"}}, klass=ResourceClass.OFFER, publish=True)
async def test_a_good_document_spoilt_is_published_or_refused(
    database: Database, changes: dict[str, Any], klass: ResourceClass, publish: bool
) -> None:
    """What is published can be read back, and published again without a change."""
    document = authored(klass, "https://infinit.example/members/1") | changes
    with only_refusals():
        done = await put(database, document, klass, publish=publish)
        again = await put(database, document, klass, publish=publish, iri=done.iri)
        assert again.change == "unchanged"
        async with database.reading() as connection:
            row = await resources.get(connection, done.iri)
        assert row is not None
        assert row.document["id"] == done.iri


async def test_nesting_has_an_end(database: Database) -> None:
    """What is nested more deeply than others take is refused, not recursed into."""
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, offer(extra=deep))

    assert [finding.code for finding in refusal.value.findings] == ["KX-D05"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@patient
@given(publishes=trees, reciprocal=trees)
async def test_no_spelling_lets_an_anonymous_company_out(
    database: Database, publishes: Any, reciprocal: Any
) -> None:
    """Whatever stands around it: who offers is never in the wire object."""
    secret = f"{HERE.base_url}/members/secret"
    around = {"publishes": [publishes, intent(provider=secret)], "reciprocal": reciprocal}
    for written in (around, {"publishes": {**intent(receiver=[secret]), "note": publishes}}):
        with only_refusals():
            done = await put(database, offer(anonymous=True, **written), publish=False)
            async with database.reading() as connection:
                row = await resources.get(connection, done.iri)
            assert row is not None
            assert secret not in row.wire
