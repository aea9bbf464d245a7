"""What clusters publish, and what is imported: rows, versions, the order of changes."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from node.storage.tables.foundation import Serial, metadata

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
