"""Queries to begin with, each with a name, ready to run against this node."""

from dataclasses import dataclass

from node.pages.translating import mark as N_  # gettext's own name for it

PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "kx": "https://w3id.org/skagerrak/ns#",
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "dct": "http://purl.org/dc/terms/",
    "legal": "http://www.w3.org/ns/legal#",
    "prov": "http://www.w3.org/ns/prov#",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its name in the address and for people."""

    key: str
    title: str
    body: str

    @property
    def query(self) -> str:
        """The whole query, with the prefixes that it uses."""
        used = [name for name in PREFIXES if f"{name}:" in self.body]
        head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
        return f"{head}\n{self.body}\n" if head else f"{self.body}\n"


EXAMPLES = (
    Example(
        "offers",
        N_("What is offered, by which cluster, until when"),
        """SELECT ?offer ?title ?cluster ?until WHERE {
  ?offer vf:purpose vf:offer ; as:name ?title ; as:attributedTo ?cluster .
  OPTIONAL { ?offer as:endTime ?until }
}
ORDER BY ?until
LIMIT 50""",
    ),
    Example(
        "pairs",
        N_("Needs and offers about the same expertise"),
        """SELECT ?need ?offer ?expertise WHERE {
  ?need vf:purpose vf:request ; vf:publishes/vf:resourceConformsTo ?expertise .
  ?offer vf:purpose vf:offer ; vf:publishes/vf:resourceConformsTo ?expertise .
}
LIMIT 50""",
    ),
    Example(
        "expertise",
        N_("How many members have each expertise"),
        """SELECT ?expertise (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?member) AS ?members) WHERE {
  ?member schema:knowsAbout ?expertise .
  OPTIONAL { ?expertise skos:prefLabel ?name }
}
GROUP BY ?expertise
ORDER BY DESC(?members)
LIMIT 50""",
    ),
    Example(
        "regions",
        N_("Members in each region"),
        """SELECT ?region (COUNT(DISTINCT ?member) AS ?members) WHERE {
  ?member a legal:LegalEntity ; dct:spatial ?region .
}
GROUP BY ?region
ORDER BY DESC(?members)""",
    ),
    Example(
        "cases",
        N_("Cases with what came of them"),
        """SELECT ?case ?title ?outcome WHERE {
  ?case a kx:BusinessCase ; as:name ?title ; kx:outcomes ?outcome .
  FILTER(LANG(?title) = LANG(?outcome))
}
LIMIT 50""",
    ),
    Example(
        "authenticity",
        N_("How the sender of each federated document was confirmed"),
        """SELECT ?document ?cluster ?how ?when WHERE {
  GRAPH ?provenance {
    ?document kx:authenticatedBy ?how ; prov:wasAttributedTo ?cluster .
    OPTIONAL { ?document kx:receivedAt ?when }
  }
}
ORDER BY DESC(?when)
LIMIT 50""",
    ),
)

#: Value of ``format`` and its name, in the order of the form.
RESULT_FORMATS = (("json", "JSON"), ("csv", "CSV"), ("tsv", "TSV"), ("xml", "XML"))
GRAPH_FORMATS = (("turtle", "Turtle"), ("jsonld", "JSON-LD"))


def starting_query(example: str | None = None, about: str | None = None) -> str:
    """Return the query that the form opens with: about one thing, an example, or the first."""
    if about and not any(sign in about for sign in '<>"{}|\\^` \n\r\t'):
        return f"DESCRIBE <{about}>\n"
    found = (entry.query for entry in EXAMPLES if entry.key == example)
    return next(found, EXAMPLES[0].query)
