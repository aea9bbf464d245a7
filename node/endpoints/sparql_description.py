"""The endpoint described in RDF (SPARQL 1.1 Service Description)."""

from collections.abc import Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

from node.endpoints.sparql_formats import ResultFormat

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_WRITTEN = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)
_RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


def describe_service(endpoint: str, result_format: ResultFormat) -> bytes:
    """Return the description of the service at the IRI *endpoint*."""
    triples: Sequence[Triple] = list(_triples(NamedNode(endpoint)))
    prefixes = {"sd": _SD, "formats": _FORMATS}
    written = serialize(triples, format=_RDF_FORMATS[result_format.name], prefixes=prefixes)
    return written or b""


def _triples(endpoint: NamedNode) -> Iterator[Triple]:
    service, dataset, graph = endpoint, BlankNode("dataset"), BlankNode("default")
    yield Triple(service, _TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), endpoint)
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for name in _WRITTEN:
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, _TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), graph)
    yield Triple(graph, _TYPE, _sd("Graph"))


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
