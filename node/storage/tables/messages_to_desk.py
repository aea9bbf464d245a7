"""What others write to the desk, and what the node has to tell it."""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from node.storage.tables.foundation import Serial, metadata

#: Nothing of it reaches graph, pages, feeds or other servers.
messages = Table(
    "messages",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("activity", Text, nullable=False),  # what brought it; of the node's own: any IRI
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("object", Text),  # what was written: its Update and Delete follow
    Column("about", Text),  # IRI of ours that it concerns
    Column("kind", Text, nullable=False),  # reply, mention, report, …
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),  # without markup
    Column("url", Text),  # where people read it
    Column("body", Text),  # JSON-LD as it came, of notifications
    Column("received_at", Text, nullable=False),
    Column("state", Text, nullable=False),  # new, handled
    Column("handled_by", Text),
    Column("handled_at", Text),
    UniqueConstraint("actor", "activity"),
    Index(None, "state", "seq"),
    Index(None, "host", "received_at"),
    Index(None, "actor", "object"),
    sqlite_autoincrement=True,
)
