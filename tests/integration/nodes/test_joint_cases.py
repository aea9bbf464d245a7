"""A case that desks on three nodes develop together; one of them is its home."""

import asyncio
import json

import pytest

from federation.errors import FetchFailed
from node.desk.contribution_errors import Conflicts
from node.desk.fork_work import fork_work
from node.desk.propose_revision import start_revision
from node.errors import RefusedDocument
from tests.integration.nodes.conftest import Partners
from tests.integration.nodes.contributing import (
    accept,
    becomes,
    case,
    decline,
    holds,
    propose,
    read_signed,
    review,
    take_back,
    waiting,
)
from tests.integration.nodes.drafts import member, organisation_number
from tests.integration.nodes.live_node import settled, until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASE = ResourceClass.CASE


async def test_contributors_on_three_nodes_develop_one_case(partners: Partners) -> None:
    """Each proposes from the same version; both are in the case, with its SemVer raised twice."""
    home, east, west = partners.home, partners.east, partners.west
    (company,) = await east.publish_all([member("Vestlig Verft AS", organisation_number(41))])
    made = await home.publish(case("Læring til havs"), CASE)
    for node in (east, west):
        await holds(node, made.iri, "1.0.0")
    first = await propose(
        east,
        made.iri,
        {"lessons": {"nb": "Begynn med én leksjon."}, "trl": 7, "participant": [company.iri]},
        message="Vi har prøvd det.",
        member=company.iri,
    )
    second = await propose(west, made.iri, {"problem": {"da": "Teknikerne glemte det lærte."}})
    rows = {row.partner: row for row in await waiting(home, "revision", made.iri, 2)}
    assert rows[east.cluster].message == "Vi har prøvd det."

    await accept(home, rows[east.cluster].id)
    await accept(home, rows[west.cluster].id)

    for node in (east, west):
        held = await holds(node, made.iri, "1.2.0")
        assert held["lessons"] == {"nb": "Begynn med én leksjon."}
        assert held["problem"] == {
            "nb": "Teknikerne glemte det de lærte.",
            "da": "Teknikerne glemte det lærte.",
        }
        assert held["contributor"] == [home.cluster, east.cluster, company.iri, west.cluster]
        assert held["trl"] == 7
        assert held["previousVersion"] == f"{made.iri}/versions/2"
        assert held["attributedTo"] == home.cluster
    done = await becomes(east, first, "accepted")
    assert (done.sent, done.who, done.reason) == (True, "Ada", None)
    await becomes(west, second, "accepted")
    decided = await becomes(home, rows[east.cluster].id, "accepted")
    assert (decided.decided_by, decided.partner) == ("Bo", east.cluster)


async def test_the_desk_sees_old_and_new_word_by_word(partners: Partners) -> None:
    """Only what the proposal touches, each field by its language, with what stayed and what not."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Ord for ord"), CASE)
    await holds(east, made.iri)
    await propose(east, made.iri, {"outcomes": {"nb": "Tjue teknikere, færre feil."}})
    (row,) = await waiting(home, "revision", made.iri)
    seen = await review(home, row.id)

    (field,) = seen.fields
    assert (field.field, field.key, field.language) == ("outcomes.nb", "outcomes", "nb")
    assert (field.now, field.proposed) == (
        "Tolv teknikere, færre feil.",
        "Tjue teknikere, færre feil.",
    )
    assert [(run.kind, run.text.strip()) for run in field.differences] == [
        ("removed", "Tolv"),
        ("added", "Tjue"),
        ("same", "teknikere, færre feil."),
    ]
    assert seen.conflicts == ()


async def test_what_both_changed_is_for_the_desk_to_decide(partners: Partners) -> None:
    """Nothing is overwritten: the second is refused with a list until each field is decided."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(case("Uenighet"), CASE)
    for node in (east, west):
        await holds(node, made.iri)
    await propose(east, made.iri, {"solution": {"nb": "Øst sier dette."}, "trl": 5})
    await propose(west, made.iri, {"solution": {"nb": "Vest sier noe annet."}, "trl": 5})
    rows = {row.partner: row for row in await waiting(home, "revision", made.iri, 2)}
    await accept(home, rows[east.cluster].id)
    before = await home.resource(made.iri)

    with pytest.raises(Conflicts) as refused:
        await accept(home, rows[west.cluster].id)
    assert refused.value.fields == ("solution.nb",)
    assert (await review(home, rows[west.cluster].id)).conflicts == ("solution.nb",)
    assert await home.resource(made.iri) == before

    await accept(home, rows[west.cluster].id, {"solution.nb": "current"})
    held = await holds(west, made.iri, "1.2.0")
    assert held["solution"] == {"nb": "Øst sier dette."}
    assert west.cluster in held["contributor"]


