"""From the id of a key to the actor that owns it, by fetching.

A key is trusted for one reason only: the actor that lists it was fetched at its own id
(FEP-fe34, reciprocal claims). Three kinds of document are found at a key's id: the actor
itself (most servers), an extract of the actor (GoToSocial), or the key by itself.
"""

from typing import Any

from federation.actors import RemoteActor, read_actor
from federation.errors import UntrustedKey
from federation.origins import same_iri, same_origin, without_fragment
from federation.ports import FetchedDocument, Fetcher


async def fetch_key_owner(fetcher: Fetcher, key_id: str) -> RemoteActor:
    """Return the actor at the origin of *key_id* that the document there leads to.

    At most two fetches; what the first one finds is a hint, unless it is the actor itself.
    It remains to be seen whether the actor lists the key. Raises UntrustedKey where the
    documents do not fit together, and what fetching and ``read_actor`` raise.
    """
    location = without_fragment(key_id)
    found = await fetcher.fetch_document(location)
    if _is_actor_at(found.document, location):
        return read_actor(found.document, found.url)
    return await _fetch_actor(fetcher, _claimed_owner(found.document, key_id))


def _is_actor_at(document: dict[str, Any], location: str) -> bool:
    iri = document.get("id")
    return isinstance(iri, str) and same_iri(iri, location) and "inbox" in document


def _claimed_owner(document: dict[str, Any], key_id: str) -> str:
    """Return the actor that a key document or an extract of an actor names."""
    is_key = "publicKeyPem" in document or "publicKeyMultibase" in document
    if is_key and document.get("id") != key_id:
        raise UntrustedKey(log=f"at {key_id} stands the key {document.get('id')!r}")
    owner = document.get("owner", document.get("controller")) if is_key else document.get("id")
    if not isinstance(owner, str) or not same_origin(owner, key_id):
        raise UntrustedKey(log=f"key {key_id} names the owner {owner!r}")
    return owner


async def _fetch_actor(fetcher: Fetcher, iri: str) -> RemoteActor:
    found: FetchedDocument = await fetcher.fetch_document(iri)
    actor = read_actor(found.document, found.url)
    if not same_iri(actor.iri, iri):
        raise UntrustedKey(log=f"at {iri} stands the actor {actor.iri}")
    return actor
