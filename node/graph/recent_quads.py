"""Quads known from validation, on their way to the graph."""

from collections.abc import Sequence

from pyoxigraph import Quad

#: Two batches of the graph worker; of older ones the quads are made again.
MOST = 1_000


class RecentQuads:
    """Holds the quads of wire objects by their stored text, until the graph takes them.

    The text is the key because the graph follows SQL: where another version was stored
    meanwhile, these quads are of no use to it. For one thread.
    """

    def __init__(self, most: int = MOST) -> None:
        """Hold those of at most *most* objects; the oldest go first."""
        self._most = most
        self._held: dict[str, Sequence[Quad]] = {}

    def put(self, text: str, quads: Sequence[Quad]) -> None:
        """Hold *quads* of the wire object that is stored as *text*."""
        self._held[text] = quads
        if len(self._held) > self._most:
            del self._held[next(iter(self._held))]

    def take(self, text: str) -> Sequence[Quad] | None:
        """Return the quads of that object and hold them no longer; None where they are not here."""
        return self._held.pop(text, None)
