"""IRIs of new resources: readable for concepts, short and meaningless for the rest.

A name never changes and never returns, so it holds nothing that may change, such as a title.
"""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from node.identity import Identity
from node.publishing.drafts import Draft
from node.storage import resources
from vocab.classes import PROFILES, ResourceClass

#: Base 32 without letters that are mistaken for digits.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "a", "ð": "d", "ß": "ss"})


def random_name(length: int = 8) -> str:
    """Return a new name; 32**8 of them make a clash within one node unlikely."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def slug(text: str) -> str:
    """Return *text* in lower-case ASCII letters, digits and hyphens; empty if none are left."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:60]


async def new_iris(
    connection: AsyncConnection, identity: Identity, drafts: Sequence[Draft]
) -> list[str]:
    """Return the IRI of each draft: its own, or a new one that is free."""
    slugs = [_wanted(identity, draft) for draft in drafts]
    taken = set(await resources.get_many(connection, [iri for iri in slugs if iri]))
    names = []
    for draft, wanted in zip(drafts, slugs, strict=True):
        iri = draft.iri or _free(wanted, taken) or _random(identity, draft)
        taken.add(iri)
        names.append(iri)
    return names


def _wanted(identity: Identity, draft: Draft) -> str:
    """Concepts are named after their first label."""
    labels = draft.document.get("prefLabel")
    if draft.iri or draft.klass is not ResourceClass.CONCEPT or not isinstance(labels, Mapping):
        return ""
    name = slug(str(next(iter(labels.values()), "")))
    return identity.resource("concepts", name) if name else ""


def _free(wanted: str, taken: set[str]) -> str:
    if not wanted or wanted not in taken:
        return wanted
    return f"{wanted}-{random_name(4)}"


def _random(identity: Identity, draft: Draft) -> str:
    return identity.resource(PROFILES[draft.klass].collection, random_name())
