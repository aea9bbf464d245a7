"""Actors and their keys, ours and others', and who follows whom."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text, text

from node.storage.tables.foundation import metadata

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
    Column("expires_at", Text),  # from then on it proves nothing; of ours: it is no longer used
    Column("revoked_at", Text),  # of ours only: it was not safe any more
    Index(None, "actor"),
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
