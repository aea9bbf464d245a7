"""A wire object together with what is made from it: its text and its quads."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import Quad

from vocab.quads import document_quads


class WireObject:
    """A document whose text and quads are made once, when they are first asked for.

    Parsing to quads is the dearest step of taking a document in; validation and the graph
    need the same ones.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        """*document* must not change from now on."""
        self.document = document

    @cached_property
    def text(self) -> str:
        """The text as it is stored."""
        return wire_text(self.document)

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """What `document_quads` returns; raises UnacceptableDocument as it does."""
        return tuple(document_quads(self.document))


def wire_text(document: Mapping[str, Any]) -> str:
    """Return the stored text of a wire object: compact, in the order it was written."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
