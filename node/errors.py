"""Every error that a person or a client of the node may see.

NodeError
├── SettingsError          a setting is unknown, mistyped or impossible
├── NodeBusy               another process serves this node, or a port is taken
├── RefusedDocument        what was to be published breaks the rules; carries the findings
├── RefusedPeer            403, for a server that the desk keeps out
├── UnknownResource        404
├── WithdrawnResource      410, with its Tombstone
├── TokenRefused           401 without a valid access token, 403 where it allows too little
├── TooManyRequests        429, with when to come back
└── NotAcceptable          406, with what there is

Storage, graph and importing add their own below NodeError. ``safe`` goes to clients and
people, ``log`` only into the log, ``remedy`` says what to do about it.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class NodeError(Exception):
    """Something went wrong in the node."""

    status = 500

    def __init__(
        self, safe: str = "", *, log: str = "", remedy: str = "", status: int | None = None
    ) -> None:
        """*safe* defaults to the first line of the class's docstring."""
        self.safe = safe or (self.__doc__ or "").strip().split("\n")[0]
        self.log = log or self.safe
        self.remedy = remedy
        if status is not None:
            self.status = status
        super().__init__(self.safe if not remedy else f"{self.safe} {remedy}")


class SettingsError(NodeError):
    """A setting is wrong."""


class NodeBusy(NodeError):
    """Another process already serves this node."""

    status = 503


class RefusedDocument(NodeError):
    """The document breaks the rules for what may be published."""

    status = 422

    def __init__(self, findings: Sequence[Any], safe: str = "") -> None:
        """*findings* are ``vocab.validation.Finding`` objects, violations first."""
        super().__init__(safe)
        self.findings = findings


class RefusedPeer(NodeError):
    """This node does not talk to your server."""

    status = 403


class UnknownResource(NodeError):
    """There is nothing at this address."""

    status = 404


class WithdrawnResource(NodeError):
    """What stood here was withdrawn."""

    status = 410

    def __init__(self, tombstone: Mapping[str, Any], kind: str = "") -> None:
        """*tombstone* is the ActivityStreams Tombstone to answer with, *kind* what stood here."""
        super().__init__()
        self.tombstone = tombstone
        self.kind = kind


class TokenRefused(NodeError):
    """This needs an access token that allows it."""

    status = 401

    def __init__(
        self, safe: str = "", *, code: str = "", scope: str = "", remedy: str = ""
    ) -> None:
        """*code* and *scope* are as RFC 6750, 3 has them; a scope that is missing is a 403."""
        super().__init__(safe, remedy=remedy, status=403 if code == "insufficient_scope" else 401)
        said = ", ".join(
            f'{name}="{text}"' for name, text in (("error", code), ("scope", scope)) if text
        )
        self.challenge = f"Bearer {said}".strip()


class TooManyRequests(NodeError):
    """This was asked for too often."""

    status = 429

    def __init__(self, safe: str = "", *, retry_after: int) -> None:
        """*retry_after* is in seconds."""
        super().__init__(safe, remedy=f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class NotAcceptable(NodeError):
    """This is not available in the format asked for."""

    status = 406

    def __init__(self, available: Sequence[str]) -> None:
        """*available* lists the media types there are."""
        super().__init__(remedy=f"Available: {', '.join(available)}.")
        self.available = available
