"""Answers are kept within a number of bytes, for one snapshot."""

from node.graph.result_cache import ENTRY_BYTES, ResultCache

#: For eight answers of a hundred bytes to short questions.
SPACE = 8 * (ENTRY_BYTES + 110)


def test_the_least_recently_used_answer_goes_first() -> None:
    """What was asked again stays, what was not goes."""
    cache = ResultCache(SPACE)
    cache.get("1", "")
    for key in range(8):
        cache.put("1", key, b"x" * 100)
    cache.get("1", 0)
    cache.put("1", 8, b"x" * 100)

    assert cache.get("1", 0) == b"x" * 100
    assert cache.get("1", 1) is None


def test_a_new_snapshot_forgets_the_old_answers() -> None:
    """An answer is never given for another state of the graph."""
    cache = ResultCache(SPACE)
    cache.get("1", "")
    cache.put("1", "q", b"old")
    assert cache.get("2", "q") is None
    cache.put("1", "q", b"late")
    assert cache.get("2", "q") is None


def test_an_answer_that_would_push_out_the_others_is_not_kept() -> None:
    """One answer takes an eighth at most."""
    cache = ResultCache(SPACE)
    cache.get("1", "")
    cache.put("1", "q", b"x" * 120)
    assert cache.get("1", "q") is None


def test_long_questions_count_as_long_answers_do() -> None:
    """Whoever asks a thousand long questions of little pushes out others, and no more."""
    cache = ResultCache(100_000)
    cache.get("1", "")
    for number in range(1_000):
        cache.put("1", (f"{number}" + "x" * 10_000, "json"), b"{}")
    kept = [
        number for number in range(1_000) if cache.get("1", (f"{number}" + "x" * 10_000, "json"))
    ]

    assert kept == list(range(991, 1_000))


def test_answers_are_bounded_in_number_too() -> None:
    """However small they are."""
    cache = ResultCache(1 << 20, most=3)
    cache.get("1", "")
    for number in range(5):
        cache.put("1", number, b"{}")

    assert [number for number in range(5) if cache.get("1", number)] == [2, 3, 4]
