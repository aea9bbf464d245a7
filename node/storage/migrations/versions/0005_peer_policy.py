"""decisions about servers, their reasons and scope, and how far activities get."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXTS = (
    ("reason", "decided_by", "decided_at", "classes", "asked", "asked_by", "looked_at")
    + ("rests_until", "held_at", "held_until")
)


def upgrade() -> None:
    with op.batch_alter_table("peers", schema=None) as batch_op:
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        both = sa.Column("direction", sa.Text(), server_default=sa.text("'both'"), nullable=False)
        batch_op.add_column(both)
        batch_op.add_column(sa.Column("users", sa.Integer(), nullable=True))
        none = sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False)
        batch_op.add_column(none)
    op.create_table(
        "peer_decisions",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_peer_decisions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("peer_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_decisions_host_seq"), ["host", "seq"])
    op.create_table(
        "federation_modes",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_federation_modes")),
    )
    op.create_table(
        "reaches",
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=True),
        sa.Column("inboxes", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity"], ["outbox.activity"], name=op.f("fk_reaches_activity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity", name=op.f("pk_reaches")),
    )
    with op.batch_alter_table("reaches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaches_object"), ["object"])
