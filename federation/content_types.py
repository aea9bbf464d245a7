"""Media types of ActivityPub documents and of discovery.

Only a server that means it answers with an ActivityPub type; one that lets people upload
files does not (GHSA-jhrq-qvrm-qr36). So ``application/json`` is no ActivityPub document,
and ``application/ld+json`` only with the profile that ActivityPub §3.2 asks for.
"""

from email.message import Message
from functools import lru_cache

ACTIVITY_JSON = "application/activity+json"
LD_JSON = "application/ld+json"
ACTIVITYSTREAMS_PROFILE = "https://www.w3.org/ns/activitystreams"
JRD_JSON = "application/jrd+json"

ACCEPT_ACTIVITY = f'{ACTIVITY_JSON}, {LD_JSON}; profile="{ACTIVITYSTREAMS_PROFILE}"'
ACCEPT_JSON = f"{JRD_JSON}, application/json;q=0.9"

_JSON = frozenset({JRD_JSON, "application/json"})
_LONGEST_TYPE = 512


def is_activity(content_type: str) -> bool:
    """Say whether a ``Content-Type`` header names an ActivityPub document."""
    essence, profile = _read(content_type)
    if essence == ACTIVITY_JSON:
        return True
    return essence == LD_JSON and ACTIVITYSTREAMS_PROFILE in profile.split()


def media_type(content_type: str) -> str:
    """Return the type in a ``Content-Type`` header, without parameters; empty for none."""
    return _read(content_type)[0] if content_type.strip() else ""


def is_json(content_type: str) -> bool:
    """Say whether a ``Content-Type`` header names what WebFinger and NodeInfo answer with."""
    return _read(content_type)[0] in _JSON


def _read(content_type: str) -> tuple[str, str]:
    return ("", "") if len(content_type) > _LONGEST_TYPE else _parsed(content_type)


@lru_cache(maxsize=256)
def _parsed(content_type: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    profile = message.get_param("profile")
    return message.get_content_type(), profile if isinstance(profile, str) else ""
