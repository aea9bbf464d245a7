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
from node.storage.tables.authenticity import authentications
from node.storage.tables.contributions import contributions
from node.storage.tables.desk import desk_people, sessions, sign_in_links
from node.storage.tables.foundation import metadata
from node.storage.tables.interests import interest_moves, interests
from node.storage.tables.messages import deliveries, inbox, outbox, peers
from node.storage.tables.messages_to_desk import messages
from node.storage.tables.policy import federation_modes, peer_decisions
from node.storage.tables.reaches import reaches
from node.storage.tables.reactions import featured, reactions
from node.storage.tables.resources import (
    change_log,
    import_batches,
    import_rows,
    private_details,
    projections,
    resource_versions,
    resources,
)
from node.storage.tables.suggestions import suggestions

__all__ = [
    "access_tokens",
    "actors",
    "authentications",
    "authorization_codes",
    "change_log",
    "client_posts",
    "contributions",
    "deliveries",
    "desk_people",
    "featured",
    "federation_modes",
    "follows",
    "import_batches",
    "import_rows",
    "inbox",
    "interest_moves",
    "interests",
    "keys",
    "messages",
    "metadata",
    "outbox",
    "peer_decisions",
    "peers",
    "private_details",
    "projections",
    "reaches",
    "reactions",
    "resource_versions",
    "resources",
    "sessions",
    "sign_in_links",
    "suggestions",
]
