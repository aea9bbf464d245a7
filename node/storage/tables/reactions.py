"""What others think of our things, and which of them the desk features."""

from sqlalchemy import Column, Index, Table, Text

from node.storage.tables.foundation import metadata

#: Likes and shares (Announce) of our objects, each actor's once.
reactions = Table(
    "reactions",
    metadata,
    Column("object", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # like, share
    Column("actor", Text, primary_key=True),
    Column("activity", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Index(None, "object", "kind", "received_at", "actor"),
    Index(None, "actor", "activity"),
)

#: What the desk shows first on the cluster's profile.
featured = Table(
    "featured",
    metadata,
    Column("iri", Text, primary_key=True),
    Column("featured_at", Text, nullable=False),
)
