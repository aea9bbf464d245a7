"""The lists by which people name what is exchanged with a server."""

from collections.abc import Iterable

from node.errors import NodeError
from vocab.classes import PROFILES, ResourceClass

LISTS = {
    profile.collection: klass
    for klass, profile in PROFILES.items()
    if klass not in (ResourceClass.CLUSTER, ResourceClass.CONTACT)
}


def read_lists(names: Iterable[str]) -> str | None:
    """Return the classes that *names* mean, as a server's row has them; None for all.

    Takes the name of one thing of a list too. Raises NodeError where there is none of the name.
    """
    given = [name.strip().lower() for name in names if name.strip()]
    if given == ["all"]:
        return None
    singular = {klass.value: klass for klass in LISTS.values()}
    found = [LISTS.get(name) or singular.get(name) for name in given]
    if not found or None in found:
        unknown = ", ".join(name for name, klass in zip(given, found, strict=True) if not klass)
        known = ", ".join(sorted(LISTS))
        raise NodeError(f"“{unknown[:200]}”: name some of {known}, or all.", status=400)
    wanted = {klass for klass in found if klass is not None}
    every = wanted == set(LISTS.values())
    return None if every else ",".join(sorted(klass.value for klass in wanted))


def list_names(classes: str | None) -> str:
    """Return the lists of *classes* for people."""
    if classes is None:
        return "all lists"
    return ", ".join(
        sorted(PROFILES[ResourceClass(name)].collection for name in classes.split(","))
    )
