"""Interest in offers and needs, and how it went on: between two desks, and nobody else's."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text, text

from node.storage.tables.foundation import Serial, metadata

#: One row per Offer of an Agreement, ours and others' (vocab.interest_states).
interests = Table(
    "interests",
    metadata,
    Column("iri", Text, primary_key=True),  # of the Offer activity
    Column("side", Text, nullable=False),  # asking, asked; both: between two members of ours
    Column("peer", Text),  # the other cluster; null between two members of ours
    Column("host", Text),  # and where it is
    Column("proposal", Text, nullable=False),
    Column("proposing", Boolean, nullable=False),  # the offer or need is ours
    Column("purpose", Text, nullable=False),  # offer, request
    Column("title", Text, nullable=False, server_default=text("''")),
    Column("ends_at", Text),  # of the offer or need, as it was when the interest came
    Column("intent", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("reciprocal_intent", Text),
    Column("reciprocal_quantity", Text),
    Column("reciprocal_unit", Text),
    Column("message", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False),
    Column("our_company", Text),  # a member of ours; told to the other side only by its consent
    Column("consented_at", Text),
    Column("consented_by", Text),
    Column("their_company", Text),  # what the other side has told, or publishes
    Column("their_company_name", Text),
    Column("agreement", Text),  # its IRI, made by who was asked
    Column("document", Text),  # the agreement as it was last sent, where it is ours
    Column("in_reply_to", Text),  # the Offer that this one counters
    Column("responsible", Text),
    Column("substitute", Text),
    Column("opened_at", Text, nullable=False),
    Column("moved_at", Text, nullable=False),
    Column("reminded_at", Text),
    Index(None, "state", "moved_at"),
    Index(None, "host", "state"),
    Index(None, "proposal"),
    Index(None, "agreement"),
    Index(None, "in_reply_to"),
)

#: What happened to an interest, in the order in which it became known here.
interest_moves = Table(
    "interest_moves",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("interest", Text, ForeignKey("interests.iri", ondelete="CASCADE"), nullable=False),
    Column("event", Text, nullable=False),  # a step, or: send, name, assign, remind
    Column("state", Text, nullable=False),  # as it was afterwards
    Column("who", Text, nullable=False),  # a person of this desk, or the other cluster
    Column("ours", Boolean, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),  # stays here
    Column("message", Text, nullable=False, server_default=text("''")),  # went over
    Column("activity", Text),
    Index(None, "interest", "seq"),
    sqlite_autoincrement=True,
)
