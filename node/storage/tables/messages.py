"""The journal of activities, what waits to be delivered, and the servers it goes to."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from node.storage.tables.foundation import Serial, metadata

#: Activities of others that were verified, in order of arrival.
inbox = Table(
    "inbox",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("activity", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("recipient", Text),  # the actor whose inbox it came to; null: the shared inbox
    Column("body", Text, nullable=False),
    Column("authenticated_by", Text, nullable=False),
    Column("verification_method", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, done, ignored, refused, failed (quarantined)
    Column("outcome", Text),  # why it was ignored or refused, for the desk
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", Text),
    UniqueConstraint("actor", "activity"),
    Index(None, "state", "seq"),
    sqlite_autoincrement=True,
)

#: Activities of ours, in order of publication.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("activity", Text, nullable=False, unique=True),
    Column("actor", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("object", Text),  # IRI of what it is about
    Column("audience", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Index(None, "actor", "seq"),
    sqlite_autoincrement=True,
)

#: One row per activity and distinct inbox. Rows go when they are delivered.
deliveries = Table(
    "deliveries",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("activity", Text, ForeignKey("outbox.activity", ondelete="CASCADE"), nullable=False),
    Column("object", Text),  # deliveries about one object to one inbox keep their order
    Column("sender", Text, nullable=False),  # the actor that signs
    Column("inbox", Text, nullable=False),
    Column("host", Text, nullable=False),  # the lane
    Column("state", Text, nullable=False),  # waiting, dead; delivered ones are deleted
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", Text, nullable=False),  # of a leased one: when its lease ends
    Column("lease_until", Text),  # a worker has it until then
    Column("last_error", Text),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("activity", "inbox"),
    # What waits, by host. Without the time, so that a claim leaves the index as it is.
    Index(
        "ix_deliveries_waiting",
        "host",
        "seq",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    # What was claimed or put off, and may hold up what comes after: few, however many wait.
    Index(
        "ix_deliveries_put_off",
        "inbox",
        "object",
        "seq",
        sqlite_where=text("next_attempt_at <> created_at"),
        postgresql_where=text("next_attempt_at <> created_at"),
    ),
    sqlite_autoincrement=True,
)

#: Servers we know of: what the desk decided, and how talking to them goes.
peers = Table(
    "peers",
    metadata,
    Column("host", Text, primary_key=True),
    Column("state", Text, nullable=False),  # pending, approved, limited, blocked
    Column("actor", Text),  # its cluster actor, where it is a node
    Column("software", Text),  # from NodeInfo
    Column("is_node", Boolean, nullable=False, server_default=text("false")),
    Column("first_seen_at", Text, nullable=False),
    Column("last_success_at", Text),
    Column("last_error", Text),
    Column("last_error_at", Text),
    Column("failures", Integer, nullable=False, server_default=text("0")),  # in a row
    Column("paused_until", Text),  # the breaker is open until then
    Column("delivered", Integer, nullable=False, server_default=text("0")),
    Column("received", Integer, nullable=False, server_default=text("0")),
    Column("signature_format", Text),  # draft-cavage, rfc9421, rfc9421-ed25519; null: not known
    Column("signature_learnt_at", Text),
    Column("reason", Text),  # why its state was decided
    Column("decided_by", Text),
    Column("decided_at", Text),
    Column("direction", Text, nullable=False, server_default=text("'both'")),  # send, receive
    Column("classes", Text),  # those exchanged with it, by commas; null: all
    Column("asked", Text),  # the type of its first message to us
    Column("asked_by", Text),  # the actor that sent it
    Column("users", Integer),  # from NodeInfo
    Column("looked_at", Text),  # when its NodeInfo was last asked for
    Column("looks", Integer, nullable=False, server_default=text("0")),  # in vain, in a row
    Column("rests_until", Text),  # the breaker of the process that delivers is open until then
    Column("held_at", Text),  # since when the desk lets nothing go out to it
    Column("held_until", Text),  # until when; null: until the desk says so
)
