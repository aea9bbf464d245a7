"""Every table of a node: SQL is the truth, all else is made from it.

Times are UTC as ISO 8601 text with microseconds and a final ``Z`` (``clock.timestamp``):
they sort as text and mean the same on SQLite and PostgreSQL. Wire objects are JSON text,
kept as they were signed or sent. One module per subject; ``tables.NAME`` finds them all.
"""

from node.storage.tables.access_tokens import (
    access_tokens,
    authorization_codes,
    client_posts,
)
from node.storage.tables.actors import actors, follows, keys
from node.storage.tables.foundation import metadata
from node.storage.tables.messages import deliveries, inbox, outbox, peers
from node.storage.tables.resources import (
    change_log,
    import_batches,
    import_rows,
    private_details,
    projections,
    resource_versions,
    resources,
)

__all__ = [
    "access_tokens",
    "actors",
    "authorization_codes",
    "change_log",
    "client_posts",
    "deliveries",
    "follows",
    "import_batches",
    "import_rows",
    "inbox",
    "keys",
    "metadata",
    "outbox",
    "peers",
    "private_details",
    "projections",
    "resource_versions",
    "resources",
]
