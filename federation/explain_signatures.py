"""What the signatures of a request say, and which check each of them fails: for debugging.

The checks are those of the inbox, run on every signature by itself. A signature that is out
of time is looked at once more as if it were not, so that an old request can still be examined.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from federation import draft_cavage, message_signatures
from federation.errors import UnauthenticatedRequest
from federation.keys import PublicKey, algorithm_of
from federation.signed_request import SignatureClaim, SignatureWindow, SignedRequest
from federation.structured_fields import InnerList, NotStructured, parse_inner_lists

Form = Literal["draft-cavage", "RFC 9421"]

_ANY_TIME: Final = SignatureWindow(past=timedelta(days=36_500), future=timedelta(days=36_500))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedSignature:
    """One signature: what it says of itself, and what is wrong with it before a key is asked."""

    form: Form
    #: Of RFC 9421; draft-cavage has none.
    label: str | None = None
    key_id: str | None = None
    algorithm: str | None = None
    covered: tuple[str, ...] = ()
    #: The first check that failed, in words; None where all that needs no key is right.
    problem: str | None = None
    #: Set where only the time is wrong: the signature itself can still be checked.
    out_of_time: str | None = None
    claim: SignatureClaim | None = field(default=None, repr=False)
    #: Whether the inbox would look at it: of several it takes one alone.
    counts: bool = True

    def verdict(self, key: PublicKey) -> str | None:
        """Return why *key* did not make it, None where it did."""
        if self.claim is None or self.claim.holds_for(key):
            return None
        return f"The {algorithm_of(key)} key did not make this signature of this request."


def explain_signatures(request: SignedRequest, now: datetime) -> list[ExplainedSignature]:
    """Return every signature of *request*, in the order that they are looked at."""
    names = {name.lower() for name, _ in request.headers}
    by_message = "signature-input" in names
    found = list(_message_signatures(request, now)) if by_message else []
    if "signature" in names and (not by_message or _has_cavage(request)):
        cavage = _cavage(request, now)
        found.append(replace(cavage, counts=not by_message))
    return found


def _value(request: SignedRequest, name: str) -> str:
    return next((value for key, value in request.headers if key.lower() == name), "")


def _has_cavage(request: SignedRequest) -> bool:
    return any(name.lower() == "signature" and "keyId=" in value for name, value in request.headers)


def _message_signatures(request: SignedRequest, now: datetime) -> Iterator[ExplainedSignature]:
    try:
        stated = parse_inner_lists(_value(request, "signature-input"))
    except NotStructured:
        problem = "The Signature-Input header cannot be read."
        yield ExplainedSignature(form="RFC 9421", problem=problem)
        return
    for place, (label, entry) in enumerate(stated.items()):
        alone = _with_one_label(request, label, entry)
        said = ExplainedSignature(
            form="RFC 9421",
            label=label,
            key_id=_text(entry, "keyid"),
            algorithm=_text(entry, "alg"),
            covered=tuple(item.strip('"') for item in entry.items),
            counts=place == 0,
        )
        yield _checked(said, alone, now)


def _text(entry: InnerList, name: str) -> str | None:
    value = entry.parameters.get(name)
    return value if isinstance(value, str) else None


def _with_one_label(request: SignedRequest, label: str, entry: InnerList) -> SignedRequest:
    headers = [
        (name, f"{label}={entry.text}" if name.lower() == "signature-input" else value)
        for name, value in request.headers
    ]
    return replace(request, headers=headers)


def _cavage(request: SignedRequest, now: datetime) -> ExplainedSignature:
    try:
        parameters = draft_cavage.parse_signature_header(_value(request, "signature"))
    except UnauthenticatedRequest as error:
        return ExplainedSignature(form="draft-cavage", problem=error.safe)
    said = ExplainedSignature(
        form="draft-cavage",
        key_id=parameters.key_id,
        algorithm=parameters.algorithm,
        covered=parameters.headers,
    )
    return _checked(said, request, now)


def _checked(said: ExplainedSignature, request: SignedRequest, now: datetime) -> ExplainedSignature:
    read = draft_cavage.read_claim if said.form == "draft-cavage" else message_signatures.read_claim
    try:
        return replace(said, claim=read(request, now, SignatureWindow()))
    except UnauthenticatedRequest as error:
        problem = error.safe if error.log == error.safe else f"{error.safe} ({error.log})"
    try:
        claim = read(request, now, _ANY_TIME)
    except UnauthenticatedRequest as error:
        late = problem if error.safe not in problem else None
        return replace(said, problem=error.safe if late else problem, out_of_time=late)
    return replace(said, claim=claim, out_of_time=problem)
