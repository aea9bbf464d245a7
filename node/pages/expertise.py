"""Expertise that several clusters have: what reads the same is one row, whoever named it.

Each node keeps its own scheme, so the same expertise has an IRI on each. People look for the
words; the page behind a row still is the concept of one node. What lies below a wide field
belongs to it: who knows e-learning knows something about learning.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from node.pages.alphabet import sort_key
from node.pages.listing_items import title_of
from node.pages.view_context import StoredThing, ViewContext
from node.pages.views import ItemGroup, Link, ListItem, Passage, Tag
from node.pages.wire_values import iris


@dataclass(frozen=True, slots=True, kw_only=True)
class Expertise:
    """An expertise by its label in the reader's language."""

    title: Passage
    #: Its concepts; the first is the one whose page is shown.
    iris: tuple[str, ...]
    clusters: tuple[str, ...]
    #: Who has it, or something below it.
    members: frozenset[str]
    #: Whether somebody has this itself.
    held: bool
    #: Its concepts and all those below it.
    within: frozenset[str]
    #: The labels right below it.
    below: tuple[str, ...]
    #: The label of the widest field above it; nothing for one that stands above or alone.
    field: str

    @property
    def label(self) -> str:
        """What it is found by: its title, capitals apart."""
        return self.title.text.casefold()


@dataclass(frozen=True, slots=True)
class _Named:
    """Concepts by label, and which labels lie right above each."""

    titles: Mapping[str, Passage]
    iris: Mapping[str, Sequence[str]]
    above: Mapping[str, Sequence[str]]

    def below(self, label: str) -> tuple[str, ...]:
        found = (other for other, wider in self.above.items() if label in wider)
        return tuple(sorted(found, key=lambda other: sort_key(self.titles[other].text)))


def expertises(
    concepts: Sequence[StoredThing], holders: Mapping[str, Set[str]], context: ViewContext
) -> tuple[Expertise, ...]:
    """Return *concepts* by label, in the order of the alphabet; the first of a label leads it."""
    named = _named(concepts, context)
    below = {label: named.below(label) for label in set().union(*named.above.values())}
    found = (_expertise(label, named, below, holders, context) for label in named.titles)
    return tuple(sorted(found, key=lambda expertise: sort_key(expertise.title.text)))


def _expertise(
    label: str,
    named: _Named,
    below: Mapping[str, Sequence[str]],
    holders: Mapping[str, Set[str]],
    context: ViewContext,
) -> Expertise:
    own = tuple(named.iris[label])
    within = [iri for one in _reached(label, below) for iri in named.iris[one]]
    top = list(_climbed(label, named.above))[-1]
    return Expertise(
        title=named.titles[label],
        iris=own,
        clusters=_clusters(own, context),
        members=frozenset().union(*(holders.get(iri, ()) for iri in within)),
        held=any(holders.get(iri) for iri in own),
        within=frozenset(within),
        below=tuple(below.get(label, ())),
        field=top if top != label else "",
    )


def _named(concepts: Sequence[StoredThing], context: ViewContext) -> _Named:
    titles: dict[str, Passage] = {}
    grouped: dict[str, list[str]] = {}
    for thing in concepts:
        title = title_of(thing.document, context)
        label = title.text.casefold()
        titles.setdefault(label, title)
        grouped.setdefault(label, []).append(thing.iri)
    labels = {iri: label for label, group in grouped.items() for iri in group}
    above: dict[str, list[str]] = {label: [] for label in grouped}
    for narrow, wide in _steps(concepts):
        lower, upper = labels.get(narrow), labels.get(wide)
        if lower and upper and lower != upper and upper not in above[lower]:
            above[lower].append(upper)
    return _Named(titles, grouped, above)


def _steps(concepts: Sequence[StoredThing]) -> Iterator[tuple[str, str]]:
    """Yield each narrow concept with a wider one, whichever of the two says so."""
    for thing in concepts:
        yield from ((thing.iri, wide) for wide in iris(thing.document.get("broader")))
        yield from ((narrow, thing.iri) for narrow in iris(thing.document.get("narrower")))


