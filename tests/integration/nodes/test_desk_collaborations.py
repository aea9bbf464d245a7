"""Collaborations and guides of several nodes on the pages of the desks."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from node.storage import resource_lists
from tests.integration.nodes.conftest import Partners
from tests.integration.nodes.contributing import (
    article,
    becomes,
    case,
    collaboration,
    holds,
    waiting,
)
from tests.integration.nodes.drafts import member, organisation_number
from tests.integration.nodes.joint_desks import (
    LIST,
    NEW,
    Desks,
    about,
    press_accept,
    three_desks,
)
from tests.integration.nodes.live_node import until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASE, COLLABORATION = ResourceClass.CASE, ResourceClass.COLLABORATION


@pytest_asyncio.fixture(loop_scope="module")
async def desks(partners: Partners) -> AsyncIterator[Desks]:
    """Give somebody at the desk of each of three nodes."""
    async with three_desks(partners) as made:
        yield made


async def test_a_collaboration_gathers_partners_and_ends_in_a_case(
    partners: Partners, desks: Desks
) -> None:
    """For the network unless it says otherwise, from the first request to what it led to."""
    home, east, west = partners.home, partners.east, partners.west
    (company,) = await east.publish_all([member("Østre Verksted AS", organisation_number(62))])
    made = await home.publish(collaboration("Samarbeid på sidene"), COLLABORATION)
    for node in (east, west):
        assert (await holds(node, made.iri))["to"] == [f"{home.cluster}/network"]
    page = await desks.east.get(about(made.iri))
    assert "for the network only" in page.text
    assert "Østre Verksted AS" in page.text
    fields = {"about": made.iri, "member": company.iri, "message": "Vi har lærlinger."}
    asked = await desks.east.press(f"{NEW}/join", fields, on=about(made.iri))
    assert asked.location == f"{LIST}?done=asked"
    again = await desks.east.press(f"{NEW}/join", fields, on=about(made.iri))
    assert (again.status, "asked already" in again.text) == (409, True)
    await desks.west.press(f"{NEW}/join", {"about": made.iri}, on=about(made.iri))
    rows = {row.partner: row for row in await waiting(home, "join", made.iri, 2)}
    assert "2 clusters ask to take part" in (await desks.home.get("/desk")).text

    first = (await desks.home.get(f"{LIST}/{rows[east.cluster].id}")).text
    assert "Vi har lærlinger." in first
    assert "Østre Verksted AS is named among the companies" in first
    second = (await desks.home.get(f"{LIST}/{rows[west.cluster].id}")).text
    assert "Cluster west is named among the clusters, and no company." in second
    for row in rows.values():
        assert (await press_accept(desks.home, row)).location == f"{LIST}?done=join_accepted"

    async def named() -> bool:
        held = await holds(west, made.iri)
        everyone = [home.cluster, east.cluster, west.cluster]
        return sorted(held["contributor"]) == sorted(everyone)

    await until(named, "all three are named")
    joined = (await desks.west.get(about(made.iri))).text
    assert "accepted" in joined
    assert east.folder.identity.host in joined

    result = await home.publish(case("Felles læring"), CASE)
    own = await desks.home.get(about(made.iri))
    for name in ("Felles læring", "Østre Verksted AS", "Cluster east", "Cluster west"):
        assert name in own.text
    fields = {"about": made.iri, "case": result.iri}
    ended = await desks.home.press(f"{NEW}/finish", fields, on=about(made.iri))
    assert ended.status == 303
    at_home = (await desks.home.get(ended.location)).text
    assert "completed" in at_home
    assert "Led to Felles læring" in at_home

    async def over() -> bool:
        return "Led to Felles læring" in (await desks.west.get(about(made.iri))).text

    await until(over, "the partners see what came of it")
    assert await home.status(made.iri) == 404
    assert made.iri not in json.dumps(await home.get_json(result.iri))


async def test_a_public_collaboration_shows_what_it_led_to(
    partners: Partners, desks: Desks
) -> None:
    """On the page that everyone sees, with its stage; and the case names it."""
    home = partners.home
    written = collaboration("Åpent på sidene", audienceLevel="public", stage="running")
    made = await home.publish(written, COLLABORATION)
    result = await home.publish(case("Åpen læring"), CASE)
    fields = {"about": made.iri, "case": result.iri}
    await desks.home.press(f"{NEW}/finish", fields, on=about(made.iri))
    (status, page) = await home.get(f"{made.iri}?lang=en", "text/html")
    assert status == 200
    assert f'href="{result.iri.removeprefix(home.base)}' in page
    assert "Led to" in page
    assert "completed" in page
    shown = (await home.get(f"{result.iri}?lang=en", "text/html"))[1]
    assert f'href="{made.iri.removeprefix(home.base)}' in shown


async def test_partners_leave_by_their_page(partners: Partners, desks: Desks) -> None:
    """Whoever was let in is out again, at the home too."""
    home, east = partners.home, partners.east
    made = await home.publish(collaboration("Inn og ut"), COLLABORATION)
    await holds(east, made.iri)
    await desks.east.press(f"{NEW}/join", {"about": made.iri}, on=about(made.iri))
    (row,) = await waiting(home, "join", made.iri)
    await press_accept(desks.home, row)

    async def inside() -> bool:
        return "Leave" in (await desks.east.get(about(made.iri))).text

    await until(inside, "the partner is let in")
    left = await desks.east.press(f"{NEW}/leave", {"about": made.iri}, on=about(made.iri))
    assert left.location == f"{LIST}?done=leaving"
    await becomes(home, row.id, "left")


async def test_one_company_leaves_and_the_other_stays(partners: Partners, desks: Desks) -> None:
    """Each company has a row of its own, and a second can be asked for."""
    home, east = partners.home, partners.east
    first, second = await east.publish_all(
        [
            member("Første Verft AS", organisation_number(63)),
            member("Andre Verft AS", organisation_number(64)),
        ]
    )
    made = await home.publish(collaboration("To bedrifter"), COLLABORATION)
    await holds(east, made.iri)
    for company in (first, second):
        fields = {"about": made.iri, "member": company.iri}
        await desks.east.press(f"{NEW}/join", fields, on=about(made.iri))
    for row in await waiting(home, "join", made.iri, 2):
        await press_accept(desks.home, row)

    async def inside() -> bool:
        return (await desks.east.get(about(made.iri))).text.count("Leave") == 2

    await until(inside, "both are let in")
    fields = {"about": made.iri, "member": first.iri}
    await desks.east.press(f"{NEW}/leave", fields, on=about(made.iri))

    async def one_left() -> bool:
        held = await holds(east, made.iri)
        return first.iri not in held["participant"] and second.iri in held["participant"]

    await until(one_left, "only the first has left")
    assert east.cluster in (await holds(east, made.iri))["contributor"]


async def test_a_work_is_gone_on_with_as_a_draft(partners: Partners, desks: Desks) -> None:
    """It keeps where it comes from, and is shown nowhere."""
    home, east = partners.home, partners.east
    guide = await home.publish(
        article("Veiledning på sidene", teaches=["https://skills.example/x"])
        | {"license": "https://creativecommons.org/licenses/by/4.0/"},
        ResourceClass.PRACTICE,
    )
    await holds(east, guide.iri)
    made = await desks.east.press(f"{NEW}/fork", {"about": guide.iri}, on=about(guide.iri))
    assert made.location == f"{LIST}?done=forked"
    async with east.database.reading() as connection:
        (draft,) = await resource_lists.drafts(connection, (ResourceClass.PRACTICE,))
    assert draft.document["derivedFrom"] == [guide.iri]
    assert draft.document["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert await east.status(draft.iri) == 404
