"""What validation finds."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from vocab.texts import choose

Severity = Literal["violation", "warning"]


class Profile(Enum):
    """How strictly to look."""

    #: What this node publishes and imports: all of the application profile.
    PUBLISH = "publish"
    #: What others send: only what FEP-0837 and ActivityPub require is a violation.
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what to do about it."""

    #: Such as "KX-P03": P for proposals, M for members, W for the wire; see vocab/README.md.
    code: str
    #: The JSON key concerned, "" for the whole document.
    field: str
    #: A violation stops publishing or receiving; a warning is listed.
    severity: Severity
    #: What to do, in nb, nn, da and en.
    messages: Mapping[str, str] = dataclasses.field(hash=False, compare=False)

    def message(self, language: str) -> str:
        """Return the code and what to do, in the language or the nearest that there is."""
        return f"{self.code} {choose(self.messages, [language])[1]}"
