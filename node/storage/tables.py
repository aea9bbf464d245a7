"""Every table of a node: SQL is the truth, all else is made from it.

Times are UTC as ISO 8601 text with microseconds and a final ``Z`` (``clock.timestamp``):
they sort as text and mean the same on SQLite and PostgreSQL. Wire objects are JSON text,
kept as they were signed or sent.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only where the key is called INTEGER. Tables numbered so say
#: ``sqlite_autoincrement``, else SQLite would give a deleted last row's number out again.
Serial = BigInteger().with_variant(Integer, "sqlite")

#: Actors we serve and actors we have fetched.
actors = Table(
    "actors",
    metadata,
    Column("iri", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # instance, cluster, member; remote: cluster, other
    Column("local", Boolean, nullable=False),
    Column("host", Text, nullable=False),  # host, with its port unless it is the default one
    Column("handle", Text),  # preferredUsername; unique among the local ones
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("inbox", Text),
    Column("shared_inbox", Text),
    Column("document", Text),  # as fetched; of local ones without keys
    Column("fetched_at", Text),
    Column("gone_at", Text),  # it answered 410
    Index(
        "uq_actors_local_handle",
        "handle",
        unique=True,
        sqlite_where=text("local"),
        postgresql_where=text("local"),
    ),
    Index(None, "host"),
)

#: Public keys of everyone, private keys of ours.
keys = Table(
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("actor", Text, ForeignKey("actors.iri", ondelete="CASCADE"), nullable=False),
    Column("algorithm", Text, nullable=False),  # rsa, ed25519
    Column("public", Text, nullable=False),  # PEM (rsa), multibase Multikey (ed25519)
    Column("private", Text),  # PKCS#8 PEM, of ours only
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
    Index(None, "actor"),
)

#: Current state of every resource, ours and others'.
resources = Table(
    "resources",
    metadata,
    Column("iri", Text, primary_key=True),
    Column("class", Text, key="klass", nullable=False),  # vocab.classes.ResourceClass
    Column("local", Boolean, nullable=False),
    Column("host", Text, nullable=False),
    Column("owner", Text, nullable=False),  # attributedTo: the cluster that answers for it
    Column("audience", Text, nullable=False),  # public, network, private
    Column("state", Text, nullable=False),  # draft, published, withdrawn
    Column("version", Integer, nullable=False),
    Column("wire", Text, nullable=False),  # the wire object; of a withdrawn one its Tombstone
    Column("title", Text, nullable=False, server_default=text("''")),
    Column("published_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("ends_at", Text),  # endTime in UTC: an offer past it leaves the lists
    Column("activity", Text),  # the activity that brought this version
    Column("received_at", Text),  # of others' only
    Column("authenticated_by", Text),  # HttpSignature, IntegrityProof, Fetch; null: ours
    Column("verification_method", Text),  # the key, or the URL fetched
    Column("organisation_number", Text),  # members: the import's key, "NO:988077917"
    Index(None, "klass", "state", "published_at", "iri"),
    Index(None, "host"),
    Index(None, "owner"),
    Index(
        "uq_resources_local_organisation_number",
        "organisation_number",
        unique=True,
        sqlite_where=text("local and organisation_number is not null"),
        postgresql_where=text("local and organisation_number is not null"),
    ),
)

#: What stays with us: contact person and consent, the company behind an anonymous offer.
private_details = Table(
    "private_details",
    metadata,
    Column("iri", Text, ForeignKey("resources.iri", ondelete="CASCADE"), primary_key=True),
    Column("details", Text, nullable=False),  # JSON object
)

#: What we published, version by version; of others' resources only the newest is kept.
resource_versions = Table(
    "resource_versions",
    metadata,
    Column("iri", Text, ForeignKey("resources.iri", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("wire", Text, nullable=False),
    Column("private_details", Text),  # as they stood with this version
    Column("state", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("activity", Text),
    Column("recorded_at", Text, nullable=False),
)

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

#: Who follows whom; at least one of the two is ours.
follows = Table(
    "follows",
    metadata,
    Column("follower", Text, primary_key=True),
    Column("followed", Text, primary_key=True),
    Column("activity", Text, nullable=False),  # id of the Follow
    Column("state", Text, nullable=False),  # pending, accepted, rejected, undone
    Column("follower_local", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("decided_at", Text),
    Column("changes_cursor", Text),  # of ours: how far /cluster/changes of the followed was read
    Column("catch_up_wanted", Boolean, nullable=False, server_default=text("false")),
    Index(None, "followed", "state", "created_at", "follower"),
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
    Column("state", Text, nullable=False),  # pending, approved, blocked
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
)

#: Order of all changes to resources; what projections and /cluster/changes read.
change_log = Table(
    "change_log",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("iri", Text, nullable=False),
    Column("class", Text, key="klass", nullable=False),
    Column("local", Boolean, nullable=False),
    Column("public", Boolean, nullable=False),  # published for everyone by this change
    Column("changed_at", Text, nullable=False),
    Index(None, "iri", "seq"),
    sqlite_autoincrement=True,
)

#: How far each projection has read the change log.
projections = Table(
    "projections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Serial, nullable=False),
)

import_batches = Table(
    "import_batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("imported_at", Text, nullable=False),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("undone_at", Text),
)

#: What an import did to which resource, so that it can be taken back.
import_rows = Table(
    "import_rows",
    metadata,
    Column("batch", Text, ForeignKey("import_batches.id", ondelete="CASCADE"), primary_key=True),
    Column("iri", Text, primary_key=True),
    Column("row", Integer, nullable=False),  # its number in the file
    Column("version_before", Integer),  # null: the import made it
    Column("version_after", Integer, nullable=False),
)
