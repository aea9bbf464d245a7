"""HTTP signatures after draft-cavage-http-signatures-12, as the fediverse uses them.

Verified: ``(request-target)``, ``host``, ``date`` or ``(created)``, and of a POST ``digest``
must be covered. ``hs2019``, ``rsa-sha256`` or no algorithm at all mean that the key decides:
RSA signs PKCS#1 v1.5 with SHA-256, Ed25519 as it always does. The signature is looked for in
the Signature header alone.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from federation.digests import check_digest, sha256_digest
from federation.errors import UnauthenticatedRequest
from federation.keys import PrivateKey, PublicKey, algorithm_of, is_signature, sign
from federation.origins import host_of
from federation.signed_request import (
    CONTENT_TYPE,
    Headers,
    SignatureWindow,
    SignedRequest,
    check_destination,
    folded_headers,
    has_body,
    path_and_query,
)
from vocab.clock import now as current_time

_LONGEST_HEADER: Final = 8192
_MOST_COVERED: Final = 32
_TARGET: Final = "(request-target)"
_ALGORITHMS: Final = frozenset({None, "hs2019", "rsa-sha256"})
_PARAMETER = re.compile(r'[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(?:"([^"\\]*)"|([0-9]+))[ \t]*(?:,|\Z)')
_SECONDS = re.compile(r"[0-9]{1,12}")
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)
_MONTHS: Final = {
    # month_abbr of calendar follows the locale; this must not.
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureParameters:
    """What a Signature header says."""

    key_id: str
    algorithm: str | None
    #: The covered headers, in lower case, in order.
    headers: tuple[str, ...]
    signature: bytes = field(repr=False)
    created: int | None
    expires: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CavageClaim:
    """A signature of a request made out to us, in time, over what it must cover."""

    key_id: str
    signature: bytes = field(repr=False)
    #: The texts that it may stand for: with the query of the target, then without.
    texts: tuple[bytes, ...] = field(repr=False)

    def holds_for(self, key: PublicKey) -> bool:
        """Say whether *key* made the signature."""
        return any(is_signature(self.signature, text, key) for text in self.texts)


@lru_cache(maxsize=64)  # One request asks twice: whom it names, and whether it holds.
def parse_signature_header(header: str) -> SignatureParameters:
    """Return what a Signature header says (draft-cavage-12, 2.1).

    Raises UnauthenticatedRequest where it cannot be read, says a thing twice, or lacks
    the key or the signature. Parameters of other names are passed over.
    """
    found = _parameters(header)
    created, expires = _seconds(found, "created"), _seconds(found, "expires")
    headers = tuple(found.get("headers", "date").lower().split(" "))
    if len(set(headers)) != len(headers) or len(headers) > _MOST_COVERED:
        raise UnauthenticatedRequest("The signature names a header twice, or too many.")
    try:
        signature = b64decode(found["signature"], validate=True)
        key_id = found["keyId"]
    except KeyError as error:
        raise UnauthenticatedRequest(f"The signature has no {error.args[0]}.") from error
    except NotBase64 as error:
        raise UnauthenticatedRequest("The signature is not in base64.") from error
    return SignatureParameters(
        key_id=key_id,
        algorithm=found.get("algorithm"),
        headers=headers,
        signature=signature,
        created=created,
        expires=expires,
    )


def _parameters(header: str) -> dict[str, str]:
    if len(header) > _LONGEST_HEADER or not header.isascii():
        raise UnauthenticatedRequest("The Signature header cannot be read.")
    found: dict[str, str] = {}
    position = 0
    while position < len(header):
        match = _PARAMETER.match(header, position)
        if match is None or match[1] in found:
            raise UnauthenticatedRequest("The Signature header cannot be read.")
        found[match[1]] = match[3] if match[2] is None else match[2]
        position = match.end()
    return found


def _seconds(found: Mapping[str, str], name: str) -> int | None:
    text = found.get(name)
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise UnauthenticatedRequest(f"The signature's {name} is no time.")
    return int(text)


def read_claim(request: SignedRequest, now: datetime, window: SignatureWindow) -> CavageClaim:
    """Return the claim of *request*'s signature, checked in all that needs no key.

    Raises UnauthenticatedRequest where it covers too little, is out of time, was made for
    another host or target, or the digest is not that of the body.
    """
    headers = folded_headers(request)
    parameters = parse_signature_header(headers["signature"][0])
    if parameters.algorithm not in _ALGORITHMS:
        raise UnauthenticatedRequest("The algorithm of the signature is not accepted.")
    check_destination(request, headers)
    _check_coverage(request, parameters)
    _check_time(parameters, headers, now, window)
    if has_body(request.method):
        check_digest(headers.get("digest", [""])[0], request.body)
    return CavageClaim(
        key_id=parameters.key_id,
        signature=parameters.signature,
        texts=_possible_texts(request, parameters, headers),
    )


def _check_coverage(request: SignedRequest, parameters: SignatureParameters) -> None:
    covered = parameters.headers
    needed = [_TARGET, "host", *(["digest"] if has_body(request.method) else [])]
    missing = [name for name in needed if name not in covered]
    if "date" not in covered and "(created)" not in covered:
        missing.append("date")
    if missing:
        raise UnauthenticatedRequest(f"The signature does not cover {', '.join(missing)}.")


def _check_time(
    parameters: SignatureParameters, headers: Headers, now: datetime, window: SignatureWindow
) -> None:
    # One of the two is covered, so there is a time to check.
    if "date" in parameters.headers:
        sent = _http_date(headers.get("date", [""])[0])
        window.check(sent.timestamp(), parameters.expires, now)
    if parameters.created is not None:
        window.check(parameters.created, parameters.expires, now)


@lru_cache(maxsize=1024)
def _http_date(text: str) -> datetime:
    """Return the time of an IMF-fixdate (RFC 9110, 5.6.7), the only form senders may use."""
    match = _DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise UnauthenticatedRequest("The Date header is missing or is no date.")
    day, year, hour, minute, second = (int(match[group]) for group in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS[match[2]], day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise UnauthenticatedRequest("The Date header names no day of the calendar.") from error


def _possible_texts(
    request: SignedRequest, parameters: SignatureParameters, headers: Headers
) -> tuple[bytes, ...]:
    path, mark, _ = request.path_and_query.partition("?")
    # Some servers sign the target without its query.
    targets = (request.path_and_query, path) if mark else (path,)
    texts = [signing_text(parameters, request.method, target, headers) for target in targets]
    if any(text.count("\n") >= len(parameters.headers) for text in texts):
        raise UnauthenticatedRequest("A signed header is folded over several lines.")
    try:
        # Bytes of a header that are no UTF-8 come as surrogates, and go back so.
        return tuple(text.encode("utf-8", "surrogateescape") for text in texts)
    except UnicodeEncodeError as error:
        raise UnauthenticatedRequest("A signed header cannot be read.") from error


def signing_text(
    parameters: SignatureParameters, method: str, target: str, headers: Headers
) -> str:
    """Return the text that is signed (draft-cavage-12, 2.3).

    Raises UnauthenticatedRequest where a covered header is not there.
    """
    return "\n".join(
        f"{name}: {_covered_value(name, parameters, method, target, headers)}"
        for name in parameters.headers
    )


def _covered_value(
    name: str, parameters: SignatureParameters, method: str, target: str, headers: Headers
) -> str:
    if name == _TARGET:
        return f"{method.lower()} {target}"
    if name in ("(created)", "(expires)"):
        value = parameters.created if name == "(created)" else parameters.expires
        values: Sequence[str] = [] if value is None else [str(value)]
    else:
        values = headers.get(name, ())
    if not values:
        raise UnauthenticatedRequest(f"The signature covers {name}, which is not there.")
    return ", ".join(values)


def sign_request(
    *,
    method: str,
    url: str,
    body: bytes | None,
    key_id: str,
    private_key: PrivateKey,
    date: datetime | None = None,
    content_type: str = CONTENT_TYPE,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers that make a request to *url* a signed one.

    With a *body* they are Host, Date, Digest, Content-Type and Signature, else Host, Date
    and Signature, and the *extra* ones, covered too. The request must go out with exactly this
    URL's path and query.
    """
    headers = {"Host": host_of(url), "Date": format_datetime(date or current_time(), True)}
    if body is not None:
        headers |= {"Digest": sha256_digest(body), "Content-Type": content_type}
    headers |= extra or {}
    names = (_TARGET, *(name.lower() for name in headers))
    values = [f"{method.lower()} {path_and_query(url)}", *headers.values()]
    text = "\n".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
    algorithm = "rsa-sha256" if algorithm_of(private_key) == "rsa" else "hs2019"
    headers["Signature"] = (
        f'keyId="{key_id}",algorithm="{algorithm}",headers="{" ".join(names)}",'
        f'signature="{sign(text.encode(), private_key)}"'
    )
    return headers
