"""Where things are on this node: our own pages, others' by ``/resource``, formats of both."""

from urllib.parse import quote, urlencode, urlsplit

from node.pages.views import DataFoot, Link

#: Suffix and name of the data formats that every page has.
FORMATS = ((".jsonld", "JSON-LD"), (".ttl", "Turtle"))


def is_local(iri: str, base_url: str) -> bool:
    """Whether *iri* is one of the node at *base_url*."""
    return iri == base_url or iri.startswith(f"{base_url}/")


def page_address(iri: str, base_url: str) -> str:
    """Return where this node shows *iri*; nothing for what is no web address."""
    if is_local(iri, base_url):
        return iri.removeprefix(base_url) or "/"
    if iri.startswith(("http://", "https://")):
        return "/resource?" + urlencode({"iri": iri})
    return ""


def data_foot(iri: str, base_url: str) -> DataFoot:
    """Return the foot of the page about *iri*: formats and a query to start from."""
    if is_local(iri, base_url):
        path = iri.removeprefix(base_url).rstrip("/")
        addresses = [(f"{path}{suffix}", name) for suffix, name in FORMATS]
    else:
        asked = urlencode({"iri": iri})
        addresses = [(f"/resource{suffix}?{asked}", name) for suffix, name in FORMATS]
    links = tuple(Link(text=name, href=address) for address, name in addresses)
    return DataFoot(iri=iri, formats=links, query="/sparql?" + urlencode({"about": iri}))


def contact_address(iri: str) -> str:
    """Return the page that tells how to get in touch about *iri*."""
    return "/contact?" + urlencode({"about": iri})


def host_of_page(iri: str) -> str:
    """Return host and port of *iri* as people read it."""
    try:
        return urlsplit(iri).netloc
    except ValueError:
        return ""


def mail_link(email: str, subject: str = "", body: str = "") -> str:
    """Return a mailto address (RFC 6068) with *subject* and *body* filled in."""
    if not email:
        return ""
    filled = {"subject": subject, "body": body.replace("\n", "\r\n")}
    given = {name: text for name, text in filled.items() if text}
    return f"mailto:{quote(email, safe='@')}" + (
        f"?{urlencode(given, quote_via=quote, safe='')}" if given else ""
    )
