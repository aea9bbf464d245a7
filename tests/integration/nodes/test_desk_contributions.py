"""Cases of several nodes on the pages of the desks: proposed, compared and decided."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from node.storage import contributions
from node.storage.contributions import ContributionRow
from tests.integration.nodes.conftest import Partners
from tests.integration.nodes.contributing import (
    becomes,
    case,
    collaboration,
    holds,
    propose,
    review,
    waiting,
)
from tests.integration.nodes.desk_browser import desk_browser
from tests.integration.nodes.drafts import member, organisation_number
from tests.integration.nodes.joint_desks import (
    LIST,
    NEW,
    Desks,
    about,
    form_of,
    press_accept,
    send_proposal,
    three_desks,
)
from tests.integration.nodes.live_node import LiveNode, settled, until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASE, COLLABORATION = ResourceClass.CASE, ResourceClass.COLLABORATION


@pytest_asyncio.fixture(loop_scope="module")
async def desks(partners: Partners) -> AsyncIterator[Desks]:
    """Give somebody at the desk of each of three nodes."""
    async with three_desks(partners) as made:
        yield made


async def test_contributors_on_three_nodes_develop_one_case(
    partners: Partners, desks: Desks
) -> None:
    """By pages alone: each proposes, the home compares and accepts, all hold both changes."""
    home, east, west = partners.home, partners.east, partners.west
    (company,) = await east.publish_all([member("Vestlig Verft AS", organisation_number(61))])
    made = await home.publish(case("Læring på sidene"), CASE)
    for node in (east, west):
        await holds(node, made.iri, "1.0.0")
    assert "Læring på sidene" in (await desks.east.get(LIST)).text
    sent = await send_proposal(
        desks.east,
        made.iri,
        {"text.outcomes.nb": "Tjue teknikere, færre feil."},
        message="Vi talte på nytt.",
        member=company.iri,
    )
    assert (sent.status, sent.location) == (303, f"{LIST}?done=proposed")
    listed = (await desks.east.get(sent.location)).text
    assert "Only the office of its home sees it" in listed
    assert "We proposed a change to Cluster home" in listed
    await send_proposal(desks.west, made.iri, {"text.problem.da": "Teknikerne glemte det lærte."})
    rows = {row.partner: row for row in await waiting(home, "revision", made.iri, 2)}
    overview = (await desks.home.get("/desk")).text
    assert "2 changes are proposed" in overview

    page = await desks.home.get(f"{LIST}/{rows[east.cluster].id}")
    assert "Cluster east proposes a change" in page.text
    assert "Vi talte på nytt." in page.text
    assert "<del>Tolv</del> teknikere" in page.page
    assert "<ins>Tjue</ins> teknikere" in page.page
    assert "Version 1.0.0 becomes 1.1.0." in page.text
    assert "Cluster east and Vestlig Verft AS" in page.text
    for row in (rows[east.cluster], rows[west.cluster]):
        accepted = await press_accept(desks.home, row)
        assert (accepted.status, accepted.location) == (303, f"{LIST}?done=revision_accepted")

    for node in (east, west):
        held = await holds(node, made.iri, "1.2.0")
        assert held["outcomes"] == {"nb": "Tjue teknikere, færre feil."}
        assert held["problem"]["da"] == "Teknikerne glemte det lærte."
        assert held["contributor"] == [home.cluster, east.cluster, company.iri, west.cluster]
    decided = await becomes(home, rows[east.cluster].id, "accepted")
    assert decided.decided_by == "Person home"
    assert "are proposed" not in (await desks.home.get("/desk")).text
    shown = (await desks.home.get(f"{LIST}/{decided.id}")).page
    assert "<del>Tolv</del>" in shown
    assert "/accept" not in shown


async def test_what_both_changed_is_chosen_field_by_field(partners: Partners, desks: Desks) -> None:
    """Nothing is accepted before each is chosen, and what was chosen is not lost."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(case("Uenige sider"), CASE)
    for node in (east, west):
        await holds(node, made.iri)
    both = {"text.solution.nb": "Øst sier dette.", "text.problem.nb": "Øst så dette."}
    await send_proposal(desks.east, made.iri, both)
    other = {
        "text.solution.nb": "Vest sier noe annet.",
        "text.problem.nb": "Vest så noe annet.",
        "text.lessons.nb": "Bare Vest lærte.",
        "text.setting.nb": "Bare Vest var der.",
    }
    await send_proposal(desks.west, made.iri, other)
    rows = {row.partner: row for row in await waiting(home, "revision", made.iri, 2)}
    await press_accept(desks.home, rows[east.cluster])
    row = rows[west.cluster]

    page = await desks.home.get(f"{LIST}/{row.id}")
    assert page.text.count("Choose which counts.") == 2
    assert 'name="take.solution.nb" value="proposed" required' in page.page
    undecided = await press_accept(desks.home, row, {"take.solution.nb": "proposed"})
    assert undecided.status == 409
    assert "Both sides have changed the same texts" in undecided.text
    assert 'name="take.solution.nb" value="proposed" checked' in undecided.page
    choices = {
        "take.solution.nb": "proposed",
        "take.problem.nb": "current",
        "keep.lessons.nb": "current",
        "keep.setting.nb": "proposed",
    }
    assert (await press_accept(desks.home, row, choices)).status == 303
    held = await holds(west, made.iri, "1.2.0")
    assert held["solution"] == {"nb": "Vest sier noe annet."}
    assert held["problem"] == {"nb": "Øst så dette."}
    assert "lessons" not in held
    assert held["setting"] == {"nb": "Bare Vest var der."}