async def test_two_desk_persons_accept_at_once(partners: Partners) -> None:
    """Neither loses what the other has just published."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(case("Samtidig"), CASE)
    for node in (east, west):
        await holds(node, made.iri)
    await propose(east, made.iri, {"trl": 8})
    await propose(west, made.iri, {"lessons": {"nb": "Snakk sammen."}})
    rows = await waiting(home, "revision", made.iri, 2)
    await asyncio.gather(*(accept(home, row.id) for row in rows))
    held = await holds(west, made.iri, "1.2.0")
    assert (held["trl"], held["lessons"]) == (8, {"nb": "Snakk sammen."})
    assert set(held["contributor"]) == {home.cluster, east.cluster, west.cluster}


async def test_a_file_from_an_older_version_reverts_nothing(partners: Partners) -> None:
    """It says which version it starts from, so what the home changed since stays."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Gammelt utgangspunkt"), CASE)
    await holds(east, made.iri)
    async with east.database.reading() as connection:
        file = await start_revision(connection, made.iri)
    changed = case("Gammelt utgangspunkt", id=made.iri, problem={"nb": "Nytt hjemmefra."})
    await home.publish(changed, CASE)

    async def newer() -> bool:
        return (await holds(east, made.iri))["problem"] == {"nb": "Nytt hjemmefra."}

    await until(newer, "the proposer holds the newer version")
    file["lessons"] = {"nb": "Lærdom."}
    await propose(east, made.iri, file)
    (row,) = await waiting(home, "revision", made.iri)
    assert row.base_version == 1
    await accept(home, row.id)
    held = await holds(east, made.iri, "1.1.0")
    assert held["problem"] == {"nb": "Nytt hjemmefra."}
    assert held["lessons"] == {"nb": "Lærdom."}


async def test_a_declined_proposal_comes_back_with_the_reason(partners: Partners) -> None:
    """And the case stands as it stood."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Avslått"), CASE)
    await holds(east, made.iri)
    sent = await propose(east, made.iri, {"trl": 9})
    (row,) = await waiting(home, "revision", made.iri)
    await decline(home, row.id, "revision", "Ni er for høyt <enda>.")
    assert (await becomes(east, sent, "declined")).reason == "Ni er for høyt <enda>."
    stands = await home.resource(made.iri)
    assert stands is not None
    assert stands["version"] == 1


async def test_a_proposal_can_be_taken_back(partners: Partners) -> None:
    """The desk then has nothing to decide, and its text is gone on both sides."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Angret"), CASE)
    await holds(east, made.iri)
    sent = await propose(east, made.iri, {"trl": 2})
    (row,) = await waiting(home, "revision", made.iri)
    await take_back(east, sent)
    gone = await becomes(home, row.id, "withdrawn")
    assert gone.wire is None
    assert (await becomes(east, sent, "withdrawn")).wire is None


