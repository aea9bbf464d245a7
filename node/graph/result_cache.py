"""Answers kept for the next time the same is asked of the same snapshot."""

from collections import OrderedDict
from collections.abc import Hashable

#: Most answers kept, however small they are.
MOST = 10_000
#: What an entry takes beside its question and its answer, in bytes.
ENTRY_BYTES = 500


class ResultCache:
    """The most recently used answers, within a number of bytes, their questions included."""

    def __init__(self, max_bytes: int, most: int = MOST) -> None:
        """Keep *most* answers in *max_bytes*; none takes more than an eighth, question included."""
        self._max_bytes = max_bytes
        self._most = most
        self._bytes = 0
        self._tag = ""
        self._answers: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, tag: str, key: Hashable) -> bytes | None:
        """Return the answer to *key* on the snapshot *tag*; what older ones gave is dropped."""
        if tag != self._tag:
            self._answers.clear()
            self._bytes, self._tag = 0, tag
        if key not in self._answers:
            return None
        self._answers.move_to_end(key)
        return self._answers[key]

    def put(self, tag: str, key: Hashable, answer: bytes) -> None:
        """Keep *answer*, and drop what was not used for longest."""
        size = _size(key, answer)
        if tag != self._tag or key in self._answers or size > self._max_bytes // 8:
            return
        self._answers[key] = answer
        self._bytes += size
        while self._bytes > self._max_bytes or len(self._answers) > self._most:
            self._bytes -= _size(*self._answers.popitem(last=False))


def _size(key: Hashable, answer: bytes) -> int:
    """Strangers choose the length of questions, too."""
    return ENTRY_BYTES + len(repr(key).encode()) + len(answer)
