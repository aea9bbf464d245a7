"""What others ask to contribute to works of ours, and what we ask of them."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from node.storage.tables.foundation import metadata

#: Proposed revisions and requests to join, received and sent. Private to the two clusters.
contributions = Table(
    "contributions",
    metadata,
    Column("id", Text, primary_key=True),  # of a sent revision, the name of its draft too
    Column("kind", Text, nullable=False),  # revision, join
    Column("sent", Boolean, nullable=False),  # by us; otherwise received
    Column("partner", Text, nullable=False),  # the cluster on the other side
    Column("host", Text, nullable=False),  # of the partner
    Column("activity", Text, nullable=False, unique=True),  # the Offer or Join
    Column("about", Text, nullable=False),  # the work
    Column("member", Text),  # the company that wants to take part, and has agreed to be named
    Column("draft", Text),  # IRI of the draft
    Column("base_version", Integer),  # of a received one: the version that it starts from
    Column("wire", Text),  # the draft as JSON text, safe to show
    Column("message", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False),  # open, accepted, declined, withdrawn, leaving, left
    Column("reason", Text),
    Column("created_at", Text, nullable=False),
    Column("who", Text),  # the person here who sent it
    Column("decided_at", Text),
    Column("decided_by", Text),  # the person here who decided; null: the other side did
    Index(None, "host", "state"),
    Index(None, "about"),
    Index(None, "created_at"),
)