async def test_concurrent_proposals_do_not_overwrite_each_other(
    partners: Partners, desks: Desks
) -> None:
    """A page that was opened before another version stood decides nothing about that one."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(case("Samtidige sider"), CASE)
    for node in (east, west):
        await holds(node, made.iri)
    await send_proposal(desks.east, made.iri, {"text.lessons.nb": "Lærdom fra øst."})
    await send_proposal(desks.west, made.iri, {"text.setting.nb": "Ramme fra vest."})
    rows = await waiting(home, "revision", made.iri, 2)
    answers = await asyncio.gather(*(press_accept(desks.home, row) for row in rows))
    late = [row for row, answer in zip(rows, answers, strict=True) if answer.status == 409]
    assert all("changed since you opened this page" in a.text for a in answers if a.status == 409)
    for row in late:
        assert (await press_accept(desks.home, row)).status == 303

    held = await holds(west, made.iri, "1.2.0")
    assert held["lessons"] == {"nb": "Lærdom fra øst."}
    assert held["setting"] == {"nb": "Ramme fra vest."}
    assert set(held["contributor"]) == {home.cluster, east.cluster, west.cluster}


async def test_an_old_page_decides_nothing(partners: Partners, desks: Desks) -> None:
    """Who had an earlier version before them is shown what stands now first."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Gammel side"), CASE)
    await holds(east, made.iri)
    await send_proposal(desks.east, made.iri, {"text.lessons.nb": "Lærdom."})
    (row,) = await waiting(home, "revision", made.iri)
    path = f"{LIST}/{row.id}"
    answer = await desks.home.press(f"{path}/accept", {"seen": "77"}, on=path)
    assert answer.status == 409
    assert "changed since you opened this page" in answer.text
    assert (await becomes(home, row.id, "open")).state == "open"


