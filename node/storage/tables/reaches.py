"""How far what we publish gets."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from node.storage.tables.foundation import metadata

#: To how many inboxes an activity of ours was queued, and at how many it arrived; rows of
#: deliveries go when they are delivered.
reaches = Table(
    "reaches",
    metadata,
    Column("activity", Text, ForeignKey("outbox.activity", ondelete="CASCADE"), primary_key=True),
    Column("object", Text),
    Column("inboxes", Integer, nullable=False),
    Column("delivered", Integer, nullable=False, server_default=text("0")),
    Index(None, "object"),
)
