"""Expertise that several clusters have: what reads the same is one row, whoever named it.

Each node keeps its own scheme, so the same expertise has an IRI on each. People look for the
words; the page behind a row still is the concept of one node.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from node.pages.alphabet import sort_key
from node.pages.listing_items import title_of
from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import ListItem, Passage, Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Expertise:
    """An expertise by its label in the reader's language."""

    title: Passage
    #: Its concepts; the first is the one whose page is shown.
    iris: tuple[str, ...]
    clusters: tuple[str, ...]
    members: frozenset[str]


def expertises(
    concepts: Sequence[StoredThing], holders: Mapping[str, Set[str]], context: ViewContext
) -> tuple[Expertise, ...]:
    """Return *concepts* by label, in the order of the alphabet; the first of a label leads it."""
    titles: dict[str, Passage] = {}
    grouped: dict[str, list[str]] = {}
    for thing in concepts:
        title = title_of(thing.document, context)
        label = title.text.casefold()
        titles.setdefault(label, title)
        grouped.setdefault(label, []).append(thing.iri)
    found = (
        Expertise(
            title=titles[label],
            iris=tuple(iris),
            clusters=_clusters(iris, context),
            members=frozenset().union(*(holders.get(iri, ()) for iri in iris)),
        )
        for label, iris in grouped.items()
    )
    return tuple(sorted(found, key=lambda expertise: sort_key(expertise.title.text)))


def _clusters(iris: Sequence[str], context: ViewContext) -> tuple[str, ...]:
    """Return whose concepts *iris* are: ours first, then by name."""
    named = {(not context.is_local(iri), context.cluster(iri)) for iri in iris}
    return tuple(name for _, name in sorted(named))


def kin(iri: str, known: Sequence[Expertise]) -> tuple[str, ...]:
    """Return the concepts that read as *iri* does, itself among them."""
    return next((expertise.iris for expertise in known if iri in expertise.iris), (iri,))


def expertise_item(expertise: Expertise, context: ViewContext) -> ListItem:
    """Return the row of an expertise."""
    leading = expertise.iris[0]
    return ListItem(
        kind="concept",
        title=expertise.title,
        href=context.page(leading),
        local=context.is_local(leading),
        clusters=expertise.clusters,
        count=len(expertise.members) or None,
    )


def expertise_tags(
    known: Sequence[Expertise], context: ViewContext, length: int
) -> tuple[Tag, ...]:
    """Return the *length* fields that most members have, the most common first."""
    held = sorted((one for one in known if one.members), key=lambda one: -len(one.members))
    return tuple(
        Tag(
            text=one.title.text,
            href=context.page(one.iris[0]),
            count=len(one.members),
            language=one.title.language,
        )
        for one in held[:length]
    )
