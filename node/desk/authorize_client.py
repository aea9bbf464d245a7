"""OAuth 2 (RFC 6749) with PKCE (RFC 7636): a person of the desk lets a program act, for a while.

Authorization codes alone, S256 alone, no secrets of clients, and no refresh tokens: a token
lasts 30 days, then the program asks again (FEP-d8c2, RFC 9700).
"""

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from federation.oauth_clients import OAuthClient
from node.desk.issue_token import issue_token
from node.errors import NodeError
from node.identity import Identity
from node.storage import access_tokens, authorization_codes
from node.storage.access_tokens import AccessToken, hash_of
from node.storage.authorization_codes import AuthorizationCode
from vocab.clock import parse_time, timestamp

#: The scopes of FEP-d8c2, and what a token has for them. Others are passed over.
SCOPES: Final = {"read": "read", "write": "publish"}
TOKEN_DAYS: Final = 30
CODE_LASTS: Final = timedelta(seconds=60)
#: Used codes are remembered for this long, so that one shown again ends its token.
REMEMBERED: Final = timedelta(days=TOKEN_DAYS)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LONGEST_STATE: Final = 1_000


class GrantRefused(NodeError):
    """No token is given for this."""

    status = 400

    def __init__(self, code: str, safe: str) -> None:
        """*code* is the ``error`` of RFC 6749, 4.1.2.1 or 5.2."""
        super().__init__(safe)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client asks a person of the desk for, checked."""

    client: OAuthClient
    redirect_uri: str
    state: str
    #: In the words of FEP-d8c2.
    scopes: tuple[str, ...]
    challenge: str


def check_redirect(client: OAuthClient, asked: str) -> str:
    """Return where to lead back to: exactly what *client*'s document names (RFC 9700, 2.1).

    Raises NodeError, which is shown here: to an address that is not the client's nobody is led.
    """
    if asked not in client.redirect_uris:
        raise NodeError(
            "The redirect_uri is none that the program's own document names.", status=400
        )
    return asked


def read_wish(client: OAuthClient, redirect_uri: str, asked: Mapping[str, str]) -> Wish:
    """Return what is *asked* for. Raises GrantRefused, of which the client is told."""
    if asked.get("response_type") != "code":
        raise GrantRefused("unsupported_response_type", "Only response_type=code is offered.")
    if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
        asked.get("code_challenge", "")
    ):
        raise GrantRefused("invalid_request", "PKCE with S256 is needed.")
    if len(asked.get("state", "")) > _LONGEST_STATE:
        raise GrantRefused("invalid_request", "The state is too long.")
    scopes = tuple(scope for scope in SCOPES if scope in asked.get("scope", "").split())
    if not scopes:
        raise GrantRefused("invalid_scope", f"Ask for one of: {', '.join(SCOPES)}.")
    return Wish(
        client=client,
        redirect_uri=redirect_uri,
        state=asked.get("state", ""),
        scopes=scopes,
        challenge=asked["code_challenge"],
    )


async def grant_code(
    connection: AsyncConnection, wish: Wish, *, actor: str, approved_by: str, moment: datetime
) -> str:
    """Return a new code by which *wish*'s client gets its token."""
    code = secrets.token_urlsafe(32)
    row = AuthorizationCode(
        hash=hash_of(code),
        client=wish.client.id,
        client_name=wish.client.name,
        redirect_uri=wish.redirect_uri,
        scopes=" ".join(SCOPES[scope] for scope in wish.scopes),
        actor=actor,
        challenge=wish.challenge,
        approved_by=approved_by,
        created_at=timestamp(moment),
    )
    forget_before = timestamp(moment - REMEMBERED)
    await authorization_codes.add(connection, row, forget_before=forget_before)
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """What a code became: a token and its secret, or why there is none."""

    secret: str = ""
    token: AccessToken | None = None
    problem: str = ""


async def redeem_code(
    connection: AsyncConnection, identity: Identity, shown: Mapping[str, str], moment: datetime
) -> Redemption:
    """Return the token for the code in *shown*, which is used up by it.

    A code that is shown again ends the token that it became (RFC 6749, 4.1.2); so this says
    what is wrong instead of raising it, and the caller's transaction stands.
    """
    hash = hash_of(shown.get("code", ""))
    row = await authorization_codes.find(connection, hash)
    if row is None:
        return Redemption(problem="There is no such code.")
    if not await authorization_codes.use(connection, hash, at=timestamp(moment)):
        await _end_token(connection, hash, moment)
        return Redemption(problem="The code was used before.")
    if parse_time(row.created_at) + CODE_LASTS < moment:
        return Redemption(problem="The code is too old.")
    if (row.client, row.redirect_uri) != (shown.get("client_id"), shown.get("redirect_uri")):
        return Redemption(problem="The code was given to another client, or for another address.")
    if not verifies(shown.get("code_verifier", ""), row.challenge):
        return Redemption(problem="The code_verifier is not that of the request.")
    secret, token = await issue_token(
        connection,
        identity,
        name=row.client_name,
        scopes=row.scopes.split(),
        actor=row.actor,
        days=TOKEN_DAYS,
        created_by=row.approved_by,
        client=row.client,
        moment=moment,
    )
    await authorization_codes.note_token(connection, hash, token.id)
    return Redemption(secret=secret, token=token)


async def _end_token(connection: AsyncConnection, hash: str, moment: datetime) -> None:
    row = await authorization_codes.find(connection, hash)
    if row is not None and row.token is not None:
        await access_tokens.revoke(connection, row.token, at=timestamp(moment))


def verifies(verifier: str, challenge: str) -> bool:
    """Say whether *challenge* was made of *verifier* by S256 (RFC 7636, 4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return secrets.compare_digest(made, challenge)


def scopes_of(token: AccessToken) -> Sequence[str]:
    """Return what *token* allows, in the words of FEP-d8c2."""
    return [scope for scope, ours in SCOPES.items() if token.allows(ours)]