async def test_a_form_opened_before_a_change_reverts_nothing(
    partners: Partners, desks: Desks
) -> None:
    """Untouched texts are not proposed; a touched one that changed meanwhile is asked about."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Åpent skjema"), CASE)
    await holds(east, made.iri)
    form = form_of(await desks.east.get(about(made.iri)))
    newer = case("Åpent skjema", id=made.iri, problem={"nb": "Nytt hjemmefra."})
    await home.publish(newer, CASE)

    async def arrived() -> bool:
        return (await holds(east, made.iri))["problem"] == {"nb": "Nytt hjemmefra."}

    await until(arrived, "the newer version")
    mine = {"text.problem.nb": "Mitt problem.", "text.lessons.nb": "Min lærdom."}
    fields = {**form, **mine, "about": made.iri, "message": "Hei."}
    again = await desks.east.press(NEW, fields, on=about(made.iri))
    assert again.status == 409
    assert "Nytt hjemmefra." in again.text
    assert "changed at their home since" in again.text
    assert form_of(again)["text.problem.nb"] == "Mitt problem."
    assert form_of(again)["text.lessons.nb"] == "Min lærdom."
    assert ">\nHei.</textarea>" in again.page
    untouched = {**form, "text.lessons.nb": "Min lærdom.", "about": made.iri}
    assert (await desks.east.press(NEW, untouched, on=about(made.iri))).status == 303
    (row,) = await waiting(home, "revision", made.iri)
    assert [field.field for field in (await review(home, row.id)).fields] == ["lessons.nb"]


async def test_texts_are_typed_as_paragraphs(partners: Partners, desks: Desks) -> None:
    """Nobody needs HTML for paragraphs; what looks like it is text, and a text can go."""
    home, east = partners.home, partners.east
    rich = "<p>Se <strong>her</strong>.</p>"
    made = await home.publish(
        case(
            "Avsnitt",
            contentMap={"nb": "<p>En &amp; to.</p><p>Tre.</p>", "en": rich},
            lessons={"nb": "Skal bort."},
        ),
        CASE,
    )
    await holds(east, made.iri)
    page = await desks.east.get(about(made.iri))
    form = form_of(page)
    assert form["text.content.nb"] == "En & to.\r\n\r\nTre."
    assert form["text.content.en"] == rich
    assert page.text.count("leave the signs between") == 1
    changes = {"text.content.nb": "En <b>.\r\n\r\nTo.", "text.lessons.nb": ""}
    assert (await send_proposal(desks.east, made.iri, changes)).status == 303
    (row,) = await waiting(home, "revision", made.iri)
    await press_accept(desks.home, row)
    held = await holds(east, made.iri, "1.1.0")
    assert held["contentMap"] == {"nb": "<p>En &lt;b&gt;.</p><p>To.</p>", "en": rich}
    assert "lessons" not in held


async def test_what_is_not_changed_or_breaks_rules_is_not_sent(
    partners: Partners, desks: Desks
) -> None:
    """The form comes again with what was written and why, and nothing is sent."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Ingenting nytt"), CASE)
    await holds(east, made.iri)
    same = await send_proposal(desks.east, made.iri, {}, message="Kjære dere")
    assert same.status == 422
    assert "Nothing was changed yet" in same.text
    assert "Kjære dere</textarea>" in same.page
    empty = {"text.name.nb": "", "text.name.en": "", "text.lessons.nb": "Beholdt."}
    refused = await send_proposal(desks.east, made.iri, empty)
    assert refused.status == 422
    assert "breaks the rules" in refused.text
    assert "Beholdt.</textarea>" in refused.page
    async with east.database.reading() as connection:
        rows = await contributions.listed(connection, "revision")
    assert not [row for row in rows if row.about == made.iri]


