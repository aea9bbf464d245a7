"""Who may act for an actor without signing in: tokens, and the codes that become tokens."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from node.storage.tables.foundation import metadata

#: What programs show instead of a signed-in person. Of the secret only its hash is kept.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256, hexadecimal
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # publish, read, notify; by spaces
    Column("actor", Text, nullable=False),  # the cluster or a member of ours
    Column("client", Text),  # id of the program that asked by OAuth; null: made by the desk
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("last_used_at", Text),
    Column("revoked_at", Text),
    Index(None, "created_at"),
)

#: What a program posted under an ``Idempotency-Key``, so that a repeat has no second effect.
client_posts = Table(
    "client_posts",
    metadata,
    Column("token", Text, ForeignKey("access_tokens.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),  # of the body, so that a key is not used twice
    Column("location", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index(None, "created_at"),
)

#: Codes of the OAuth flow, good for a minute and for one use.
authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256, hexadecimal
    Column("client", Text, nullable=False),
    Column("client_name", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("challenge", Text, nullable=False),  # PKCE, S256
    Column("approved_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
    Column("token", Text),  # what it became, to be revoked where the code is shown again
    Index(None, "created_at"),
)
