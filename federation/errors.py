"""What goes wrong between nodes.

FederationError
├── MalformedRequest          400  no JSON, or JSON that is no such thing
├── PayloadTooLarge           413  longer than the limit
├── UnauthenticatedRequest    401  no signature, or one that is wrong
│   └── UntrustedKey          401  a key that its supposed owner does not list
├── ForbiddenOrigin           403  it speaks for what is not its own
├── KeyUnavailable            503  the key cannot be had now; ask again later
├── TooMuchAtOnce             503  as much is being read as this node reads at once
├── UnknownDelete             202  the Delete of somebody never heard of; dropped
├── FetchRefused              403  an address that this node never fetches from
├── FetchFailed               502  no answer, or none that can be read
│   ├── NothingShown          502  an answer that there is nothing to see at that address
│   └── UnsupportedContent    502  an answer of a type that is not ActivityPub
└── GoneResource              410  it was there and is gone for good

``safe`` may be shown to anyone, ``log`` is for the operator alone. The docstring of a class
is its text where none is given. Only the endpoints turn these into answers.
"""

from typing import ClassVar


class FederationError(Exception):
    """The request cannot be answered."""

    default_status: ClassVar[int] = 400

    def __init__(
        self,
        safe: str = "",
        *,
        log: str = "",
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Say *safe* to the client and *log* to the operator; *retry_after* is in seconds."""
        self.safe = safe or (type(self).__doc__ or "").strip()
        self.log = log or self.safe
        self.status = self.default_status if status is None else status
        self.retry_after = retry_after
        super().__init__(self.log)


class MalformedRequest(FederationError):
    """The document is not one that this node can read."""


class PayloadTooLarge(FederationError):
    """The document is longer than this node accepts."""

    default_status = 413


class UnauthenticatedRequest(FederationError):
    """The request is not signed by a key of its actor."""

    default_status = 401


class UntrustedKey(UnauthenticatedRequest):
    """The key is not listed by the actor that is said to own it."""


class ForbiddenOrigin(FederationError):
    """The actor may not speak for this object."""

    default_status = 403


class KeyUnavailable(FederationError):
    """The key of the signature cannot be fetched now. Try again later."""

    default_status = 503


class TooMuchAtOnce(FederationError):
    """This node is reading as much as it can at once. Try again later."""

    default_status = 503


class UnknownDelete(FederationError):
    """The deleted actor was never known here, so there is nothing to delete."""

    default_status = 202


class FetchRefused(FederationError):
    """This node does not fetch from that address."""

    default_status = 403


class FetchFailed(FederationError):
    """The other server gave no answer that can be read."""

    default_status = 502


class NothingShown(FetchFailed):
    """The other server answers that it shows this node nothing at that address."""


class UnsupportedContent(FetchFailed):
    """The other server answered with something other than an ActivityPub document."""


class GoneResource(FederationError):
    """The document was deleted by its owner."""

    default_status = 410
