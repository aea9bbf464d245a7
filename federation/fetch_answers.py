"""What went wrong with a request, in words that the desk can use."""

import asyncio

import aiohttp

from federation.checked_connector import AddressRefused
from federation.delivery_policy import read_retry_after
from federation.errors import (
    FederationError,
    FetchFailed,
    FetchRefused,
    GoneResource,
    NothingShown,
)
from vocab.clock import now

_STATUS_WORDS = {
    400: "did not understand the request",
    401: "does not let this node read that",
    403: "does not let this node read that",
    404: "knows nothing at that address",
    406: "has nothing at that address that this node can read",
    408: "did not wait for the request",
    429: "asks this node to come back later",
    503: "is not available now",
}

_ASK_LATER = frozenset({408, 425, 429})


def check_status(response: aiohttp.ClientResponse) -> None:
    """Return where the server answers 200; raise GoneResource on 410, else FetchFailed.

    It is NothingShown where asking again would not help.
    """
    if response.status == 200:
        return
    host = response.url.authority
    if response.status == 410:
        raise GoneResource(f"The server {host} says that this was deleted.")
    later = response.status >= 500 or response.status in _ASK_LATER
    raise (FetchFailed if later else NothingShown)(
        f"The server {host} {status_words(response.status)}.",
        log=f"{response.status} from {response.url}",
        retry_after=read_retry_after(response.headers.get("Retry-After"), now()),
    )


def status_words(status: int) -> str:
    """Return what a server did that answered with *status*, to follow its name."""
    if status in _STATUS_WORDS:
        return f"{_STATUS_WORDS[status]} (status {status})"
    if status >= 500:
        return f"has an error of its own (status {status})"
    return f"answered with status {status}"


def explain(error: BaseException, host: str, whole: float) -> FederationError:
    """Return *error*, which ended a request to *host*, as what happened in plain words."""
    if isinstance(error, FederationError):
        return error
    if isinstance(getattr(error, "os_error", None), AddressRefused):
        return FetchRefused(
            f"The server {host} has no address on the public internet.", log=str(error)
        )
    return FetchFailed(f"The server {host} {_failure_words(error, whole)}.", log=repr(error))


def _failure_words(error: BaseException, whole: float) -> str:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "did not accept a connection in time"
        case asyncio.TimeoutError():
            return f"did not answer within {whole:g} seconds"
        case aiohttp.ClientConnectorDNSError():
            return "was not found: its name has no address now"
        case aiohttp.ClientConnectorCertificateError():
            return "has a certificate that is not valid"
        case aiohttp.ClientSSLError():
            return "could not agree on a secure connection"
        case aiohttp.ClientConnectorError():
            return "does not accept connections"
        case aiohttp.ClientPayloadError():
            return "cut its answer short"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "closed the connection without an answer"
        case _:
            return "gave an answer that is no valid HTTP"
