"""The catalogue for data portals, served by a real application."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store, parse

from node.endpoints.app_keys import IDENTITY, SETTINGS
from node.endpoints.error_responses import answer_errors
from node.endpoints.routes import add_routes
from node.identity import Identity
from node.settings import Settings

BASE = "https://digin.example"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    """Return a client of a node called Digin."""
    settings = Settings.model_validate(
        {
            "node": {"base_url": BASE},
            "federation": {"introduce_peers": False},
            "cluster": {"name": "Digin", "region": "NO092", "working_languages": ["nb", "se"]},
        }
    )
    application = web.Application(middlewares=[answer_errors])
    application[SETTINGS] = settings
    application[IDENTITY] = Identity.from_settings(settings)
    add_routes(application.router)
    async with TestClient(TestServer(application)) as opened:
        yield opened


async def triples(client: TestClient[Any, Any], path: str, accept: str) -> set[Any]:
    """Return the triples of an answer by its own media type."""
    response = await client.get(path, headers={"Accept": accept})
    assert response.status == 200
    rdf_format = RdfFormat.from_media_type(response.content_type)
    assert rdf_format is not None
    return {quad.triple for quad in parse(await response.read(), format=rdf_format)}


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/n-triples"])
async def test_every_format_says_the_same(client, accept):
    """Accept decides on the format and on nothing else."""
    response = await client.get("/catalog", headers={"Accept": accept})

    assert response.content_type == accept
    assert response.headers["Vary"] == "Accept"
    assert await triples(client, "/catalog", accept) == await triples(client, "/catalog.nt", "*/*")


async def test_catalogue_leads_to_the_endpoint(client):
    """From the catalogue a portal finds a dataset of the cluster and who answers from it."""
    store = Store()
    store.extend(parse(await (await client.get("/catalog.ttl")).read(), format=RdfFormat.TURTLE))
    found = store.query(
        f"""
        PREFIX dcat: <{DCAT}> PREFIX dct: <{DCT}> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        SELECT ?endpoint ?publisher ?name WHERE {{
          <{BASE}/catalog> a dcat:Catalog ; dct:publisher ?publisher ;
            dcat:dataset ?dataset ; dcat:service ?service .
          ?dataset a dcat:Dataset ; dct:publisher ?publisher ; dct:title ?t ; dct:description ?d .
          ?service a dcat:DataService ; dcat:servesDataset ?dataset ; dcat:endpointURL ?endpoint .
          ?publisher a foaf:Agent ; foaf:name ?name .
          FILTER(LANG(?t) = "nn" && LANG(?d) = "da")
        }}"""
    )
    assert isinstance(found, QuerySolutions)
    (row,) = found

    assert [term.value for term in row] == [f"{BASE}/sparql", f"{BASE}/cluster", "Digin"]


async def test_titles_are_in_every_language_of_the_pages(client):
    """Catalogue, dataset and service have a title in each of the four languages."""
    titles: dict[str, set[str]] = {}
    for triple in await triples(client, "/catalog", "*/*"):
        if triple.predicate.value == DCT + "title":
            assert isinstance(triple.object, Literal)
            assert "Digin" in triple.object.value
            titles.setdefault(triple.subject.value, set()).add(triple.object.language or "")

    assert titles == {
        f"{BASE}/catalog{part}": {"nb", "nn", "da", "en"} for part in ("", "#dataset", "#sparql")
    }


async def test_no_licence_is_claimed(client):
    """A licence is the cluster's to give; the catalogue gives none."""
    used = {triple.predicate.value for triple in await triples(client, "/catalog", "*/*")}

    assert not {name for name in used if "licen" in name or "rights" in name}


async def test_languages_and_region_are_the_settings(client):
    """Languages of which the EU's list has no entry here are left out; the region is the NUTS."""
    said = await triples(client, "/catalog", "*/*")
    languages = [t.object.value for t in said if t.predicate.value == DCT + "language"]

    assert [iri.rsplit("/", 1)[1] for iri in languages] == ["NOB"]
    assert [t.object.value for t in said if t.predicate.value == DCT + "spatial"] == [
        "http://data.europa.eu/nuts/code/NO092"
    ]


async def test_other_formats_are_refused(client):
    """What is asked for as an image is not acceptable."""
    response = await client.get("/catalog", headers={"Accept": "image/png"})

    assert response.status == 406
