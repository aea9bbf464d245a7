"""host-meta (RFC 6415): where WebFinger is, for the clients that still ask."""

from typing import Any
from xml.sax.saxutils import quoteattr

CONTENT_TYPE = "application/xrd+xml"


def template(base_url: str) -> str:
    """Return the address of WebFinger at *base_url*, with a place for the resource."""
    return f"{base_url.rstrip('/')}/.well-known/webfinger?resource={{uri}}"


def xml_document(base_url: str) -> str:
    """Return host-meta as XRD."""
    address = quoteattr(template(base_url))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="application/jrd+json" template={address}/>\n'
        "</XRD>\n"
    )


def json_document(base_url: str) -> dict[str, Any]:
    """Return host-meta as JRD."""
    link = {"rel": "lrdd", "type": "application/jrd+json", "template": template(base_url)}
    return {"links": [link]}
