"""What can be wrong with a document.

VocabularyError
├── UnacceptableDocument   its context plays games, or it has no usable identity
└── UnreadableDocument     it is not what its class demands
"""


class VocabularyError(ValueError):
    """The document cannot be used."""

    def __init__(self, message: str = "") -> None:
        """Take *message*, or the docstring of the class where there is none."""
        super().__init__(message or self.__doc__)


class UnacceptableDocument(VocabularyError):
    """The document's JSON-LD could be read in two ways."""


class UnreadableDocument(VocabularyError):
    """The document is of no class of the profile, or lacks what the class needs."""
