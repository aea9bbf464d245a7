"""The one place where an activity of another server becomes a verified one.

Nothing else can construct a ``VerifiedActivity``, and the journal takes nothing else. The
document is parsed from the bytes that the signature's digest covers, and what the checks saw is
what is processed. While a key is looked for only the bytes are kept, and parsed again afterwards:
a tree takes up to 25 times as much memory, and a stranger can make the key's server slow.
"""

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Any, Final

from federation import draft_cavage, message_signatures
from federation.activity_rules import check_activity
from federation.addressing import audience_of
from federation.authority import check_fetched, reference
from federation.embedded_objects import Believed, proved_copies, with_own_copies_only
from federation.errors import (
    GoneResource,
    MalformedRequest,
    UnauthenticatedRequest,
    UnknownDelete,
)
from federation.key_resolver import KeyResolver
from federation.keys import load_public
from federation.origins import (
    check_length,
    host_of,
    is_http_iri,
    same_iri,
    same_origin,
    without_fragment,
)
from federation.ports import FetchedDocument, KnownKey, Relays
from federation.proof_verifier import ProofVerifier
from federation.signed_request import SignatureClaim, SignatureWindow, SignedRequest
from federation.strict_json import DEFAULT, JsonLimits, parse_document
from vocab.clock import now
from vocab.wire_object import wire_text

HTTP_SIGNATURE: Final = "HttpSignature"
FETCH: Final = "Fetch"
INTEGRITY_PROOF: Final = "IntegrityProof"

#: What may come by way of others: what is said of things. Whom an actor follows or answers,
#: it says itself, since the same words once more could undo what it did since.
RELAYED_TYPES: Final = frozenset({"Create", "Update", "Delete", "Add", "Remove", "Announce"})
#: Embedded proofs that one activity makes this node verify.
_MOST_PROOFS: Final = 8

ReadClaim = Callable[[SignedRequest, datetime, SignatureWindow], SignatureClaim]

#: The forms of HTTP signature: by the header that shows which, and what reads it. The first
#: whose header is there decides alone; two forms are never added up.
SCHEMES: Final[tuple[tuple[str, ReadClaim], ...]] = (
    ("signature-input", message_signatures.read_claim),
    ("signature", draft_cavage.read_claim),
)

_SEAL: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedActivity:
    """An activity that its actor made, and that claims nothing that is not the actor's."""

    activity_iri: str
    type: str
    actor: str
    #: The actor's host, with its port unless it is the default one.
    host: str
    document: dict[str, Any] = field(repr=False)
    #: *document* as JSON: as it came, unless copies in it had to shrink to links.
    body: str = field(repr=False)
    #: How it was: HTTP_SIGNATURE, INTEGRITY_PROOF or FETCH.
    authenticated_by: str
    #: The id of the key, or the URL that it was fetched from.
    verification_method: str
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        """Refuse to exist outside this module. Raises TypeError."""
        if seal is not _SEAL:
            raise TypeError("only verify_activity makes a VerifiedActivity")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """What an activity says of itself, before anybody believes it."""

    iri: str
    type: str
    actor: str


