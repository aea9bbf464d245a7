import itertools

import pytest

from vocab import interest_states
from vocab.interest_states import OPEN, STATES, STEPS, Step, furthest, may_take, shown_state


def test_state_is_the_same_in_whatever_order_steps_become_known() -> None:
    """Every order of all steps ends in one state, so two desks need not ask each other."""
    for events in itertools.combinations(STEPS, 3):
        ends = set()
        for order in itertools.permutations(events):
            state = "sent"
            for event in order:
                state = furthest(state, STEPS[event].to)
            ends.add(state)
        assert len(ends) == 1, events


def test_withdrawal_outdoes_an_answer_and_completion_a_withdrawal() -> None:
    """The rule where both desks act at the same time."""
    assert furthest("accepted", "withdrawn") == furthest("withdrawn", "accepted") == "withdrawn"
    assert furthest("declined", "withdrawn") == "withdrawn"
    assert furthest("accepted", "countered") == "countered"
    assert furthest("withdrawn", "completed") == "completed"


def test_only_what_nobody_took_over_expires() -> None:
    """What somebody works on stays, whatever the offer's end."""
    assert shown_state("sent", over=True) == "expired"
    for state in STATES[1:]:
        assert shown_state(state, over=True) == state
    assert shown_state("sent", over=False) == "sent"


def test_every_step_belongs_to_one_desk() -> None:
    """The desk that asks withdraws, the one that is asked answers, whose offer it is completes."""
    asking = {e for e, s in STEPS.items() if may_take(s, asking=True, asked=False, proposing=False)}
    asked = {e for e, s in STEPS.items() if may_take(s, asking=False, asked=True, proposing=True)}

    assert asking == {"counter", "withdraw"}
    assert asked == set(STEPS) - {"withdraw"}


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (Step(by="asked", after=frozenset({"lost"}), to="accepted", sent="Accept"), "unknown"),
        (Step(by="asked", after=frozenset({"accepted"}), to="sent", sent="Undo"), "further"),
    ],
)
def test_steps_that_do_not_fit_are_found_at_import(
    step: Step, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step from nowhere, or one that leads backwards, stops the program."""
    monkeypatch.setattr(interest_states, "STEPS", {**STEPS, "wrong": step})
    with pytest.raises(ValueError, match=problem):
        interest_states._check()


def test_open_states_come_before_every_answer() -> None:
    """What is open is what somebody has still to answer."""
    assert set(STATES[: len(OPEN)]) == OPEN
