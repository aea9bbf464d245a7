"""JSON in its one canonical spelling (RFC 8785, JCS), which is what proofs are made of."""

import re
from typing import Any, Final

import rfc8785

# A NUL as JCS spells it: its backslash is not itself escaped.
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class NoCanonicalForm(ValueError):
    """The value has something that two readers of JSON could take for different things."""


def canonical_json(value: Any) -> bytes:
    """Return *value* as JCS spells it.

    Raises NoCanonicalForm for NUL, half characters, integers beyond 2^53 - 1, numbers that
    are none, and what is no JSON or nested too deeply. That no object has a key twice, nobody
    can see any more in a parsed document: ``strict_json`` has looked.
    """
    try:
        spelt: bytes = rfc8785.dumps(value)
    except ValueError as error:
        raise NoCanonicalForm(f"The document has no canonical form: {error}.") from error
    except RecursionError:
        raise NoCanonicalForm("The document is nested too deeply.") from None
    if b"\\u0000" in spelt and _NUL.search(spelt):
        raise NoCanonicalForm("A text in the document has a NUL character.")
    return spelt
