"""What was wrong with a form of the desk, as its page says it."""

from node.errors import NodeError
from node.pages.details import in_words
from node.pages.views import Passage


def problem_of(error: NodeError, language: str) -> tuple[Passage, ...]:
    """Return what *error* says, in *language* where there are words for it.

    What it advises is left out where it is about commands.
    """
    known = in_words(error.safe, language)
    first = Passage(text=known or error.safe, language=language if known else "en")
    # Bokmål has words for all that a page may say.
    advice = in_words(error.remedy, language) if in_words(error.remedy, "nb") else ""
    return (first, Passage(text=advice, language=language)) if advice else (first,)


def written(text: str) -> str:
    """Return what somebody wrote into a form, with the line ends that texts have."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