class ActivityVerifier:
    """Decides whether what was posted to an inbox is what its actor said."""

    def __init__(
        self,
        resolver: KeyResolver,
        *,
        relays: Relays | None = None,
        window: SignatureWindow | None = None,
        clock: Callable[[], datetime] = now,
        limits: JsonLimits = DEFAULT,
    ) -> None:
        """Get keys from *resolver*; take signatures within *window* of *clock*'s time.

        What *relays* pass on is believed by its proof; without them nobody may.
        """
        self._resolver = resolver
        self._relays = relays
        self.proofs = ProofVerifier(resolver.known, clock=clock)
        self._window = window or SignatureWindow()
        self._clock = clock
        self._limits = limits

    async def verify(self, request: SignedRequest) -> VerifiedActivity:
        """Return the activity that *request* posts, with a signature or a proof of its actor.

        Raises PayloadTooLarge, MalformedRequest, UnauthenticatedRequest (the signature is
        wrong), KeyUnavailable (ask again later), ForbiddenOrigin (it speaks for others), or
        UnknownDelete, to be answered 202 and dropped.
        """
        document = parse_document(request.body, self._limits)
        claim = self._claim(request)
        if claim is None:
            raise UnauthenticatedRequest("The request is not signed.")
        statement = _statement(document)
        method, verification_method = HTTP_SIGNATURE, claim.key_id
        if not self._signed_by_kept_key(claim, statement):
            del document
            method, verification_method = await self._authenticate(claim, statement, request.body)
            document = parse_document(request.body, self._limits)
        return _admit(
            statement,
            document,
            body=request.body,
            own_host=request.host,
            method=method,
            verification_method=verification_method,
            believed=await self._believed_copies(document, statement.actor),
        )

    async def verify_reader(self, request: SignedRequest) -> KnownKey | None:
        """Return the key that signed a GET, None where it is not signed.

        Raises UnauthenticatedRequest and KeyUnavailable as ``verify`` does.
        """
        claim = self._claim(request)
        if claim is None:
            return None
        try:
            return await self._signer(claim)
        except GoneResource as error:
            raise UnauthenticatedRequest("The key of the signature is gone.") from error

    def _claim(self, request: SignedRequest) -> SignatureClaim | None:
        names = {name.lower() for name, _ in request.headers}
        for header, read_claim in SCHEMES:
            if header in names:
                claim = read_claim(request, self._clock(), self._window)
                _check_key_id(claim.key_id, request.host)
                return claim
        return None

    def _signed_by_kept_key(self, claim: SignatureClaim, statement: _Statement) -> bool:
        """Say whether all is known already, so that nothing has to be waited for."""
        if statement.type == "Delete":
            return False
        key = self._resolver.kept(claim.key_id)
        return key is not None and same_iri(key.actor, statement.actor) and self._made(claim, key)

    async def _authenticate(
        self, claim: SignatureClaim, statement: _Statement, body: bytes
    ) -> tuple[str, str]:
        if not same_origin(claim.key_id, statement.actor):
            return await self._by_proof(claim, statement, body)
        if statement.type == "Delete" and not await self._resolver.knows_actor(statement.actor):
            raise UnknownDelete(log=f"Delete by {statement.actor}")
        try:
            key = await self._signer(claim)
        except GoneResource as error:
            if await self._deletes_itself(claim, statement, body):
                return FETCH, statement.actor
            raise UnauthenticatedRequest("The key of the signature is gone.") from error
        if not same_iri(key.actor, statement.actor):
            return await self._by_proof(claim, statement, body)
        return HTTP_SIGNATURE, key.key_id

    async def _by_proof(
        self, claim: SignatureClaim, statement: _Statement, body: bytes
    ) -> tuple[str, str]:
        """Authenticate what somebody else delivers, by the proof in it (FEP-8b32).

        Whoever signed the request must be one that may relay, and the key of the proof be
        known here already: nothing is fetched for what a stranger passes on, and nothing
        large is computed before that is certain.
        """
        refusal = UnauthenticatedRequest(
            "The key of the signature is not the actor's.",
            log=f"{statement.actor} signed with {claim.key_id}",
        )
        document = parse_document(body, self._limits)
        if not await self._may_be_relayed(claim, statement, document):
            raise refusal
        try:
            await self._signer(claim)
        except GoneResource as error:
            raise refusal from error
        prover = await self.proofs.prover_of(document)
        if prover is None or not same_iri(prover.actor, statement.actor):
            raise refusal
        return INTEGRITY_PROOF, prover.key_id

    async def _may_be_relayed(
        self, claim: SignatureClaim, statement: _Statement, document: dict[str, Any]
    ) -> bool:
        if self._relays is None or "proof" not in document:
            return False
        if statement.type not in RELAYED_TYPES or audience_of(document, None) != "public":
            return False
        relay = await self._resolver.known(claim.key_id)
        return relay is not None and await self._relays.may_relay(relay.actor)

    async def _believed_copies(self, document: dict[str, Any], actor: str) -> Believed:
        """Return what says which embedded copies of others are their owners' by their proofs."""
        copies = list(proved_copies(document, actor))[:_MOST_PROOFS]
        if not copies or self._relays is None or not await self._relays.may_relay(actor):
            copies = []
        proved = {id(copy) for copy in copies if await self.proofs.prover_of(copy) is not None}
        return lambda copy: id(copy) in proved

    async def _deletes_itself(
        self, claim: SignatureClaim, statement: _Statement, body: bytes
    ) -> bool:
        """Say whether this is the Delete of an actor whose own address answers 410."""
        if statement.type != "Delete":
            return False
        deleted = reference(parse_document(body, self._limits).get("object"))
        if deleted is None or not same_iri(deleted, statement.actor):
            return False
        # A key that is gone proves the end of the actor it stood in, of nobody else.
        if same_iri(without_fragment(claim.key_id), statement.actor):
            return True
        return await self._resolver.is_gone(statement.actor)

    async def _signer(self, claim: SignatureClaim) -> KnownKey:
        key = await self._resolver.resolve(claim.key_id)
        if self._made(claim, key):
            return key
        fresh = await self._resolver.refetch(claim.key_id)
        if fresh != key and self._made(claim, fresh):
            return fresh
        raise UnauthenticatedRequest(
            "The signature is wrong.", log=f"wrong signature by {claim.key_id}"
        )

    def _made(self, claim: SignatureClaim, key: KnownKey) -> bool:
        if key.expires is not None and key.expires <= self._clock():
            return False
        return claim.holds_for(load_public(key.public_key))