async def test_a_draft_is_for_the_home_alone(partners: Partners) -> None:
    """It shows on no surface of either node, and is read by the home's signature only."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(case("Fortrolig arbeid"), CASE)
    await holds(east, made.iri)
    secret = "Hemmelig lærdom om havvind"
    sent = await propose(east, made.iri, {"lessons": {"nb": secret}}, message=secret)
    (row,) = await waiting(home, "revision", made.iri)
    assert row.draft is not None
    await settled(home, east, west)

    for node in (home, east):
        shown = [await node.whole_graph(), json.dumps(await node.changes())]
        paths = ("/", "/cases", "/cases?page=1", "/cluster/outbox?page=1", "/provenance")
        for path in (*paths, made.iri.removeprefix(home.base)):
            shown += [(await node.get(path, kind))[1] for kind in ("text/html", "*/*")]
        assert not any(secret in text or row.draft in text for text in shown)
        assert await node.status(f"/resource?iri={row.draft}", "*/*") in (303, 404)
        assert await node.resource(row.draft) is None
    assert await east.status(row.draft) == 404
    assert await east.status(row.activity) == 404
    fetched = await read_signed(home, row.draft)
    assert fetched["lessons"] == {"nb": secret}
    assert "proof" not in fetched
    with pytest.raises(FetchFailed):
        await read_signed(west, row.draft)
    await take_back(east, sent)
    await becomes(home, row.id, "withdrawn")
    with pytest.raises(FetchFailed):
        await read_signed(home, row.draft)


async def test_a_company_that_is_not_shown_is_not_proposed(partners: Partners) -> None:
    """A member that is not on the web is named to no other desk."""
    home, east = partners.home, partners.east
    hidden = member("Skjult AS", organisation_number(42), audience="private")
    (company,) = await east.publish_all([hidden])
    made = await home.publish(case("Uten navn"), CASE)
    await holds(east, made.iri)
    with pytest.raises(RefusedDocument):
        await propose(east, made.iri, {"participant": [company.iri]})


async def test_a_fork_keeps_saying_where_it_comes_from(partners: Partners) -> None:
    """It has an id of the node's own, and later versions that do not mention it keep it."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Omstridt"), CASE)
    await holds(east, made.iri)
    async with east.database.transaction() as connection:
        drafted = await fork_work(connection, east.folder.identity, made.iri)
    assert drafted.change == "drafted"
    assert drafted.iri.startswith(f"{east.base}/cases/")
    assert await east.status(drafted.iri) == 404
    await east.publish(case("Vår utgave", id=drafted.iri), CASE)
    await east.publish(case("Vår utgave", id=drafted.iri, trl=4), CASE)
    held = await holds(home, drafted.iri)
    assert (held["derivedFrom"], held["attributedTo"]) == ([made.iri], east.cluster)

    async def linked() -> bool:
        derived = "http://www.w3.org/ns/prov#wasDerivedFrom"
        query = f"SELECT ?s WHERE {{ <{drafted.iri}> <{derived}> <{made.iri}> . ?s ?p ?o }} LIMIT 1"
        return bool(await home.select(query))

    await until(linked, "the graph of the other node says so too")


async def test_every_version_stays_readable_until_it_is_withdrawn(partners: Partners) -> None:
    """As page and data, the accepted ones too; afterwards all of them answer 410."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Versjoner"), CASE)
    await holds(east, made.iri)
    await propose(east, made.iri, {"trl": 3})
    (row,) = await waiting(home, "revision", made.iri)
    await accept(home, row.id)
    first = await home.get_json(f"{made.iri}/versions/1", "application/ld+json")
    second = await home.get_json(f"{made.iri}/versions/2", "application/ld+json")
    assert (first["version"], second["version"]) == ("1.0.0", "1.1.0")
    page = await home.get(f"{made.iri}/versions/1", "text/html")
    assert page[0] == 200
    assert f'href="{made.iri.removeprefix(home.base)}' in page[1]
    assert "tidligere" in page[1]
    assert "tidligere" not in (await home.get(made.iri, "text/html"))[1]
    assert await home.status(f"{made.iri}/versions/1", "application/activity+json") == 406
    await home.withdraw(made.iri)
    for path in ("", "/versions", "/versions/1", "/versions/2"):
        assert await home.status(made.iri + path, "*/*") == 410
