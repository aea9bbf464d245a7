import time

from hypothesis import given
from hypothesis import strategies as st

from vocab.word_differences import MOST_CHANGES, Run, word_differences

TEXTS = st.text(alphabet="ab é,.\n", max_size=40)


@given(old=TEXTS, new=TEXTS)
def test_runs_make_both_texts(old: str, new: str) -> None:
    """Without what came they are the old text, without what went the new one."""
    runs = word_differences(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new


@given(text=TEXTS)
def test_equal_texts_have_no_difference(text: str) -> None:
    """All of it is the same."""
    assert word_differences(text, text) == ((Run("same", text),) if text else ())


def test_single_words_differ() -> None:
    """What stands around them stays."""
    assert word_differences("Tolv teknikere prøvde.", "Tjue teknikere prøvde.") == (
        Run("removed", "Tolv "),
        Run("added", "Tjue "),
        Run("same", "teknikere prøvde."),
    )


def test_texts_with_too_many_changes_differ_as_a_whole() -> None:
    """So that comparing hostile texts takes no time worth telling."""
    old, new = "a b " * MOST_CHANGES, "c a " * MOST_CHANGES + "d"
    started = time.process_time()
    runs = word_differences(old, new)
    assert time.process_time() - started < 5
    assert "".join(run.text for run in runs if run.kind != "removed") == new
    assert [run.kind for run in word_differences("a " * 999, "b " * 999)] == ["removed", "added"]
