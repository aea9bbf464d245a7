"""How what others said was authenticated, version by version."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from node.storage.tables.foundation import metadata

#: Of each thing of others the last versions, each once per way that it was authenticated.
authentications = Table(
    "authentications",
    metadata,
    Column("iri", Text, ForeignKey("resources.iri", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),  # its version, counted round a small ring
    Column("method", Text, primary_key=True),  # HttpSignature, IntegrityProof, Fetch
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),  # published, withdrawn
    Column("verification_method", Text, nullable=False),  # the key, or the URL fetched
    Column("activity", Text),
    Column("at", Text, nullable=False),
)
