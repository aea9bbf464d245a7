"""The IRIs that the vocabulary speaks of."""

from typing import Final

AS: Final = "https://www.w3.org/ns/activitystreams#"
KX: Final = "https://w3id.org/skagerrak/ns#"
VF: Final = "https://w3id.org/valueflows/ont/vf#"
OM2: Final = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
ORG: Final = "http://www.w3.org/ns/org#"
LEGAL: Final = "http://www.w3.org/ns/legal#"
CV: Final = "http://data.europa.eu/m8g/"
ADMS: Final = "http://www.w3.org/ns/adms#"
DCT: Final = "http://purl.org/dc/terms/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROV: Final = "http://www.w3.org/ns/prov#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
SCHEMA: Final = "https://schema.org/"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
LDP: Final = "http://www.w3.org/ns/ldp#"
ESCO_SKILL: Final = "http://data.europa.eu/esco/skill/"
NUTS: Final = "http://data.europa.eu/nuts/code/"
NACE_2: Final = "http://data.europa.eu/ux2/nace2/"
NACE_2_1: Final = "http://data.europa.eu/ux2/nace2.1/"

RDF_TYPE: Final = RDF + "type"
AS_PUBLIC: Final = AS + "Public"

AS_CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
SECURITY_CONTEXT: Final = "https://w3id.org/security/v1"
DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT: Final = "https://w3id.org/security/multikey/v1"
DATA_INTEGRITY_CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"
SKAGERRAK_CONTEXT: Final = "https://w3id.org/skagerrak/v1"

# Properties that name a living person or her private address: no graph of ours holds them.
PERSONAL_PROPERTIES: Final = frozenset(
    {
        VCARD + "fn",
        VCARD + "hasTelephone",
        VCARD + "hasName",
        FOAF + "name",
        FOAF + "phone",
        SCHEMA + "telephone",
        SCHEMA + "givenName",
        SCHEMA + "familyName",
    }
)

#: The actions of ValueFlows 1.0. FEP-0837 writes them as plain strings and asks for the first
#: two only, so our own context has no terms for the rest.
VALUEFLOWS_ACTIONS: Final = frozenset(
    {"deliverService", "transfer", "accept", "cite", "combine", "consume", "copy", "dropoff"}
    | {"lower", "modify", "move", "pickup", "produce", "raise", "separate", "transferAllRights"}
    | {"transferCustody", "use", "work"}
)

# ValueFlows has had three namespaces; the first of these is today's (FEDERATION, FEP-0837).
_OLDER_VALUEFLOWS: Final = (
    "https://w3id.org/valueflows#",
    "https://w3id.org/valueflows/",
    "http://w3id.org/valueflows#",
    "http://w3id.org/valueflows/",
)
# FEP-0837 takes units from OM 2; ValueFlows 1.0 and Mitra use names of their own.
_UNITS: Final = {
    VF + "hasUnit": OM2 + "hasUnit",
    VF + "hasNumericalValue": OM2 + "hasNumericalValue",
}


def current_iri(iri: str) -> str:
    """Return *iri* in the namespace used here, if it is in an older one of ValueFlows."""
    if not iri.startswith(("https://w3id.org/valueflows", "http://w3id.org/valueflows")):
        return iri
    if not iri.startswith(VF):
        for older in _OLDER_VALUEFLOWS:
            if iri.startswith(older):
                iri = VF + iri[len(older) :].removeprefix("ont/vf#")
                break
    return _UNITS.get(iri, iri)


def local_name(name: str) -> str:
    """Return the last part of an IRI or a prefixed name: "vf:Proposal" gives "Proposal"."""
    for separator in ("#", "/", ":"):
        if separator in name:
            name = name.rsplit(separator, 1)[1]
    return name
