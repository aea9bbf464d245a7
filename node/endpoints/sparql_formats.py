"""Which format an answer to a query is written in (RFC 9110 §12.5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.endpoints.negotiation import HTML, best_match
from node.errors import NotAcceptable
from node.graph.query_guard import QueryForm


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format as the pool, the Accept header and ``format=`` name it."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The Content-Type, with the charset where the type has one."""
        return (
            f"{self.media_type}; charset=utf-8"
            if self.media_type.startswith("text/")
            else (self.media_type)
        )


SOLUTIONS = (
    ResultFormat("json", "application/sparql-results+json", ("srj",)),
    ResultFormat("xml", "application/sparql-results+xml", ("srx",)),
    ResultFormat("csv", "text/csv"),
    ResultFormat("tsv", "text/tab-separated-values"),
    # What programs send that know no name for it.
    ResultFormat("json", "application/json"),
)
GRAPHS = (
    ResultFormat("turtle", "text/turtle", ("ttl",)),
    ResultFormat("ntriples", "application/n-triples", ("nt",)),
    ResultFormat("jsonld", "application/ld+json", ("json-ld", "json")),
    ResultFormat("rdfxml", "application/rdf+xml", ("rdf", "xml")),
)


def formats_of(form: QueryForm) -> Sequence[ResultFormat]:
    """Return the formats that an answer to a query of *form* can have, the usual one first."""
    return SOLUTIONS if form in (QueryForm.SELECT, QueryForm.ASK) else GRAPHS


def choose_format(
    available: Sequence[ResultFormat], accept: str, wanted: str | None
) -> ResultFormat:
    """Return the format that *wanted* (of ``format=``) names, else the best for *accept*.

    Raises NotAcceptable, listing what there is.
    """
    if wanted:
        # A + in a query string that was not encoded arrives as a space.
        name = wanted.lower().replace(" ", "+")
        for candidate in available:
            if name in (candidate.name, candidate.media_type, *candidate.aliases):
                return candidate
        raise NotAcceptable([f"{one.name} ({one.media_type})" for one in available])
    types = tuple(one.media_type for one in available)
    chosen = best_match(accept or "*/*", types)
    return available[types.index(chosen)]


def prefers_page(accept: str) -> bool:
    """Tell whether who sends *accept* would rather have HTML than a description in RDF."""
    types = (*(one.media_type for one in GRAPHS), HTML)
    try:
        return best_match(accept or "*/*", types) == HTML
    except NotAcceptable:
        return False
