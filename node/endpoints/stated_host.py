"""The server that a request says it comes from, before anybody believes it."""

from collections.abc import Mapping

from federation.draft_cavage import parse_signature_header
from federation.errors import FederationError
from federation.message_signatures import stated_key_id
from federation.origins import host_of


def stated_host(headers: Mapping[str, str]) -> str | None:
    """Return the host of the key that a request names, whoever made it; None where it has none."""
    try:
        return host_of(_key_id(headers))
    except (FederationError, KeyError):
        return None


def _key_id(headers: Mapping[str, str]) -> str:
    if "Signature-Input" in headers:
        return stated_key_id(headers["Signature-Input"])
    return parse_signature_header(headers["Signature"]).key_id