async def test_a_reason_goes_back_and_a_proposal_can_be_taken_back(
    partners: Partners, desks: Desks
) -> None:
    """Without a reason nothing is declined; the proposer reads it on its own page."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Avslag på sidene"), CASE)
    await holds(east, made.iri)
    await send_proposal(desks.east, made.iri, {"text.lessons.nb": "Nei takk."})
    (row,) = await waiting(home, "revision", made.iri)
    path = f"{LIST}/{row.id}"
    assert (await desks.home.press(f"{path}/decline", {"reason": " "}, on=path)).status == 422
    done = await desks.home.press(f"{path}/decline", {"reason": "For <tidlig>."}, on=path)
    assert done.location == f"{LIST}?done=declined"
    sent = await _sent(east, made.iri)
    await becomes(east, sent.id, "declined")
    assert "For <tidlig>." in (await desks.east.get(f"{LIST}/{sent.id}")).text

    await send_proposal(desks.east, made.iri, {"text.lessons.nb": "Angrer."})
    (row,) = await waiting(home, "revision", made.iri)
    sent = await _sent(east, made.iri)
    path = f"{LIST}/{sent.id}"
    back = await desks.east.press(f"{path}/withdraw", {"id": sent.id}, on=path)
    assert back.location == f"{LIST}?done=taken_back"
    await becomes(home, row.id, "withdrawn")
    gone = (await desks.home.get(f"{LIST}/{row.id}")).text
    assert "its text is gone" in gone
    assert "Angrer." not in gone
    late = await desks.home.press(f"{LIST}/{row.id}/accept", {}, on="/desk/follow")
    assert late.location == f"{LIST}/{row.id}"


async def _sent(node: LiveNode, iri: str) -> ContributionRow:
    """Return the newest that *node* sent about *iri*."""
    async with node.database.reading() as connection:
        rows = await contributions.listed(connection, "revision")
    return next(row for row in rows if row.about == iri and row.sent)


async def test_what_is_no_work_is_not_opened(partners: Partners, desks: Desks) -> None:
    """The list says so, with the address kept; forms about it do nothing."""
    strange = "https://nowhere.example/cases/1?x=<b>"
    answer = await desks.east.get(about(strange))
    assert answer.status == 303
    page = await desks.east.get(answer.location)
    assert "There is no such case" in page.text
    assert 'value="https://nowhere.example/cases/1?x=&lt;b&gt;"' in page.page
    for form in ("", "/join", "/leave", "/fork", "/finish"):
        sent = await desks.east.press(f"{NEW}{form}", {"about": strange}, on="/desk/follow")
        assert (sent.status, sent.location.startswith(LIST)) == (303, True)
    assert (await desks.east.get(f"{LIST}/nothing")).status == 404
    own = await partners.east.publish(case("Vår egen"), CASE)
    shown = await desks.east.get(about(own.iri))
    assert "Propose a change" not in shown.text
    assert (await send_proposal(desks.east, own.iri, {"text.name.nb": "x"})).status == 409


async def test_nothing_of_it_leaks(partners: Partners, desks: Desks) -> None:
    """A proposal and a request are on the pages of two desks, and nowhere else."""
    home, east, west = partners.home, partners.east, partners.west
    made = await home.publish(case("Stille sider"), CASE)
    joint = await home.publish(collaboration("Stille felleskap"), COLLABORATION)
    for node in (east, west):
        for iri in (made.iri, joint.iri):
            await holds(node, iri)
    secret = "Hemmelig lærdom fra sidene"
    await send_proposal(
        desks.east, made.iri, {"text.lessons.nb": secret}, message=f"{secret} i brev"
    )
    fields = {"about": joint.iri, "message": f"{secret} i spørsmål"}
    await desks.east.press(f"{NEW}/join", fields, on=about(joint.iri))
    (row,) = await waiting(home, "revision", made.iri)
    (asked,) = await waiting(home, "join", joint.iri)
    await settled(home, east, west)
    assert secret in (await desks.home.get(f"{LIST}/{row.id}")).text
    assert secret in (await desks.home.get(f"{LIST}/{asked.id}")).text

    for node in (home, east, west):
        shown = [await node.whole_graph(), json.dumps(await node.changes())]
        paths = ("/", "/cases", "/collaborations", "/cluster/outbox?page=1", "/provenance")
        for path in (*paths, made.iri):
            shown += [(await node.get(path, kind))[1] for kind in ("text/html", "*/*")]
        assert not any(secret in text for text in shown)
    for path in (LIST, "/desk", about(made.iri), f"{LIST}/{row.id}"):
        assert secret not in (await desks.west.get(path)).text
    assert (await desks.west.get(f"{LIST}/{row.id}")).status == 404
    async with desk_browser(home) as stranger:
        for path in (LIST, f"{LIST}/{row.id}", about(made.iri)):
            answer = await stranger.get(path)
            assert (answer.status, secret in answer.page) == (303, False)
        refused = await stranger.post(f"{LIST}/{row.id}/accept", {})
        assert refused.status == 403
    assert (await becomes(home, row.id, "open")).state == "open"


async def test_what_others_write_is_text(partners: Partners, desks: Desks) -> None:
    """G1: markup in a proposal, its message and a reason stands as it was written."""
    home, east = partners.home, partners.east
    made = await home.publish(case("Merket tekst"), CASE)
    await holds(east, made.iri)
    attack = "<script>alert(1)</script>"
    await propose(east, made.iri, {"lessons": {"nb": attack}}, message=attack)
    (row,) = await waiting(home, "revision", made.iri)
    page = await desks.home.get(f"{LIST}/{row.id}")
    assert "<script" not in page.page
    assert "alert(1)" in page.text
