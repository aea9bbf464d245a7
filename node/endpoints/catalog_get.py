"""The node's catalogue for data portals (DCAT 3, in the profile DCAT-AP 3)."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from aiohttp import web
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from federation.origins import same_origin
from node.endpoints.app_keys import DATABASE, IDENTITY, SETTINGS
from node.endpoints.negotiation import JSON_LD, N_TRIPLES, TURTLE, chosen_format, split_suffix
from node.identity import Identity
from node.setting_groups import ClusterSettings
from node.storage import introductions
from node.storage.actors import ActorRow
from vocab.terms import DCAT, DCT, FOAF, NUTS, RDF_TYPE

FORMATS: Final = {
    TURTLE: RdfFormat.TURTLE,
    JSON_LD: RdfFormat.JSON_LD,
    N_TRIPLES: RdfFormat.N_TRIPLES,
}
HEADERS: Final = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
PREFIXES: Final = {"dcat": DCAT, "dct": DCT, "foaf": FOAF}

#: The EU's names of the languages, which DCAT-AP asks for.
LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
LANGUAGES: Final = MappingProxyType({"nb": "NOB", "nn": "NNO", "da": "DAN", "en": "ENG"})
#: The EU's theme “economy and finance”.
THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/ECON"

Texts = Mapping[str, str]

CATALOGUE_TITLE: Final[Texts] = {
    "nb": "Datakatalogen til {name}",
    "nn": "Datakatalogen til {name}",
    "da": "Datakatalog fra {name}",
    "en": "Data catalogue of {name}",
}
CATALOGUE_DESCRIPTION: Final[Texts] = {
    "nb": "Åpne data som {name} gir ut.",
    "nn": "Opne data som {name} gjev ut.",
    "da": "Åbne data, som {name} udgiver.",
    "en": "Open data that {name} publishes.",
}
DATASET_TITLE: Final[Texts] = {
    "nb": "Medlemmer, kompetanse, tilbud og behov i {name}",
    "nn": "Medlemer, kompetanse, tilbod og behov i {name}",
    "da": "Medlemmer, kompetencer, tilbud og behov i {name}",
    "en": "Members, expertise, offers and needs of {name}",
}
DATASET_DESCRIPTION: Final[Texts] = {
    "nb": "Det som er offentlig om medlemmene: kompetanse, tilbud, behov, eksempler, "
    "veiledninger og arrangementer, og det samme fra klynger som {name} følger.",
    "nn": "Det som er offentleg om medlemene: kompetanse, tilbod, behov, døme, "
    "rettleiingar og arrangement, og det same frå klynger som {name} følgjer.",
    "da": "Det, der er offentligt om medlemmerne: kompetencer, tilbud, behov, cases, "
    "vejledninger og arrangementer, og det samme fra klynger, som {name} følger.",
    "en": "What is public about the members: expertise, offers, needs, cases, guides and "
    "events, and the same from clusters that {name} follows.",
}
SERVICE_TITLE: Final[Texts] = {
    "nb": "SPARQL-tjenesten til {name}",
    "nn": "SPARQL-tenesta til {name}",
    "da": "SPARQL-tjeneste fra {name}",
    "en": "SPARQL endpoint of {name}",
}


async def get_catalogue(request: web.Request) -> web.Response:
    """Answer with the catalogue, by suffix or Accept."""
    _, suffix = split_suffix(request.path.lstrip("/"))
    media_type = chosen_format(request, tuple(FORMATS), suffix)
    triples = catalogue(request.app[IDENTITY], request.app[SETTINGS].cluster, await _known(request))
    body = serialize(triples, format=FORMATS[media_type], prefixes=PREFIXES)
    return web.Response(body=body, content_type=media_type, headers=HEADERS)


async def _known(request: web.Request) -> list[ActorRow]:
    """Return the nodes that this one introduces."""
    if not request.app[SETTINGS].federation.introduce_peers:
        return []
    async with request.app[DATABASE].reading() as connection:
        return await introductions.introduced(connection, request.app[IDENTITY].cluster)


def catalogue(
    identity: Identity, cluster: ClusterSettings, known: Sequence[ActorRow] = ()
) -> Iterator[Triple]:
    """Yield the catalogue with its one dataset and the service that answers from it.

    Of the *known* nodes it names the clusters and their catalogues.

    No licence is claimed: each cluster decides on its own, and here nobody has.
    """
    iri = identity.url("/catalog")
    yield from catalogue_itself(iri, identity, cluster)
    yield from dataset(f"{iri}#dataset", identity, cluster)
    yield from service(f"{iri}#sparql", f"{iri}#dataset", identity, cluster)
    publisher = NamedNode(identity.cluster)
    yield link(identity.cluster, RDF_TYPE, FOAF + "Agent")
    yield Triple(publisher, NamedNode(FOAF + "name"), Literal(cluster.name))
    for actor in known:
        yield link(identity.cluster, FOAF + "knows", actor.iri)
        elsewhere = actor.read_document().get("catalog")
        if isinstance(elsewhere, str) and same_origin(elsewhere, actor.iri):
            yield link(iri, DCAT + "catalog", elsewhere)


def catalogue_itself(iri: str, identity: Identity, cluster: ClusterSettings) -> Iterator[Triple]:
    """Yield the catalogue at *iri*."""
    yield link(iri, RDF_TYPE, DCAT + "Catalog")
    yield from told(iri, DCT + "title", CATALOGUE_TITLE, cluster.name)
    yield from told(iri, DCT + "description", CATALOGUE_DESCRIPTION, cluster.name)
    yield link(iri, DCT + "publisher", identity.cluster)
    yield link(iri, FOAF + "homepage", identity.url("/"))
    for language in cluster.working_languages:
        if language in LANGUAGES:
            yield link(iri, DCT + "language", LANGUAGE + LANGUAGES[language])
    yield link(iri, DCAT + "dataset", f"{iri}#dataset")
    yield link(iri, DCAT + "service", f"{iri}#sparql")


def dataset(iri: str, identity: Identity, cluster: ClusterSettings) -> Iterator[Triple]:
    """Yield the dataset: all that is in the graph."""
    yield link(iri, RDF_TYPE, DCAT + "Dataset")
    yield from told(iri, DCT + "title", DATASET_TITLE, cluster.name)
    yield from told(iri, DCT + "description", DATASET_DESCRIPTION, cluster.name)
    yield link(iri, DCT + "publisher", identity.cluster)
    yield link(iri, DCAT + "theme", THEME)
    yield link(iri, DCAT + "landingPage", identity.url("/"))
    if cluster.region:
        yield link(iri, DCT + "spatial", NUTS + cluster.region)


def service(
    iri: str, served: str, identity: Identity, cluster: ClusterSettings
) -> Iterator[Triple]:
    """Yield the SPARQL service; it describes itself where it is asked without a query."""
    endpoint = identity.url("/sparql")
    yield link(iri, RDF_TYPE, DCAT + "DataService")
    yield from told(iri, DCT + "title", SERVICE_TITLE, cluster.name)
    yield link(iri, DCT + "publisher", identity.cluster)
    yield link(iri, DCT + "conformsTo", "https://www.w3.org/TR/sparql11-protocol/")
    yield link(iri, DCAT + "endpointURL", endpoint)
    yield link(iri, DCAT + "endpointDescription", endpoint)
    yield link(iri, DCAT + "servesDataset", served)


def link(subject: str, predicate: str, target: str) -> Triple:
    """Return a triple of three IRIs."""
    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(target))


def told(subject: str, predicate: str, texts: Texts, name: str) -> Iterator[Triple]:
    """Yield *texts* about the cluster called *name*, each with its language."""
    for language, text in texts.items():
        said = Literal(text.replace("{name}", name), language=language)
        yield Triple(NamedNode(subject), NamedNode(predicate), said)
