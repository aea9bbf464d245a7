"""From a record to its wire document."""

from typing import Any, Final

from vocab.models import Resource
from vocab.models.wire_fields import write_part

_FIRST: Final = ("@context", "type", "kind", "id")


def write_resource(resource: Resource) -> dict[str, Any]:
    """Return the wire document of a record: what was read, and what was changed since.

    Reading and writing keep every key; one value may stand alone where it stood in a list.
    """
    written = write_part(resource)
    first = [key for key in _FIRST if key in written]
    rest = [key for key in written if key not in _FIRST]
    return {key: written[key] for key in (*first, *rest)}
