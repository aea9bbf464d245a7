"""Invented things for looking at pages, on the node of Digin as it would hold them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import NodeFace, Office

DIGIN, INFINIT, SCD = (
    "http://localhost:8081",
    "http://localhost:8082",
    "http://localhost:8083",
)
CLUSTERS = {DIGIN: "Digin", INFINIT: "InfinIT", SCD: "Service Cluster Denmark"}
PUBLIC = ["https://www.w3.org/ns/activitystreams#Public"]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NODE = NodeFace(
    name="Digin",
    base_url=DIGIN,
    handle="digin",
    office=Office(email="post@digin.example"),
    accent="#0f4c63",
    demonstration=True,
)
CONCEPTS = {
    "laering-paa-jobben": {"nb": "læring på jobben", "da": "læring på arbejdspladsen"},
    "informasjonssikkerhet": {"nb": "informasjonssikkerhet", "en": "information security"},
    "tjenestedesign": {"nb": "tjenestedesign", "nn": "tenestedesign", "da": "servicedesign"},
    "maskinlaering": {"nb": "maskinlæring", "en": "machine learning"},
    "e-laering": {"nb": "e-læring"},
    "dataanalyse": {"nb": "dataanalyse", "en": "data analysis"},
    "bygningsdrift": {"nb": "bygningsdrift", "da": "bygningsdrift"},
    "tingenes-internett": {"nb": "tingenes internett", "en": "internet of things"},
    "lean-produksjon": {"nb": "lean produksjon"},
    "sikker-programmering": {
        "nb": "sikker programmering",
        "nn": "trygg programmering",
        "da": "sikker programmering",
        "en": "secure coding",
    },
}
COUNTS = (31, 24, 22, 19, 18, 17, 15, 12, 11, 1)
COMPANIES = {
    f"{DIGIN}/members/k7f2q9": "Vangflyt AS",
    f"{DIGIN}/members/s4": "Skjærsky Consulting AS",
    f"{DIGIN}/members/h2": "Holmenett AS",
    f"{INFINIT}/members/p3x8t1": "Sundlæring ApS",
    f"{INFINIT}/members/b8": "Bøglæring ApS",
    f"{SCD}/members/l1": "Lyst facility A/S",
}


class SampleLabels:
    """Names of the sample things."""

    def concept(self, iri: str) -> Mapping[str, str] | None:
        """Return the labels of a sample concept."""
        return CONCEPTS.get(iri.rpartition("/")[2])

    def actor(self, iri: str) -> str | None:
        """Return the name of a sample company or cluster."""
        return COMPANIES.get(iri) or CLUSTERS.get(iri.removesuffix("/cluster"))

    def title(self, iri: str) -> Mapping[str, str] | None:
        """Return the titles of the one older case."""
        return {"nb": "Opplæring i fart"} if iri.endswith("/cases/9") else None

    def cluster_of(self, iri: str) -> str | None:
        """Return the name of the sample cluster at the host of *iri*."""
        return next((name for base, name in CLUSTERS.items() if iri.startswith(base)), None)


def context(language: str = "nb") -> ViewContext:
    """Return the context of a reader of *language*."""
    return ViewContext(language=language, base_url=DIGIN, labels=SampleLabels(), now=NOW)


def thing(base: str, path: str, **fields: Any) -> StoredThing:
    """Return a sample thing of the node at *base*; a foreign one came by a signed message."""
    iri = f"{base}/{path}"
    document = {
        "id": iri,
        "url": f"{iri}.html",
        "attributedTo": f"{base}/cluster",
        "to": PUBLIC,
        "published": "2026-11-21T10:00:00Z",
        **fields,
    }
    if base == DIGIN:
        return StoredThing(document=document)
    return StoredThing(
        document=document,
        received=datetime(2026, 11, 22, 9, 12, tzinfo=UTC),
        authenticated_by="HttpSignature",
        verification_method=f"{base}/cluster#main-key",
    )


def proposal(
    base: str, path: str, company: str, names: Mapping[str, str], until: str, tongues: str
) -> StoredThing:
    """Return a sample offer or need, which its path tells."""
    purpose, role = ("offer", "provider") if path.startswith("offers") else ("request", "receiver")
    content = {tag: f"<p><strong>{name}</strong></p>{TEXTS[tag]}" for tag, name in names.items()}
    intent = {
        "type": "Intent",
        "id": f"{base}/{path}#primary",
        "action": "deliverService",
        role: company,
        "resourceConformsTo": f"{DIGIN}/concepts/sikker-programmering",
        "resourceClassifiedAs": ["http://data.europa.eu/ux2/nace2.1/8559"],
        "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"},
    }
    return thing(
        base,
        path,
        type="Note",
        kind="Proposal",
        name=next(iter(names.values())),
        nameMap=dict(names),
        contentMap=content,
        endTime=until,
        purpose=purpose,
        publishes={key: value for key, value in intent.items() if value},
        region=["http://data.europa.eu/nuts/code/DK01", "http://data.europa.eu/nuts/code/NO092"],
        workingLanguage=tongues.split(),
    )


TEXTS = {
    "nb": "<p>To dager på stedet, for utviklere i små og mellomstore bedrifter. Kurset bygger på "
    "deres egen kode.</p><ul><li>Trusler mot det dere lager</li><li>Øvelser i par</li></ul>",
    "da": "<p>Vi er 12 udviklere i Ballerup, der bygger læringsplatforme til industrien. Vi søger "
    "en leverandør, som kan holde et praktisk kursus i sikker kodning, gerne over to dage og gerne "
    "på stedet.</p><p>Det er vigtigt, at kurset bygger på vores egen kode, og at der er tid til "
    "spørgsmål. Dansk, norsk eller engelsk er fint.</p>",
    "en": "<p>Two days, for developers in small companies.</p>",
}

OFFERS = (
    proposal(
        DIGIN,
        "offers/7f3a",
        f"{DIGIN}/members/k7f2q9",
        {"nb": "Kurs i sikker programmering, to dager", "en": "Secure coding course, two days"},
        "2027-05-31T23:59:59Z",
        "nb da en",
    ),
    proposal(
        INFINIT,
        "offers/3",
        f"{INFINIT}/members/b8",
        {"da": "Rådgivning om mikrolæring i produktionen"},
        "2027-03-01T00:00:00Z",
        "da en",
    ),
    proposal(
        DIGIN,
        "offers/9",
        f"{DIGIN}/members/s4",
        {"nb": "Opplæring av nyansatte med utvidet virkelighet"},
        "2027-06-30T00:00:00Z",
        "nb en",
    ),
)
NEEDS = (
    proposal(
        INFINIT,
        "needs/19",
        f"{INFINIT}/members/p3x8t1",
        {"da": "Søger kursus i sikker kodning til 12 udviklere"},
        "2027-03-01T00:00:00Z",
        "da nb en",
    ),
    proposal(
        SCD,
        "needs/4",
        f"{SCD}/members/l1",
        {"da": "Partner til prædiktivt vedligehold i hotelvaskerier"},
        "2027-01-15T00:00:00Z",
        "da en",
    ),
    proposal(
        DIGIN,
        "needs/2",
        "",
        {"nb": "Samarbeidspartner på læring for renholdere"},
        "2027-04-01T00:00:00Z",
        "nb",
    ),
)
CASE = thing(
    INFINIT,
    "cases/42",
    type="Article",
    kind="BusinessCase",
    updated="2026-11-22T10:00:00Z",
    name="Mikromoduler halverte opplæringstiden i tre bedrifter",
    nameMap={"nb": "Mikromoduler halverte opplæringstiden i tre bedrifter"},
    summaryMap={"nb": "Tre bedrifter halverte tiden det tar å lære opp nye utviklere."},
    content="<p>…</p>",
    problem={"nb": "Nye utviklere brukte åtte uker på opplæring."},
    setting={"da": "Tre it-virksomheder, 15–60 ansatte, Hovedstaden og Agder."},
    solution={"nb": "Mikromoduler på telefonen, laget av erfarne kolleger."},
    outcomes={"nb": "Fire uker i gjennomsnitt (n = 11)."},
    lessons={"nb": "Sett av én time i uken til forfatterne."},
    trl=7,
    subjectConcept=f"{DIGIN}/concepts/laering-paa-jobben",
    participant=[f"{DIGIN}/members/k7f2q9", f"{INFINIT}/members/p3x8t1"],
    contributor=[f"{INFINIT}/cluster", f"{DIGIN}/cluster"],
    version="1.2.0",
    derivedFrom=f"{DIGIN}/cases/9",
    license="https://creativecommons.org/licenses/by/4.0/",
)
PRACTICE = thing(
    DIGIN,
    "practices/2",
    type="Article",
    kind="Practice",
    name="Slik lager du en mikromodul på en formiddag",
    nameMap={"nb": "Slik lager du en mikromodul på en formiddag"},
    summaryMap={"nb": "Mal og sjekkliste for den som skal lære bort noe på fem minutter."},
    contentMap={"nb": "<h2>Før du begynner</h2><p>Velg én oppgave.</p><ol><li>Film den.</li></ol>"},
    learningResourceType="guide",
    teaches=f"{DIGIN}/concepts/laering-paa-jobben",
    relatedESCOSkill="http://data.europa.eu/esco/skill/1605025e-a179-421f-8f35-5b07d182a6b2",
    workingLanguage=["nb", "nn"],
    license="https://creativecommons.org/licenses/by/4.0/",
)
EVENT = thing(
    DIGIN,
    "events/3",
    type="Event",
    kind="BusinessEvent",
    name="Internasjonal workshop: læring på jobben",
    nameMap={"nb": "Internasjonal workshop: læring på jobben"},
    contentMap={"nb": "<p>Halv dag i Grimstad og på nett, for medlemmer av alle klyngene.</p>"},
    startTime="2027-01-20T09:00:00+01:00",
    endTime="2027-01-20T12:00:00+01:00",
    timezone="Europe/Oslo",
    organizers=[f"{DIGIN}/cluster", f"{INFINIT}/cluster"],
    location=[
        {"type": "Place", "name": "Grimstad"},
        {"type": "VirtualLocation", "url": "https://mote.digin.example/workshop"},
    ],
    subjectConcept=f"{DIGIN}/concepts/laering-paa-jobben",
)
COLLABORATION = thing(
    DIGIN,
    "collaborations/4",
    type="Article",
    kind="Collaboration",
    name="Mobil læring for vedlikehold til havs",
    nameMap={"nb": "Mobil læring for vedlikehold til havs"},
    summaryMap={"nb": "Vi søker en dansk partner på tjenestedesign til en felles søknad."},
    content="<p>…</p>",
    stage="seeking",
    partnerSought={"nb": "Tjenestedesigner med erfaring fra industri"},
    participant=[f"{DIGIN}/members/k7f2q9"],
    contributor=[f"{DIGIN}/cluster"],
    subjectConcept=f"{DIGIN}/concepts/tjenestedesign",
    region=["http://data.europa.eu/nuts/code/NO092", "http://data.europa.eu/nuts/code/DK04"],
    call="https://programme.example/call-7",
    endTime="2027-02-15T12:00:00Z",
    workingLanguage=["nb", "da", "en"],
)
MEMBER = thing(
    DIGIN,
    "members/k7f2q9",
    type="Organization",
    kind=["LegalEntity", "FormalOrganization"],
    preferredUsername="vangflyt",
    name="Vangflyt AS",
    legalName={"@value": "VANGFLYT AS", "@language": "nb"},
    summaryMap={"nb": "Vangflyt AS leverer dataanalyse til industrien på Sørlandet."},
    legalIdentifier={"kind": "Identifier", "notation": "900407939"},
    sameAs="https://data.brreg.no/enhetsregisteret/api/enheter/900407939",
    companyActivity=[
        "http://data.europa.eu/ux2/nace2/6201",
        "http://data.europa.eu/ux2/nace2.1/6210",
    ],
    homepage="https://www.vangflyt.example",
    employees=110,
    region="http://data.europa.eu/nuts/code/NO092",
    workingLanguage=["nb", "en"],
    knowsAbout=[f"{DIGIN}/concepts/{key}" for key in list(CONCEPTS)[:3]],
    memberOf=f"{DIGIN}/cluster",
    contactPoint={"kind": "ContactPoint", "email": "post@vangflyt.example"},
)
CONCEPT = thing(
    DIGIN,
    "concepts/sikker-programmering",
    type="Concept",
    prefLabel=CONCEPTS["sikker-programmering"],
    altLabel={"en": ["secure software development"]},
    inScheme=f"{DIGIN}/concepts",
    broader=f"{DIGIN}/concepts/informasjonssikkerhet",
    related=f"{DIGIN}/concepts/dataanalyse",
    broadMatch="http://data.europa.eu/esco/skill/1605025e-a179-421f-8f35-5b07d182a6b2",
    closeMatch=f"{INFINIT}/concepts/sikker-kodning",
)
LEARNT = (CASE, PRACTICE, EVENT)
EVERYTHING = (*OFFERS, *NEEDS, CASE, PRACTICE, EVENT, COLLABORATION, MEMBER, CONCEPT)
