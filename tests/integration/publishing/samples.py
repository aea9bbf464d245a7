"""What the tests of publishing write, and who follows the node that they write on."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.drafts import Draft, Published
from node.publishing.publish_documents import publish
from node.storage import actors, follows, peers, tables
from node.storage.actors import ActorRow
from node.storage.database import Database
from vocab.classes import ResourceClass

HERE = Identity(base_url="https://digin.example", handle="digin")
NOW = "2026-11-23T10:00:00.000000Z"
AGDER = "http://data.europa.eu/nuts/code/NO092"
EDUCATION = "http://data.europa.eu/ux2/nace2.1/8559"
ELSEWHERE = "https://skills.example/secure-coding"
#: Invented organisation numbers with valid check digits.
NUMBERS = ("900407939", "988077917", "974760673")

Wire = dict[str, Any]


def offer(title: str = "Kurs i trygg kode", **changes: Any) -> Wire:
    """Return an offer without a company."""
    document = {
        "nameMap": {"nb": title, "en": f"{title} (en)"},
        "contentMap": {"nb": "<p>To dager.</p>", "en": "<p>Two days.</p>"},
        "endTime": "2099-06-30T00:00:00Z",
        "workingLanguage": ["nb", "en"],
        "region": [AGDER],
        "publishes": intent(),
    }
    return document | changes


def intent(**changes: Any) -> Wire:
    """Return what is offered or sought."""
    return {"resourceConformsTo": ELSEWHERE, "resourceClassifiedAs": [EDUCATION]} | changes


def member(name: str = "Eksempel Kode AS", number: str = NUMBERS[0], **changes: Any) -> Wire:
    """Return a member company."""
    document = {
        "name": name,
        "legalName": {"@value": name, "@language": "nb"},
        "legalIdentifier": {
            "kind": "Identifier",
            "notation": number,
            "schemaAgency": "Brønnøysundregistrene",
        },
        "iso6523Code": f"0192:{number}",
    }
    return document | changes


def article(**changes: Any) -> Wire:
    """Return what cases, collaborations and guides have in common."""
    document = {
        "nameMap": {"da": "Læring på jobbet", "en": "Learning at work"},
        "summaryMap": {"da": "Kort fortalt.", "en": "In short."},
        "contentMap": {"da": "<p>Langt.</p>", "en": "<p>Long.</p>"},
        "subjectConcept": [ELSEWHERE],
        "workingLanguage": ["da"],
    }
    return document | changes


def authored(klass: ResourceClass, member_iri: str) -> Wire:
    """Return a whole document of *klass*, as an author writes it."""
    match klass:
        case ResourceClass.OFFER:
            return offer(publishes=intent(provider=member_iri))
        case ResourceClass.NEED:
            return offer("Vi søker kurs", publishes=intent(receiver=member_iri))
        case ResourceClass.MEMBER:
            return member("Andre Eksempel AS", NUMBERS[1])
        case ResourceClass.CONCEPT:
            return {"prefLabel": {"nb": "trygg koding", "en": "secure coding"}}
        case ResourceClass.CASE:
            parts = {key: {"da": "Tekst."} for key in ("problem", "solution", "outcomes")}
            return article(participant=[member_iri], **parts)
        case ResourceClass.COLLABORATION:
            sought = {"stage": "seeking", "audienceLevel": "public"}
            return article(**sought, participant=[member_iri], endTime=offer()["endTime"])
        case ResourceClass.PRACTICE:
            return article(teaches=[ELSEWHERE], learningResourceType="guide")
        case ResourceClass.EVENT:
            times = {"startTime": "2027-01-20T09:00:00+01:00", "endTime": "2027-01-20T12:00:00Z"}
            return article(**times)
    raise ValueError(klass)


AUTHORED = tuple(set(ResourceClass) - {ResourceClass.CLUSTER, ResourceClass.CONTACT})


async def put(
    database: Database, document: Wire, klass: ResourceClass = ResourceClass.OFFER, **more: Any
) -> Published:
    """Publish *document* in a transaction of its own; *more* are fields of the draft."""
    moment = more.pop("moment", None)
    draft = Draft(document=document, klass=klass, **more)
    async with database.transaction() as connection:
        return (await publish(connection, HERE, [draft], moment=moment))[0]


async def add_follower(
    database: Database,
    host: str,
    *,
    node: bool = True,
    shared: bool = True,
    state: str = "approved",
    followed: str = HERE.cluster,
    name: str = "cluster",
    follow: str = "accepted",
    place: str = "inbox",
) -> str:
    """Let an actor at *host* follow, or ask to; return its personal inbox."""
    iri = f"https://{host}/{name}"
    actor = ActorRow(
        iri=iri,
        kind="cluster" if node else "other",
        local=False,
        host=host,
        handle=name,
        inbox=f"{iri}/{place}",
        shared_inbox=f"https://{host}/inbox" if shared else None,
        document="{}",
        fetched_at=NOW,
    )
    async with database.transaction() as connection:
        await actors.save_remote(connection, actor, [])
        await peers.upsert_seen(connection, host, now=NOW, is_node=node)
        await peers.set_state(connection, host, state)
        await follows.upsert(
            connection,
            follower=iri,
            followed=followed,
            activity=f"{iri}/follow",
            state=follow,
            follower_local=False,
            at=NOW,
        )
    return f"{iri}/{place}"


async def sent(database: Database) -> list[tuple[str, str]]:
    """Return type of activity and inbox of every delivery, in the order they were queued."""
    async with database.reading() as connection:
        return await sent_in(connection)


async def sent_in(connection: AsyncConnection) -> list[tuple[str, str]]:
    """The same, in a transaction."""
    outbox, deliveries = tables.outbox.c, tables.deliveries.c
    query = (
        select(outbox.type, deliveries.inbox)
        .join(tables.outbox, outbox.activity == deliveries.activity)
        .order_by(deliveries.seq)
    )
    return [(row[0], row[1]) for row in (await connection.execute(query)).all()]


async def everything_stored(database: Database) -> str:
    """Return all that the database holds but private details, as one text to search."""
    tables_shown = (tables.resources, tables.outbox, tables.deliveries, tables.change_log)
    async with database.reading() as connection:
        rows = [
            str(tuple(row))
            for table in tables_shown
            for row in (await connection.execute(select(table))).all()
        ]
        wires = (await connection.execute(select(tables.resource_versions.c.wire))).scalars()
        return "\n".join([*rows, *wires])


async def count(database: Database) -> dict[str, int]:
    """Return how many rows the tables have that a publication writes to."""
    names = ("resources", "resource_versions", "outbox", "deliveries", "change_log")
    async with database.reading() as connection:
        return {
            name: len((await connection.execute(select(tables.metadata.tables[name]))).all())
            for name in names
        }
