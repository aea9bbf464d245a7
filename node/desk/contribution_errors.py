"""What can be in the way of contributing to a work of another node, or of deciding about it.

NodeError
└── ContributionError      409
    ├── NoContribution     404, there is none of that id, or it is decided
    ├── NothingChanged     a form came back as it was
    ├── ChangedMeanwhile   what stands is not what the form or page showed any more
    └── Conflicts          the revision and what stands change the same fields
"""

from collections.abc import Sequence

from node.errors import NodeError


class ContributionError(NodeError):
    """This contribution cannot be made, or not decided so."""

    status = 409


class NoContribution(ContributionError):
    """Nothing of that id waits here."""

    status = 404


class NothingChanged(ContributionError):
    """Nothing was changed, so there is nothing to propose."""


class ChangedMeanwhile(ContributionError):
    """The work has changed since the page was opened."""

    def __init__(self, fields: Sequence[str] = ()) -> None:
        """*fields* are those that both somebody here and its home have changed."""
        self.fields = tuple(fields)
        super().__init__(remedy="Open the page again, and decide by what stands now.")


class Conflicts(ContributionError):
    """The work has changed since in the same places."""

    def __init__(self, fields: Sequence[str]) -> None:
        """*fields* are those in which both sides changed the text."""
        self.fields = tuple(fields)
        super().__init__(
            f"The work has changed since in the same places: {', '.join(fields)}.",
            remedy="Say for each which counts, for example: "
            f"--take {fields[0]}=proposed or --take {fields[0]}=current.",
        )
