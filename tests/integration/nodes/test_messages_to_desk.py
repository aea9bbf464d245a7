"""What persons write reaches the desk as messages, and nothing else ever shows it."""

from typing import Any

import pytest

from node.node_folder import NodeFolder
from node.settings import FILE_NAME
from node.storage import messages, peers
from node.storage.messages import MessageRow
from tests.integration.nodes.conftest import Nodes, become_follower
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, settled, until
from tests.integration.nodes.scripted_server import ScriptedActor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def messages_of(node: LiveNode, actor: ScriptedActor) -> list[MessageRow]:
    async with node.database.reading() as connection:
        found = await messages.page(connection, limit=200)
    return [row for row in found if row.actor == actor.iri]


def note(actor: ScriptedActor, text: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "Note",
        "id": actor.new_iri("notes"),
        "attributedTo": actor.iri,
        "content": f"<p>{text}</p>",
        "published": "2026-11-23T10:00:00Z",
    } | fields


async def sent(node: LiveNode, actor: ScriptedActor, activity: dict[str, Any]) -> tuple[str, str]:
    """Post *activity*; return what became of it, and why."""
    assert await actor.post(f"{node.base}/inbox", activity) == 202
    return await node.outcome(activity["id"])


async def test_a_reply_reaches_the_desk_and_no_other_place(nodes: Nodes) -> None:
    """Of a stranger, as plain text; its author edits it and takes it back, nobody else does."""
    north, kari = nodes.north, nodes.honest.actor("kari")
    made = await north.publish(offer("Kurs"))
    marker = "Hemmelig spørsmål 4711"
    written = note(kari, f"{marker}<script>x</script>", inReplyTo=made.iri)
    create = kari.activity("Create", written)
    assert await sent(north, kari, create) == ("done", "")
    (row,) = await messages_of(north, kari)
    assert (row.kind, row.about, row.state, row.actor_name) == ("reply", made.iri, "new", "Kari")
    assert row.text == marker
    again = kari.activity("Create", written)
    assert (await sent(north, kari, again))[0] == "ignored"

    edited = written | {"content": "<p>Endret spørsmål 4711</p>", "updated": "2026-11-24T10:00:00Z"}
    mallory = nodes.honest.actor("mallory", 1)
    forged = mallory.activity("Update", edited)
    assert await mallory.post(f"{north.base}/inbox", forged) == 403
    assert (await sent(north, kari, kari.activity("Update", edited)))[0] == "done"
    assert [row.text for row in await messages_of(north, kari)] == ["Endret spørsmål 4711"]

    await settled(north, nodes.south)
    assert "4711" not in await north.whole_graph()
    for path in ("/", "/offers", f"{made.iri}.html", "/cluster/outbox?page=1"):
        assert "4711" not in (await north.get(path, "text/html, application/activity+json"))[1]
    assert "4711" not in str(await north.changes())
    assert await north.resource(written["id"]) is None

    taken_back = mallory.activity("Delete", written["id"])
    assert (await sent(north, mallory, taken_back))[0] == "ignored"
    assert len(await messages_of(north, kari)) == 1
    assert (await sent(north, kari, kari.activity("Delete", written["id"])))[0] == "done"
    assert await messages_of(north, kari) == []


async def test_a_delete_before_its_create_wins(nodes: Nodes) -> None:
    """What an author that is known took back before it came does not reach the desk (X18)."""
    north, lise = nodes.north, nodes.honest.actor("lise")
    made = await north.publish(offer("Angret"))
    written = note(lise, "Angret", inReplyTo=made.iri)
    stone = {"type": "Tombstone", "id": written["id"]}
    assert (await sent(north, lise, lise.activity("Like", made.iri)))[0] == "done"
    assert (await sent(north, lise, lise.activity("Delete", stone)))[0] == "ignored"
    state, why = await sent(north, lise, lise.activity("Create", written))
    assert (state, "taken it back" in why) == ("ignored", True)
    assert (await sent(north, lise, lise.activity("Update", written)))[0] == "ignored"
    assert await messages_of(north, lise) == []


async def test_a_mention_of_the_cluster_or_of_a_member_reaches_the_desk(nodes: Nodes) -> None:
    """By a tag, or addressed to the actor; what concerns nobody here does not."""
    north, ola = nodes.north, nodes.honest.actor("ola")
    (company,) = await north.publish_all([member("Berg Data AS", organisation_number(950))])

    async def is_actor() -> bool:
        return await north.status(f"/.well-known/webfinger?resource={company.iri}") == 200

    await until(is_actor, "the member has its keys")
    tag = {"type": "Mention", "href": north.cluster, "name": north.address}
    await sent(north, ola, ola.activity("Create", note(ola, "Til klyngen", tag=[tag])))
    await sent(north, ola, ola.activity("Create", note(ola, "Til firmaet", to=[company.iri])))
    elsewhere = ola.activity("Create", note(ola, "Til ingen", inReplyTo=ola.new_iri()))
    assert (await sent(north, ola, elsewhere))[0] == "ignored"
    found = await messages_of(north, ola)
    assert [(row.kind, row.about, row.text) for row in found] == [
        ("mention", company.iri, "Til firmaet"),
        ("mention", north.cluster, "Til klyngen"),
    ]


async def test_a_reply_to_what_its_author_cannot_see_concerns_nobody(nodes: Nodes) -> None:
    """A draft is not confirmed by taking replies to it."""
    north, eva = nodes.north, nodes.honest.actor("eva")
    hidden = await north.publish(offer("Skjult"), publish=False)
    create = eva.activity("Create", note(eva, "Hva er dette?", inReplyTo=hidden.iri))
    assert (await sent(north, eva, create))[0] == "ignored"
    assert await messages_of(north, eva) == []


