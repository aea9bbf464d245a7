"""Who a request says that it comes from, before anything is verified."""

from collections.abc import Mapping

from federation.draft_cavage import parse_signature_header
from federation.errors import FederationError
from federation.message_signatures import stated_key_id
from federation.origins import host_of


def stated_host(headers: Mapping[str, str]) -> str | None:
    """Return the host of the key that a signature names; None where it names none."""
    try:
        if "Signature-Input" in headers:
            return host_of(stated_key_id(headers["Signature-Input"]))
        return host_of(parse_signature_header(headers["Signature"]).key_id)
    except (FederationError, KeyError):
        return None
