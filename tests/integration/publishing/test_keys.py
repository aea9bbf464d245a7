from typing import Any

import pytest

from node.errors import RefusedDocument
from node.storage import resources
from node.storage.database import Database
from tests.integration.publishing.samples import (
    AUTHORED,
    authored,
    count,
    intent,
    member,
    offer,
    put,
)
from vocab.classes import ResourceClass
from vocab.terms import AS_CONTEXT, AS_PUBLIC
from vocab.validation import Finding

MEMBER = ResourceClass.MEMBER
FRENCH = {"AppelOffres": "https://else.example/ns#call", "prix": "https://else.example/ns#price"}


async def refused(database: Database, written: dict[str, Any]) -> list[Finding]:
    """Return why *written* is refused, by field; nothing of it is stored."""
    before = await count(database)
    with pytest.raises(RefusedDocument) as refusal:
        await put(database, written)
    assert await count(database) == before
    return list(refusal.value.findings)


@pytest.mark.parametrize(
    ("change", "code", "field", "meant"),
    [
        ({"anonymus": True}, "KX-D06", "anonymus", "“anonymous”"),
        ({"audiencelevel": "network"}, "KX-D06", "audiencelevel", "“audienceLevel”"),
        ({"audience_level": "network"}, "KX-D06", "audience_level", "“audienceLevel”"),
        ({"foo": 1}, "KX-D06", "foo", ""),
        ({"Anonymous": True}, "KX-D06", "Anonymous", "“anonymous”"),
        ({"org": "NO:900407939"}, "KX-D06", "org", ""),
        ({"running": True}, "KX-D06", "running", ""),
        ({"ex:price": 5}, "KX-D06", "ex:price", ""),
        ({"@contxt": {}}, "KX-D06", "@contxt", ""),
        ({"publishes": intent(recever="x")}, "KX-D06", "publishes.recever", "“receiver”"),
        ({"tag": [{"nme": "x"}]}, "KX-D06", "tag.nme", "“name”"),
        ({"publishes": intent(anonymous=True)}, "KX-A05", "publishes.anonymous", "“anonymous”"),
        (
            {"partnerSought": {"nb": "x", "anonymous": True}},
            "KX-A05",
            "partnerSought.anonymous",
            "",
        ),
        ({"nameMap": {"nb": "x", "endTime": "x"}}, "KX-D08", "nameMap.endTime", ""),
        ({"kx:audience": "network"}, "KX-A05", "kx:audience", "“audienceLevel”"),
        ({"actor": "https://evil.example/x"}, "KX-D07", "actor", ""),
        ({"inbox": "https://evil.example/x"}, "KX-D07", "inbox", ""),
        ({"network": True}, "KX-D07", "network", ""),
        ({"audience": "network"}, "KX-A04", "audience", "“audienceLevel”"),
        ({"bto": ["https://digin.example/members/1"]}, "KX-A04", "bto", "“audienceLevel”"),
        ({"to": ["https://digin.example/cluster/network"]}, "KX-A04", "to", "“audienceLevel”"),
        ({"to": []}, "KX-A04", "to", ""),
        ({"cc": ["https://infinit.example/cluster"]}, "KX-A04", "cc", ""),
    ],
)
async def test_keys_that_would_do_nothing_are_refused(
    database: Database, change: dict[str, Any], code: str, field: str, meant: str
) -> None:
    """A slip, at whatever depth, is named with its place and with what was perhaps meant."""
    findings = await refused(database, offer(**change))
    found = {finding.field: finding for finding in findings}

    assert field in found, findings
    assert found[field].code == code
    assert field in found[field].message("nn")
    assert meant in found[field].message("en")


async def test_an_authors_own_context_gives_keys_a_meaning(database: Database) -> None:
    """What the author maps goes out, with the meaning that it was given."""
    written = offer(prix=5, tag=[{"type": "AppelOffres"}])
    codes = [finding.code for finding in await refused(database, written)]
    done = await put(database, {"@context": [AS_CONTEXT, FRENCH], **written})
    async with database.reading() as connection:
        row = await resources.get(connection, done.iri)

    assert codes == ["KX-D06"]
    assert row is not None
    assert row.document["prix"] == 5
    assert "https://else.example/ns#price" in row.wire


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("hemmelig", "https://w3id.org/skagerrak/ns#anonymous"),
        ("firma", "https://w3id.org/valueflows/ont/vf#provider"),
    ],
)
async def test_no_other_name_stands_for_who_sees_what(
    database: Database, name: str, iri: str
) -> None:
    """Anonymity goes by its key: under another name it would hide nothing."""
    context = [AS_CONTEXT, {name: {"@id": iri}}]
    more = {"@context": context, name: "https://digin.example/members/1"}
    found = await refused(database, offer(anonymous=True) | more)

    assert {finding.field for finding in found} >= {name}


@pytest.mark.parametrize(
    ("klass", "audience"),
    [
        *((klass, audience) for klass in sorted(AUTHORED) for audience in ("public", "network")),
        *((klass, "private") for klass in (MEMBER, ResourceClass.CONCEPT)),
    ],
)
async def test_what_is_stored_may_be_published_as_it_is(
    database: Database, klass: ResourceClass, audience: str
) -> None:
    """The node's own keys are no slips, and neither is the addressing that it gave."""
    company = await put(database, member(), MEMBER)
    written = authored(klass, company.iri) | {"audienceLevel": audience}
    first = await put(database, written, klass)
    async with database.reading() as connection:
        row = await resources.get(connection, first.iri)
    assert row is not None
    again = await put(database, row.document, klass, iri=first.iri)
    wider = await put(database, row.document | {"audienceLevel": "public"}, klass, iri=first.iri)

    assert again.change == "unchanged"
    assert wider.change == ("unchanged" if audience == "public" else "updated")


async def test_addressing_that_says_what_the_node_says_may_stand(database: Database) -> None:
    """A document from elsewhere that is for everyone says nothing wrong."""
    done = await put(database, offer(to=[AS_PUBLIC], cc=[]))

    assert done.change == "created"
