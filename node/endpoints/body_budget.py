"""How many bytes strangers may make this node hold before it knows who they are.

An inbox reads a body before it can tell who sent it, and may then wait for the key of the
signature. Each body is bounded by itself; this bounds all of them together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from federation.errors import TooMuchAtOnce

#: Bodies that are being read, verified or written to the journal, together.
MOST_BYTES: Final = 32 << 20
#: A few large bodies leave a quarter of that to those of at most this size: most messages.
SMALL: Final = 64 << 10
_RETRY_AFTER: Final = 10


class BodyBudget:
    """A number of bytes, shared by the bodies that come in at the same time."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        """Allow *most* bytes in all."""
        self._most = most
        self.taken = 0

    @contextmanager
    def share(self) -> Iterator["BodyShare"]:
        """Give the share of one body, which is free again when the block ends."""
        share = BodyShare(self)
        try:
            yield share
        finally:
            self.taken -= share.size

    def allows(self, more: int, size: int) -> bool:
        """Say whether a body of *size* bytes may take *more* now."""
        ceiling = self._most if size <= SMALL else self._most * 3 // 4
        return self.taken + more <= ceiling


class BodyShare:
    """What one body has taken of a budget."""

    def __init__(self, budget: BodyBudget) -> None:
        """Take nothing yet."""
        self._budget = budget
        self.size = 0

    def check(self, more: int) -> None:
        """Raise TooMuchAtOnce where there is no room for *more* bytes now."""
        if not self._budget.allows(more, self.size + more):
            raise TooMuchAtOnce(retry_after=_RETRY_AFTER)

    def take(self, more: int) -> None:
        """Count *more* bytes; raises TooMuchAtOnce."""
        self.check(more)
        self.size += more
        self._budget.taken += more
