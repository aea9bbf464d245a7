"""Two changes of one version, made one: what does not overlap applies, what does is a conflict.

Lists of IRIs and names are merged entry by entry, so that two may each add a company.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vocab.work_fields import Fields, Value

Side = Literal["proposed", "current"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What comes out of a merge; a field in conflict stands as it stood."""

    fields: Mapping[str, Value]
    conflicts: tuple[str, ...]


def merge_fields(
    base: Fields | None,
    current: Fields,
    proposed: Fields,
    decided: Mapping[str, Side] | None = None,
) -> Merged:
    """Return *current* with what *proposed* changes of *base*.

    *decided* says by field which side counts, in conflict or not. Where the *base* is not
    known any more, every difference is a conflict.
    """
    decided = decided or {}
    fields: dict[str, Value] = {}
    conflicts: list[str] = []
    for name in dict.fromkeys([*current, *proposed]):
        now, new = current.get(name), proposed.get(name)
        if name in decided:
            value = new if decided[name] == "proposed" else now
        elif now == new:
            value = now
        elif base is None:
            value = now
            conflicts.append(name)
        else:
            value, clash = _merged(base.get(name), now, new)
            if clash:
                conflicts.append(name)
        if value is not None:
            fields[name] = value
    return Merged(fields=fields, conflicts=tuple(conflicts))


def _merged(
    before: Value | None, now: Value | None, new: Value | None
) -> tuple[Value | None, bool]:
    """Return what stands after both changes, and whether they contradict each other."""
    if new == before:
        return now, False
    if now == before:
        return new, False
    sides = (before, now, new)
    if any(isinstance(side, tuple) for side in sides) and not any(
        isinstance(side, (str, int)) for side in sides
    ):
        return _entries(_listed(before), _listed(now), _listed(new)) or None, False
    return now, True


def _listed(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _entries(
    before: tuple[str, ...], now: tuple[str, ...], new: tuple[str, ...]
) -> tuple[str, ...]:
    removed = set(before) - set(new)
    kept = [entry for entry in now if entry not in removed]
    added = [entry for entry in new if entry not in before and entry not in kept]
    return (*kept, *added)