def verify_fetched(fetched: FetchedDocument, *, own_host: str) -> VerifiedActivity:
    """Return the activity that was fetched from its own origin.

    Raises MalformedRequest or ForbiddenOrigin as ``ActivityVerifier.verify`` does, and
    where id or actor are of another origin than the place it was found at.
    """
    check_fetched(fetched.url, fetched.document)
    return _admit(
        _statement(fetched.document),
        fetched.document,
        body=None,
        own_host=own_host,
        method=FETCH,
        verification_method=fetched.url,
    )


def recall_verified(
    *, body: str, authenticated_by: str, verification_method: str, limits: JsonLimits = DEFAULT
) -> VerifiedActivity:
    """Return again what was verified before it was journaled, from what the journal kept of it.

    Nothing is checked but the shape, so *body* must come from the journal and nowhere else.
    """
    document = parse_document(body.encode(), limits)
    return _sealed(_statement(document), document, body, authenticated_by, verification_method)


def _statement(document: dict[str, Any]) -> _Statement:
    iri, actor, kind = document.get("id"), reference(document.get("actor")), document.get("type")
    check_length(iri, actor)
    if not isinstance(iri, str) or not is_http_iri(iri) or "@id" in document:
        raise MalformedRequest("The activity has no id that can be fetched.")
    if actor is None or not is_http_iri(actor):
        raise MalformedRequest("The activity has no actor that can be fetched.")
    if isinstance(kind, list) and len(kind) == 1:
        kind = kind[0]
    if not isinstance(kind, str) or not kind:
        raise MalformedRequest("The activity has no type, or several.")
    return _Statement(iri=iri, type=kind, actor=actor)


def _check_key_id(key_id: str, own_host: str) -> None:
    """Check that a key may be looked for under that id (SECURITY B19)."""
    check_length(key_id)
    if not is_http_iri(key_id) or key_id.count("#") > 1:
        raise UnauthenticatedRequest("The signature's keyId is no http or https address.")
    if host_of(key_id) == own_host:
        raise UnauthenticatedRequest("The signature's keyId is on this server itself.")


def _admit(
    statement: _Statement,
    document: dict[str, Any],
    *,
    body: bytes | None,
    own_host: str,
    method: str,
    verification_method: str,
    believed: Believed = lambda copy: False,
) -> VerifiedActivity:
    actor = statement.actor
    check_activity(document, actor=actor, type=statement.type, own_host=own_host)
    settled = with_own_copies_only(document, actor, believed)
    as_it_came = body is not None and settled is document
    text = body.decode() if body is not None and as_it_came else wire_text(settled)
    return _sealed(statement, settled, text, method, verification_method)


def _sealed(
    statement: _Statement,
    document: dict[str, Any],
    body: str,
    method: str,
    verification_method: str,
) -> VerifiedActivity:
    return VerifiedActivity(
        activity_iri=statement.iri,
        type=statement.type,
        actor=statement.actor,
        host=host_of(statement.actor),
        document=document,
        body=body,
        authenticated_by=method,
        verification_method=verification_method,
        seal=_SEAL,
    )
