"""interest in offers and needs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "interests",
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("proposing", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=True),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("reciprocal_intent", sa.Text(), nullable=True),
        sa.Column("reciprocal_quantity", sa.Text(), nullable=True),
        sa.Column("reciprocal_unit", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("our_company", sa.Text(), nullable=True),
        sa.Column("consented_at", sa.Text(), nullable=True),
        sa.Column("consented_by", sa.Text(), nullable=True),
        sa.Column("their_company", sa.Text(), nullable=True),
        sa.Column("their_company_name", sa.Text(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("substitute", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("iri", name=op.f("pk_interests")),
    )
    with op.batch_alter_table("interests", schema=None) as batch_op:
        for names in (
            ["state", "moved_at"],
            ["host", "state"],
            ["proposal"],
            ["agreement"],
            ["in_reply_to"],
        ):
            name = batch_op.f(f"ix_interests_{'_'.join(names)}")
            batch_op.create_index(name, names, unique=False)

    op.create_table(
        "interest_moves",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("message", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["interest"],
            ["interests.iri"],
            name=op.f("fk_interest_moves_interest"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_interest_moves")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("interest_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_interest_moves_interest_seq"), ["interest", "seq"], unique=False
        )
