"""HTTP Message Signatures after RFC 9421, made and verified.

Verified: ``@method``, ``@target-uri`` and of a POST ``content-digest`` must be covered,
``created`` and ``keyid`` stated. The key decides the algorithm: RSA signs PKCS#1 v1.5 with
SHA-256 (RFC 9421, 3.3.2), Ed25519 as it always does (3.3.6); an ``alg`` that says otherwise is
refused. Of several signatures the first in Signature-Input counts alone, whoever made the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from federation.digests import check_content_digest, content_digest
from federation.errors import UnauthenticatedRequest
from federation.keys import PrivateKey, PublicKey, algorithm_of, is_signature, sign
from federation.origins import host_of
from federation.signature_base import signature_base
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
from federation.structured_fields import (
    InnerList,
    NotStructured,
    parse_byte_sequences,
    parse_inner_lists,
    string,
)
from vocab.clock import now as current_time

LABEL: Final = "sig1"
#: The names of RFC 9421, 6.2.2 for the kinds of keys that this node knows.
ALGORITHMS: Final = {"rsa": "rsa-v1_5-sha256", "ed25519": "ed25519"}

_DIGEST: Final = '"content-digest"'
_COVERED: Final = ('"@method"', '"@target-uri"')
_ACCEPTED: Final = frozenset({None, *ALGORITHMS.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageClaim:
    """A signature of a request made out to us, in time, over what it must cover."""

    key_id: str
    #: What the signature says it is made by, None where it leaves that to the key.
    algorithm: str | None
    signature: bytes = field(repr=False)
    text: bytes = field(repr=False)

    def holds_for(self, key: PublicKey) -> bool:
        """Say whether *key* made the signature, by the algorithm that it states."""
        if self.algorithm not in (None, ALGORITHMS[algorithm_of(key)]):
            return False
        return is_signature(self.signature, self.text, key)


def covered_components(method: str) -> tuple[str, ...]:
    """Return what a signature of a request by *method* must cover, as RFC 9421 writes it."""
    return (*_COVERED, _DIGEST) if has_body(method) else _COVERED


def accept_signature(method: str) -> str:
    """Return the Accept-Signature header that says what this node takes (RFC 9421, 5.1)."""
    return f"{LABEL}=({' '.join(covered_components(method))});created"


def stated_key_id(signature_input: str) -> str:
    """Return the keyid of the signature that counts. Raises UnauthenticatedRequest."""
    return _key_id(_first_signature(signature_input)[1])


def read_claim(request: SignedRequest, now: datetime, window: SignatureWindow) -> MessageClaim:
    """Return the claim of *request*'s signature, checked in all that needs no key.

    Raises UnauthenticatedRequest where it covers too little, is out of time, was made for
    another host or target, or the digest is not that of the body.
    """
    headers = folded_headers(request)
    label, stated = _first_signature(headers["signature-input"][0])
    key_id, algorithm = _key_id(stated), _algorithm(stated)
    check_destination(request, headers)
    missing = [item for item in covered_components(request.method) if item not in stated.items]
    if missing:
        raise UnauthenticatedRequest(f"The signature does not cover {', '.join(missing)}.")
    _check_time(stated, now, window)
    if has_body(request.method):
        check_content_digest(headers.get("content-digest", [""])[0], request.body)
    return MessageClaim(
        key_id=key_id,
        algorithm=algorithm,
        signature=_signature(label, headers),
        text=signature_base(stated, request, headers),
    )


def _first_signature(header: str) -> tuple[str, InnerList]:
    try:
        return next(iter(parse_inner_lists(header).items()))
    except (NotStructured, StopIteration) as error:
        raise UnauthenticatedRequest("The Signature-Input header cannot be read.") from error


def _key_id(stated: InnerList) -> str:
    key_id = stated.parameters.get("keyid")
    if not isinstance(key_id, str):
        raise UnauthenticatedRequest("The signature has no keyid.")
    return key_id


def _algorithm(stated: InnerList) -> str | None:
    algorithm = stated.parameters.get("alg")
    if algorithm not in _ACCEPTED:
        raise UnauthenticatedRequest("The algorithm of the signature is not accepted.")
    return algorithm if isinstance(algorithm, str) else None


def _check_time(stated: InnerList, now: datetime, window: SignatureWindow) -> None:
    created, expires = stated.parameters.get("created"), stated.parameters.get("expires")
    # True is a number to Python, and how a parameter without a value is read.
    if type(created) is not int or not (expires is None or type(expires) is int):
        raise UnauthenticatedRequest("The signature does not say when it was created.")
    window.check(created, expires, now)


def _signature(label: str, headers: Headers) -> bytes:
    try:
        return parse_byte_sequences(headers["signature"][0])[label]
    except (KeyError, NotStructured) as error:
        raise UnauthenticatedRequest(
            "The Signature header has no signature of that name."
        ) from error


def sign_request(
    *,
    method: str,
    url: str,
    body: bytes | None,
    key_id: str,
    private_key: PrivateKey,
    date: datetime | None = None,
    content_type: str = CONTENT_TYPE,
    label: str = LABEL,
    components: Sequence[str] = (),
    parameters: str = "",
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers that make a request to *url* a signed one.

    Covered is what must be, after the *components* that the receiver asks for. *parameters*
    are further ones, as RFC 9421 writes them; *extra* headers go along and are covered. The
    request must go out with exactly this URL.
    Raises UnauthenticatedRequest where a component is none of this request.
    """
    moment = date or current_time()
    headers = {"Host": host_of(url), "Date": format_datetime(moment, True)}
    if body is not None:
        headers |= {"Content-Digest": content_digest(body), "Content-Type": content_type}
    headers |= extra or {}
    covered = (*covered_components(method), *(f'"{name.lower()}"' for name in extra or ()))
    items = tuple(dict.fromkeys((*components, *covered)))
    stated = (
        f"({' '.join(items)});created={int(moment.timestamp())};keyid={string(key_id)}"
        f';alg="{ALGORITHMS[algorithm_of(private_key)]}"{parameters}'
    )
    request = _request(method, url, headers)
    stated_list = InnerList(items=items, parameters={}, text=stated)
    text = signature_base(stated_list, request, folded_headers(request))
    headers["Signature-Input"] = f"{label}={stated}"
    headers["Signature"] = f"{label}=:{sign(text, private_key)}:"
    return headers


def _request(method: str, url: str, headers: dict[str, str]) -> SignedRequest:
    return SignedRequest(
        method=method,
        path_and_query=path_and_query(url),
        headers=list(headers.items()),
        host=headers["Host"],
        scheme=urlsplit(url).scheme,
    )
