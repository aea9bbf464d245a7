"""How far an interest in an offer or need has come, and who may take it how much further.

The states and steps are data, checked when this module is imported. Two desks keep one state
without asking each other: what counts is the furthest state that any known step led to, in the
order of ``STATES``, whatever the order in which the steps became known. So where one desk
accepts while the other withdraws, both end at “withdrawn”.

For people nothing here is a binding contract: FEP-0837's words stand on the wire alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vocab.terms import KX

#: Who takes a step: who sent the Offer, who got it, either, or whose proposal it is about.
Party = Literal["asking", "asked", "either", "proposing"]

#: Every state that is kept, from the first to the one that outdoes all others.
STATES: Final = (
    "sent",
    "taken_over",
    "passed_on",
    "answered",
    "accepted",
    "declined",
    "countered",
    "withdrawn",
    "completed",
)
#: Never kept: an interest that nobody took over before its offer or need had ended. It is the
#: same on both sides without a message, since both know the end, and over when that is moved.
EXPIRED: Final = "expired"
#: Where somebody has still to answer.
OPEN: Final = frozenset({"sent", "taken_over", "passed_on", "answered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that a desk does about an interest."""

    by: Party
    #: The states, as shown, in which it may be done.
    after: frozenset[str]
    to: str
    #: The activity that tells the other desk.
    sent: str
    #: What the agreement's ``status`` says on the wire, of what FEP-0837 has no activity for.
    status: str | None = None


STEPS: Final[Mapping[str, Step]] = {
    "take_over": Step(
        by="asked",
        after=frozenset({"sent"}),
        to="taken_over",
        sent="Update",
        status=f"{KX}takenOver",
    ),
    "pass_on": Step(
        by="asked",
        after=frozenset({"sent", "taken_over"}),
        to="passed_on",
        sent="Update",
        status=f"{KX}passedOn",
    ),
    "answer": Step(
        by="asked",
        after=OPEN - {"answered"},
        to="answered",
        sent="Update",
        status=f"{KX}answered",
    ),
    "accept": Step(by="asked", after=OPEN, to="accepted", sent="Accept"),
    "decline": Step(by="asked", after=OPEN | {EXPIRED}, to="declined", sent="Reject"),
    "counter": Step(by="either", after=OPEN | {"declined"}, to="countered", sent="Offer"),
    "withdraw": Step(by="asking", after=OPEN | {EXPIRED, "accepted"}, to="withdrawn", sent="Undo"),
    "complete": Step(by="proposing", after=frozenset({"accepted"}), to="completed", sent="Create"),
}
#: The steps that a ``status`` on the wire tells of.
BY_STATUS: Final = {step.status: event for event, step in STEPS.items() if step.status}


def furthest(state: str, other: str) -> str:
    """Return the one of two states that outdoes the other."""
    return max(state, other, key=STATES.index)


def shown_state(state: str, *, over: bool) -> str:
    """Return the state as people see it; *over* tells that the offer or need has ended."""
    return EXPIRED if over and state == "sent" else state


def may_take(step: Step, *, asking: bool, asked: bool, proposing: bool) -> bool:
    """Say whether a desk that stands on these sides may take *step*."""
    sides = {"asking": asking, "asked": asked, "proposing": proposing, "either": True}
    return sides[step.by]


def _check() -> None:
    """Raise ValueError where the steps do not fit the states."""
    reached = {"sent", *(step.to for step in STEPS.values())}
    if reached != set(STATES):
        raise ValueError(f"no step leads to {set(STATES) ^ reached}")
    for event, step in STEPS.items():
        if not step.after <= {*STATES, EXPIRED}:
            raise ValueError(f"{event} begins in unknown states")
        for before in step.after - {EXPIRED}:
            if furthest(before, step.to) == before:
                raise ValueError(f"{event} does not lead further than {before}")


_check()