async def test_a_message_is_bounded(nodes: Nodes) -> None:
    """A long text is cut at 10 kB, a link that is none is left out."""
    north, per = nodes.north, nodes.honest.actor("per")
    made = await north.publish(offer("Kort"))
    long = note(per, "å" * 50_000, inReplyTo=made.iri, url="javascript:alert(1)", name="t" * 999)
    await sent(north, per, per.activity("Create", long))
    (row,) = await messages_of(north, per)
    assert 9_000 < len(row.text.encode()) <= 10_000
    assert row.text.endswith("…")
    assert row.url is None
    assert len(row.title) == 200


async def test_a_report_reaches_the_desk_with_what_it_reports(nodes: Nodes) -> None:
    """Of ours only; what is reported elsewhere is not for this desk."""
    north, mod = nodes.north, nodes.honest.actor("mod")
    made = await north.publish(offer("Meldt"))
    flag = mod.activity("Flag", [north.cluster, made.iri, mod.iri], content="Reklame")
    assert (await sent(north, mod, flag))[0] == "done"
    (row,) = await messages_of(north, mod)
    assert (row.kind, row.about) == ("report", north.cluster)
    assert row.text == f"Reklame\n{north.cluster}\n{made.iri}"
    other = mod.activity("Flag", [mod.iri], content="Ikke vårt")
    assert (await sent(north, mod, other))[0] == "ignored"


async def test_an_offer_of_something_reaches_the_desk(nodes: Nodes) -> None:
    """Where it is for one of our actors; else it means nothing here."""
    north, ann = nodes.north, nodes.honest.actor("ann")
    thing = {"type": "Page", "id": ann.new_iri(), "name": "A book", "attributedTo": ann.iri}
    assert (await sent(north, ann, ann.activity("Offer", thing, to=[north.cluster])))[0] == "done"
    assert (await sent(north, ann, ann.activity("Offer", thing)))[0] == "ignored"
    (row,) = await messages_of(north, ann)
    assert (row.kind, row.title, row.about) == ("offer", "A book", north.cluster)


async def test_a_block_ends_the_follows_both_ways_and_the_desk_is_told(nodes: Nodes) -> None:
    """Who blocks us gets nothing more, and nothing more is taken from it."""
    north, foe = nodes.north, nodes.honest.cluster("foe")
    await become_follower(foe, north)
    await north.follow(foe.address)
    follow = await foe.receives("Follow", foe.iri, of=north.cluster)
    assert (await sent(north, foe, foe.activity("Accept", follow)))[0] == "done"
    block = foe.activity("Block", north.cluster, to=[north.cluster])
    assert (await sent(north, foe, block))[0] == "done"
    assert [row.kind for row in await messages_of(north, foe)] == ["block"]
    made = await north.publish(offer("Ikke for den"))
    create = foe.activity("Create", foe.offer())
    assert (await sent(north, foe, create))[0] == "ignored"
    await settled(north)
    assert not any(made.iri in str(activity) for activity in nodes.honest.received)


async def test_nobody_floods_the_desk(fresh_nodes: Nodes) -> None:
    """So many messages of one server in an hour; the journal says what was refused and why."""
    north, spam = fresh_nodes.north, fresh_nodes.evil.actor("spam")
    nice = fresh_nodes.honest.actor("nice")
    await north.stop()
    toml = north.folder.path / FILE_NAME
    few = "[federation]\nmessages_per_hour = 3\nmessages_kept = 4\n"
    toml.write_text(toml.read_text().replace("[federation]\n", few))
    north.folder = NodeFolder.read(north.folder.path)
    await north.start()
    made = await north.publish(offer("Populær"))

    async def write(actor: ScriptedActor) -> tuple[str, str]:
        written = note(actor, "Kjøp nå", inReplyTo=made.iri)
        return await sent(north, actor, actor.activity("Create", written))

    states = [(await write(spam))[0] for _ in range(5)]
    assert states == ["done"] * 3 + ["refused"] * 2
    assert "within an hour" in (await write(spam))[1]
    assert (await write(nice))[0] == "done"
    assert "more messages wait" in (await write(nice))[1].lower()
    async with north.database.transaction() as connection:
        await messages.mark(connection, 1, "handled", by="Kari", at="2026-11-23T12:00:00.000000Z")
    assert (await write(nice))[0] == "done"


async def test_a_blocked_server_writes_nothing(fresh_nodes: Nodes) -> None:
    """Nor do its likes count."""
    north, pest = fresh_nodes.north, fresh_nodes.evil.actor("pest")
    made = await north.publish(offer("Til alle andre"))
    async with north.database.transaction() as connection:
        await peers.upsert_seen(
            connection, fresh_nodes.evil.host, now="2026-11-23T12:00:00.000000Z"
        )
    like = pest.activity("Like", made.iri)
    assert (await sent(north, pest, like))[0] == "done"
    async with north.database.transaction() as connection:
        await peers.set_state(connection, fresh_nodes.evil.host, "blocked")
    await north.wake()
    written = pest.activity("Create", note(pest, "Hei", inReplyTo=made.iri))
    for activity in (written, pest.activity("Like", made.iri)):
        assert await pest.post(f"{north.base}/inbox", activity) == 403
    assert await messages_of(north, pest) == []
