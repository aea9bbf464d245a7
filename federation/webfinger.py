"""WebFinger (RFC 7033): finding an actor by its address, and being found.

An address and an actor belong together only if both say so: the server of the address must
point to the actor, and the actor's own server must give that address for it. Otherwise a
stranger could hand out an address that leads to somebody else, or the reverse.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from federation.content_types import ACTIVITY_JSON, is_activity
from federation.errors import FetchFailed, ForbiddenOrigin, MalformedRequest
from federation.host_spelling import OddHost, check_host
from federation.origins import host_of, is_http_iri, same_iri
from federation.safe_fetch import SafeClient

PROFILE_PAGE = "http://webfinger.net/rel/profile-page"

_NAME = re.compile(r"[\w.~-]{1,128}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A name at a host, as in ``@digin@digin.example``."""

    name: str
    #: ``host`` or ``host:port``, in lower case and ASCII.
    host: str

    def __str__(self) -> str:
        """Return the address as people write it."""
        return f"@{self.name}@{self.host}"

    @property
    def acct(self) -> str:
        """The address as a URI (RFC 7565)."""
        return f"acct:{self.name}@{self.host}"

    def same_as(self, other: "Address") -> bool:
        """Say whether both are one address: names do not differ by case alone."""
        return self.host == other.host and self.name.casefold() == other.name.casefold()


def answer(
    name: str,
    host: str,
    actor_iri: str,
    *,
    profile_page: str | None = None,
    intents: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Return the JRD that points from an address of this node to its actor.

    *intents* say where its owner acts on things of other servers (FEP-3b86).
    """
    links: list[Mapping[str, str]] = [{"rel": "self", "type": ACTIVITY_JSON, "href": actor_iri}]
    if profile_page is not None:
        links.insert(0, {"rel": PROFILE_PAGE, "type": "text/html", "href": profile_page})
    aliases = [iri for iri in (actor_iri, profile_page) if iri is not None]
    return {
        "subject": Address(name=name, host=host).acct,
        "aliases": list(dict.fromkeys(aliases)),
        "links": [*links, *intents],
    }


def parse_resource(resource: str) -> Address | str:
    """Return what the ``resource`` of a WebFinger request names: an address or an IRI.

    Raises MalformedRequest where it is neither.
    """
    text = resource.strip()
    if text.lower().startswith(("http://", "https://")):
        if not is_http_iri(text):
            raise MalformedRequest(f"{text[:200]} is no address of an actor.")
        return text
    return parse_address(text)


def parse_address(text: str) -> Address:
    """Return the address in ``@name@host``, ``name@host`` or ``acct:name@host``.

    Raises MalformedRequest where there is none.
    """
    bare = text.strip()
    if bare[:5].lower() == "acct:":
        bare = unquote(bare[5:])
    name, at, host = bare.removeprefix("@").partition("@")
    if not at or not _NAME.fullmatch(name):
        raise MalformedRequest(f"{text[:200]} is no address. Write it as @name@server.")
    return Address(name=name, host=_read_host(host, text))


def _read_host(host: str, text: str) -> str:
    name, colon, port = host.partition(":")
    try:
        checked = check_host(name)
    except OddHost as error:
        raise MalformedRequest(f"{text[:200]} names no server.") from error
    if colon and not (_PORT.fullmatch(port) and int(port) < 65536):
        raise MalformedRequest(f"{text[:200]} names no server.")
    return checked if port in ("", "443") else f"{checked}:{port}"


async def resolve_address(client: SafeClient, text: str) -> str:
    """Return the IRI of the actor that *text*, an address or the actor's IRI, stands for.

    Raises MalformedRequest where *text* is neither, ForbiddenOrigin where address and actor
    do not confirm each other, FetchFailed where a server names no actor, and what fetching
    raises.
    """
    resource = parse_resource(text)
    if isinstance(resource, str):
        return await _confirm_actor(client, resource)
    actor_iri, subject = await _ask(client, resource)
    if not subject.same_as(resource):
        await _confirm_subject(client, subject, actor_iri)
    fetched_iri, name = await _read_actor(client, actor_iri)
    if name.casefold() != subject.name.casefold():
        raise ForbiddenOrigin(f"{subject} leads to an actor that has another name.")
    await _confirm_by_host(client, fetched_iri, subject)
    return fetched_iri


async def _confirm_actor(client: SafeClient, iri: str) -> str:
    """Return the id of the actor at *iri*, whose server and address confirm it."""
    actor_iri, name = await _read_actor(client, iri)
    own = Address(name=name, host=host_of(actor_iri))
    confirmed, subject = await _ask(client, own)
    _check_same(confirmed, actor_iri, own)
    if not subject.same_as(own):
        await _confirm_subject(client, subject, actor_iri)
    return actor_iri


async def _confirm_subject(client: SafeClient, subject: Address, actor_iri: str) -> None:
    """Check that the host of *subject* gives this address to the actor itself."""
    confirmed, repeated = await _ask(client, subject)
    _check_same(confirmed, actor_iri, subject)
    if not repeated.same_as(subject):
        raise ForbiddenOrigin(f"{subject} leads on to another address.")


async def _confirm_by_host(client: SafeClient, actor_iri: str, subject: Address) -> None:
    """Check that the actor's own host, where it is another, gives it this address."""
    host = host_of(actor_iri)
    if host == subject.host:
        return
    confirmed, repeated = await _ask(client, Address(name=subject.name, host=host))
    _check_same(confirmed, actor_iri, subject)
    if not repeated.same_as(subject):
        raise ForbiddenOrigin(f"The server {host} does not know its actor as {subject}.")


def _check_same(first: str, second: str, address: Address) -> None:
    if not same_iri(first, second):
        raise ForbiddenOrigin(f"{address} belongs to another actor.")


async def _ask(client: SafeClient, address: Address) -> tuple[str, Address]:
    """Return the actor that a host names for *address*, and the address it confirms."""
    scheme = client.policy.scheme
    query = quote(address.acct, safe="")
    url = f"{scheme}://{address.host}/.well-known/webfinger?resource={query}"
    jrd = (await client.fetch_json(url)).document
    subject = jrd.get("subject")
    if not isinstance(subject, str):
        raise FetchFailed(f"The server {address.host} does not say whose address {address} is.")
    return _self_link(jrd, address), parse_address(subject)


def _self_link(jrd: dict[str, Any], address: Address) -> str:
    links = jrd.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "self" and is_http_iri(link.get("href")):
            kind = link.get("type")
            if isinstance(kind, str) and is_activity(kind):
                return str(link["href"])
    raise FetchFailed(f"The server {address.host} names no actor for {address}.")


async def _read_actor(client: SafeClient, iri: str) -> tuple[str, str]:
    """Return id and name of the actor at *iri*, which must be found at its own id."""
    fetched = await client.fetch_document(iri)
    identity, name = fetched.document.get("id"), fetched.document.get("preferredUsername")
    if not isinstance(identity, str) or not same_iri(identity, fetched.url):
        raise ForbiddenOrigin("The actor was not found at its own address.")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise FetchFailed("The actor has no name that it could be found by.")
    return identity, name
