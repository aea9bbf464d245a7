"""A text in several languages, as the wire writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vocab.texts import UNDETERMINED, choose


@dataclass(frozen=True, slots=True)
class Texts:
    """A text by language, and the untagged one that stands beside it for simple readers."""

    by_language: Mapping[str, str] = field(default_factory=dict)
    plain: str | None = None

    def __bool__(self) -> bool:
        """Say whether there is any text."""
        return bool(self.by_language) or bool(self.plain)

    def choose(self, preferred: Sequence[str]) -> tuple[str, str]:
        """Return the language and text that suit a reader best; "und" where it is not said."""
        if not self.by_language:
            return UNDETERMINED, self.plain or ""
        return choose(self.by_language, preferred)
