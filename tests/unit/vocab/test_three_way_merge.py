from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocab.three_way_merge import merge_fields

#: What each field may say: texts, numbers, or lists of addresses.
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "problem.nb": st.sampled_from(["ett", "to", "tre"]),
        "problem.en": st.sampled_from(["one", "two"]),
        "trl": st.integers(1, 3),
        "participant": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True).map(
            tuple
        ),
    },
)


@given(base=FIELDS, other=FIELDS)
def test_a_change_of_one_side_alone_applies(base: dict[str, Any], other: dict[str, Any]) -> None:
    """Whichever side it is, without a conflict."""
    assert merge_fields(base, base, other).fields == other
    assert merge_fields(base, other, base).fields == other
    assert merge_fields(base, base, other).conflicts == ()
    assert merge_fields(base, other, base).conflicts == ()


@given(base=FIELDS, same=FIELDS)
def test_the_same_change_on_both_sides_is_none(base: dict[str, Any], same: dict[str, Any]) -> None:
    """It stands, and nobody has to decide."""
    merged = merge_fields(base, same, same)
    assert (merged.fields, merged.conflicts) == (same, ())


@given(base=FIELDS, current=FIELDS, proposed=FIELDS)
def test_nothing_is_overwritten_silently(
    base: dict[str, Any], current: dict[str, Any], proposed: dict[str, Any]
) -> None:
    """Each field is what one side made of it; where both did, it stands and is a conflict."""
    merged = merge_fields(base, current, proposed)
    for name in {*base, *current, *proposed} - {"participant"}:
        before, now, new = (side.get(name) for side in (base, current, proposed))
        changed_here, changed_there = now != before, new != before
        assert merged.fields.get(name) == (new if changed_there and not changed_here else now)
        assert (name in merged.conflicts) == (changed_here and changed_there and now != new)


@given(base=FIELDS, current=FIELDS, proposed=FIELDS)
def test_lists_keep_what_either_side_added(
    base: dict[str, Any], current: dict[str, Any], proposed: dict[str, Any]
) -> None:
    """And lose what either side took out; they are never in conflict."""
    merged = merge_fields(base, current, proposed)
    before, now, new = (set(side.get("participant", ())) for side in (base, current, proposed))
    expected = {*(now & new), *(now - before), *(new - before)}
    listed: Any = merged.fields.get("participant", ())
    assert set(listed) == expected
    assert "participant" not in merged.conflicts


@given(base=FIELDS, current=FIELDS, proposed=FIELDS, data=st.data())
def test_what_the_desk_decides_counts(
    base: dict[str, Any], current: dict[str, Any], proposed: dict[str, Any], data: st.DataObject
) -> None:
    """For every conflict, so that none is left, and for any other field."""
    conflicts = merge_fields(base, current, proposed).conflicts
    sides = st.sampled_from(["proposed", "current"])
    decided: dict[str, Any] = {name: data.draw(sides) for name in conflicts}
    merged = merge_fields(base, current, proposed, decided)
    assert merged.conflicts == ()
    for name, side in decided.items():
        assert merged.fields.get(name) == (proposed if side == "proposed" else current).get(name)


@given(current=FIELDS, proposed=FIELDS)
def test_without_a_base_every_difference_is_a_conflict(
    current: dict[str, Any], proposed: dict[str, Any]
) -> None:
    """Nobody knows any more who changed it."""
    merged = merge_fields(None, current, proposed)
    differing = {name for name in {*current, *proposed} if current.get(name) != proposed.get(name)}
    assert set(merged.conflicts) == differing
    assert merged.fields == current


@pytest.mark.parametrize("side", ["proposed", "current"])
def test_a_removed_text_can_be_decided(side: Any) -> None:
    """One removes a text that the other changes."""
    merged = merge_fields({"trl": 1}, {"trl": 2}, {}, {"trl": side})
    assert merged.fields == ({} if side == "proposed" else {"trl": 2})
