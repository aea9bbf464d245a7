"""What the desk decided about servers, and about all of them at once."""

from sqlalchemy import Column, Index, Table, Text

from node.storage.tables.foundation import Serial, metadata

#: Everything that was decided, in order; a new number means that the policy is to be read anew.
peer_decisions = Table(
    "peer_decisions",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("host", Text),  # null: about all of them
    Column("decision", Text, nullable=False),
    Column("detail", Text),
    Column("reason", Text),
    Column("who", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Index(None, "host", "seq"),
    sqlite_autoincrement=True,
)

#: The federation mode: as the settings had it at the last start, and as the desk chose it.
federation_modes = Table(
    "federation_modes",
    metadata,
    Column("origin", Text, primary_key=True),  # settings, desk
    Column("mode", Text, nullable=False),
)
