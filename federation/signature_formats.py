"""The forms of HTTP signature that servers take, and what one may ask for (RFC 9421, 5)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from federation.message_signatures import ALGORITHMS, LABEL, covered_components
from federation.signature_base import is_derived
from federation.structured_fields import InnerList, NotStructured, parse_inner_lists, string

_LONGEST_ASKED: Final = 256
#: Headers that every request of ours has, and with a body also these.
_FIELDS: Final = frozenset({'"host"', '"date"'})
_BODY_FIELDS: Final = frozenset({'"content-digest"', '"content-type"'})
#: Valueless requests that are always granted, and those that are read.
_PARAMETERS: Final = frozenset({"created", "nonce", "tag", "alg"})


class SignatureFormat(StrEnum):
    """A form of signature, as it is kept of a host."""

    DRAFT_CAVAGE = "draft-cavage"
    RFC_9421 = "rfc9421"
    #: The same with an Ed25519 key; without, RSA.
    RFC_9421_ED25519 = "rfc9421-ed25519"


#: What a server gets of which nothing is known: nearly all take it.
DEFAULT: Final = SignatureFormat.DRAFT_CAVAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureWish:
    """How a request is to be signed."""

    format: SignatureFormat = DEFAULT
    label: str = LABEL
    #: What is to be covered beside what always is, as RFC 9421 writes it.
    components: tuple[str, ...] = ()
    #: Further parameters, likewise.
    parameters: str = ""

    def asks_as(self, other: "SignatureWish") -> bool:
        """Say whether both ask for the same, under whatever label."""
        return (self.format, self.components, self.parameters) == (
            other.format,
            other.components,
            other.parameters,
        )


def other_form(format: SignatureFormat) -> SignatureFormat:
    """Return the form to knock with when *format* was refused."""
    if format is SignatureFormat.DRAFT_CAVAGE:
        return SignatureFormat.RFC_9421
    return SignatureFormat.DRAFT_CAVAGE


def read_accept_signature(header: str | None, *, with_body: bool) -> SignatureWish | None:
    """Return the first signature asked for in Accept-Signature that can be made, or None.

    Made are signatures of requests over what every request of ours has (RFC 9421, 5.2).
    """
    try:
        asked = parse_inner_lists(header or "")
    except NotStructured:
        return None
    fields = _FIELDS | _BODY_FIELDS if with_body else _FIELDS
    for label, entry in asked.items():
        if all(is_derived(item) or item in fields for item in entry.items):
            wish = _wish(label, entry)
            if wish is not None:
                return wish
    return None


def _wish(label: str, entry: InnerList) -> SignatureWish | None:
    """Return what *entry* asks for, None where that is more than this node can do."""
    algorithm = entry.parameters.get("alg", ALGORITHMS["rsa"])
    if algorithm not in ALGORITHMS.values() or not _PARAMETERS.issuperset(entry.parameters):
        return None
    written = ""
    for name in ("nonce", "tag"):
        text = entry.parameters.get(name)
        if text is None:
            continue
        if not isinstance(text, str) or len(text) > _LONGEST_ASKED:
            return None
        written += f";{name}={string(text)}"
    by_ed25519 = algorithm == ALGORITHMS["ed25519"]
    return SignatureWish(
        format=SignatureFormat.RFC_9421_ED25519 if by_ed25519 else SignatureFormat.RFC_9421,
        label=label,
        # What is covered anyway says nothing new.
        components=tuple(item for item in entry.items if item not in covered_components("POST")),
        parameters=written,
    )
