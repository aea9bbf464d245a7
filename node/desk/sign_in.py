"""Who may come in to the desk: one-time links that become sessions.

A token is 256 random bits, so nobody guesses one; what is kept of it is its SHA-256. A link is
used up by signing in, which makes a new session whatever the browser brought with it, so no
session can be planted beforehand. Accounts with passkeys, and links by e-mail, come later; they
end in ``sign_in`` too.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection

from node.errors import NodeError
from node.identity import Identity
from node.setting_groups import DeskSettings
from node.storage import desk_people, sessions, sign_in_links
from node.storage.desk_people import DeskPerson
from node.storage.sessions import SessionRow
from vocab import clock
from vocab.clock import parse_time, timestamp

#: Browsers that one person is signed in with; the oldest session ends where there are more.
MOST_SESSIONS = 10
LONGEST_NAME = 80
#: A session's use is written down this often, so that looking at pages writes next to nothing.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A one-time link, of which only this has the token."""

    token: str
    person: DeskPerson
    expires: datetime

    def address(self, identity: Identity) -> str:
        """Return the address that opens it."""
        return identity.url(f"/login?{urlencode({'link': self.token})}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Someone who is signed in, and the token of that session."""

    token: str
    person: DeskPerson
    #: The use is to be written down, with ``note_use``.
    unnoted: bool = False

    @property
    def form_token(self) -> str:
        """What every form of this session holds; who has it cannot tell the session's token."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()


def new_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is kept of *token*."""
    return hashlib.sha256(token.encode()).hexdigest()


async def make_link(
    connection: AsyncConnection,
    settings: DeskSettings,
    name: str,
    language: str | None = None,
    *,
    otherwise: str = "nb",
    moment: datetime | None = None,
) -> NewLink:
    """Return a new link for the person called *name*, who is made where there is none.

    The one made before is of no use any more. *language* becomes the person's own; someone new
    without one gets *otherwise*. Raises NodeError where *name* is no name.
    """
    now = moment or clock.now()
    person = await _person(connection, read_name(name), language, otherwise, now)
    link = NewLink(
        token=new_token(), person=person, expires=now + timedelta(minutes=settings.link_minutes)
    )
    await sign_in_links.put(
        connection, person.id, token_hash=hash_of(link.token), expires_at=timestamp(link.expires)
    )
    return link


def read_name(text: str) -> str:
    """Return the name in *text*, with single spaces; raises NodeError."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NodeError(
            f"“{name[:LONGEST_NAME]}” is no name of a person.",
            remedy=f"Give one of 1 to {LONGEST_NAME} letters.",
        )
    return name


async def _person(
    connection: AsyncConnection, name: str, language: str | None, otherwise: str, now: datetime
) -> DeskPerson:
    person = DeskPerson(
        id=secrets.token_hex(8),
        name=name,
        language=language or otherwise,
        created_at=timestamp(now),
    )
    await desk_people.add(connection, person)
    known = await desk_people.by_name(connection, name)
    if known is None or language is None or known.language == language:
        return known or person
    await desk_people.set_language(connection, known.id, language)
    return await desk_people.by_name(connection, name) or known


async def sign_in(
    connection: AsyncConnection,
    settings: DeskSettings,
    token: str,
    *,
    instead_of: str = "",
    moment: datetime | None = None,
) -> OpenSession | None:
    """Use the link of that *token* up and return a new session; None where it does not hold.

    The session of the token *instead_of*, which the browser had, ends.
    """
    now = moment or clock.now()
    found = await sign_in_links.use(connection, hash_of(token), now=timestamp(now))
    person = await desk_people.get(connection, found) if found else None
    if person is None:
        return None
    await sessions.end(connection, hash_of(instead_of))
    await sessions.end_old(connection, **_limits(settings, now))
    await sessions.end_all(connection, person.id, keep=MOST_SESSIONS - 1)
    made = OpenSession(token=new_token(), person=person)
    row = SessionRow(
        token_hash=hash_of(made.token),
        person=person.id,
        created_at=timestamp(now),
        last_used_at=timestamp(now),
    )
    await sessions.add(connection, row)
    await desk_people.mark_seen(connection, person.id, at=timestamp(now))
    return made


def _limits(settings: DeskSettings, now: datetime) -> dict[str, str]:
    """Return when a session that has ended by now was made, or used last, at the latest."""
    return {
        "made_before": timestamp(now - timedelta(days=settings.session_days)),
        "unused_since": timestamp(now - timedelta(hours=settings.idle_hours)),
    }


async def link_holds(
    connection: AsyncConnection, token: str, *, moment: datetime | None = None
) -> bool:
    """Whether signing in with *token* would work now; uses nothing up and writes nothing."""
    return await sign_in_links.holds(connection, hash_of(token), now=timestamp(moment))


async def find_session(
    connection: AsyncConnection,
    settings: DeskSettings,
    token: str,
    *,
    moment: datetime | None = None,
) -> OpenSession | None:
    """Return the session of that *token*; None where there is none, or its time is over."""
    now = moment or clock.now()
    row = await sessions.get(connection, hash_of(token))
    limits = _limits(settings, now)
    if (
        row is None
        or row.created_at <= limits["made_before"]
        or row.last_used_at <= limits["unused_since"]
    ):
        return None
    person = await desk_people.get(connection, row.person)
    if person is None:
        return None
    unnoted = now - parse_time(row.last_used_at) >= NOTED_EVERY
    return OpenSession(token=token, person=person, unnoted=unnoted)


async def note_use(
    connection: AsyncConnection, session: OpenSession, *, moment: datetime | None = None
) -> None:
    """Write down that *session* was used now."""
    at = timestamp(moment)
    await sessions.mark_used(connection, hash_of(session.token), at=at)
    await desk_people.mark_seen(connection, session.person.id, at=at)


async def sign_out(connection: AsyncConnection, token: str) -> None:
    """End the session of that *token*."""
    await sessions.end(connection, hash_of(token))


async def sign_out_person(connection: AsyncConnection, name: str) -> int | None:
    """End every session of the person called *name*, and their link; return how many sessions.

    None where there is no such person.
    """
    person = await desk_people.by_name(connection, " ".join(name.split()))
    if person is None:
        return None
    await sign_in_links.end(connection, person.id)
    return await sessions.end_all(connection, person.id)