def _reached(label: str, below: Mapping[str, Sequence[str]]) -> list[str]:
    """Return *label* and all below it, once each, even where someone drew a circle."""
    reached = {label: None}
    waiting = [label]
    while waiting:
        found = [other for other in below.get(waiting.pop(), ()) if other not in reached]
        reached |= dict.fromkeys(found)
        waiting += found
    return list(reached)


def _climbed(label: str, above: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield *label* and what lies above it, the first where there are several, to the top."""
    seen: set[str] = set()
    step: str | None = label
    while step is not None and step not in seen:
        seen.add(step)
        yield step
        step = next(iter(above[step]), None)


def _clusters(concepts: Sequence[str], context: ViewContext) -> tuple[str, ...]:
    """Return whose *concepts* they are: ours first, then by name."""
    named = {(not context.is_local(iri), context.cluster(iri)) for iri in concepts}
    return tuple(name for _, name in sorted(named))


def expertise_of(iri: str, known: Sequence[Expertise]) -> Expertise | None:
    """Return the expertise that the concept *iri* is one of the names of."""
    return next((expertise for expertise in known if iri in expertise.iris), None)


def kin(iri: str, known: Sequence[Expertise]) -> frozenset[str]:
    """Return the concepts that read as *iri* does and those below, itself among them."""
    found = expertise_of(iri, known)
    return found.within if found else frozenset((iri,))


def narrower(thing: StoredThing, known: Sequence[Expertise]) -> tuple[str, ...]:
    """Return what lies right below a concept: each expertise once, then what is not known here."""
    found = expertise_of(thing.iri, known)
    leading = {one.label: one.iris[0] for one in known}
    below = [leading[label] for label in found.below] if found else []
    stated = iris(thing.document.get("narrower"))
    return (*below, *(iri for iri in stated if expertise_of(iri, known) is None))


def expertise_item(
    expertise: Expertise, context: ViewContext, everyone: Set[str] = frozenset()
) -> ListItem:
    """Return the row of an expertise; it names clusters where not *everyone* has it."""
    leading = expertise.iris[0]
    return ListItem(
        kind="concept",
        title=expertise.title,
        href=context.page(leading),
        local=context.is_local(leading),
        clusters=() if set(expertise.clusters) >= everyone else expertise.clusters,
        count=len(expertise.members) or None,
    )


def expertise_groups(
    shown: Sequence[Expertise], known: Sequence[Expertise], context: ViewContext
) -> tuple[ItemGroup, ...]:
    """Return the rows of *shown* below the widest fields of *known*; the rest comes last.

    A field with something below it is a heading and no row.
    """
    everyone = {name for one in known for name in one.clusters}
    heads = {one.label: one for one in known if one.below and not one.field}
    rows: dict[str, list[ListItem]] = {label: [] for label in heads}
    for one in shown:
        if one.label not in heads:
            field = one.field if one.field in heads else ""
            rows.setdefault(field, []).append(expertise_item(one, context, everyone))
    return tuple(
        _group(heads.get(label), tuple(items), context) for label, items in rows.items() if items
    )


def _group(field: Expertise | None, items: tuple[ListItem, ...], context: ViewContext) -> ItemGroup:
    if field is None:
        return ItemGroup(heading=None, items=items)
    href, title = context.page(field.iris[0]), field.title
    heading = Link(text=title.text, href=href, language=title.language)
    return ItemGroup(heading=heading, items=items, count=len(field.members) or None)


def expertise_tags(
    known: Sequence[Expertise], context: ViewContext, length: int
) -> tuple[Tag, ...]:
    """Return the *length* fields that most members have, the most common first.

    A field that only stands above others says little, and is left to its page.
    """
    held = sorted((one for one in known if one.held), key=lambda one: -len(one.members))
    return tuple(
        Tag(
            text=one.title.text,
            href=context.page(one.iris[0]),
            count=len(one.members),
            language=one.title.language,
        )
        for one in held[:length]
    )
