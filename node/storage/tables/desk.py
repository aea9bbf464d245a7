"""Who works at the desk: people, their one-time links, their sessions.

Of links and sessions only the hashes of their tokens are kept: whoever reads the database, or a
backup of it, cannot sign in with what stands there.
"""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from node.storage.tables.foundation import metadata

#: People of the cluster's office.
desk_people = Table(
    "desk_people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("language", Text, nullable=False),  # nb, nn, da, en
    Column("created_at", Text, nullable=False),
    Column("last_seen_at", Text),
)

#: One-time links, one a person: a new one takes the place of the last.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("person", Text, ForeignKey("desk_people.id", ondelete="CASCADE"), primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),  # SHA-256
    Column("expires_at", Text, nullable=False),
)

#: Browsers that are signed in.
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),  # SHA-256
    Column("person", Text, ForeignKey("desk_people.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_used_at", Text, nullable=False),
    Index(None, "person", "created_at"),
)
