"""messages to the desk, likes and shares, featured."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("handled_by", sa.Text(), nullable=True),
        sa.Column("handled_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_messages")),
        sa.UniqueConstraint("actor", "activity", name=op.f("uq_messages_actor_activity")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_state_seq", "messages", ["state", "seq"])
    op.create_index("ix_messages_host_received_at", "messages", ["host", "received_at"])
    op.create_index("ix_messages_actor_object", "messages", ["actor", "object"])
    op.create_table(
        "reactions",
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("object", "kind", "actor", name=op.f("pk_reactions")),
    )
    op.create_index(
        "ix_reactions_object_kind_received_at_actor",
        "reactions",
        ["object", "kind", "received_at", "actor"],
    )
    op.create_index("ix_reactions_actor_activity", "reactions", ["actor", "activity"])
    op.create_table(
        "featured",
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("featured_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("iri", name=op.f("pk_featured")),
    )
