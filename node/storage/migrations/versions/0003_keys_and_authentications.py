"""revoked keys, and how each version of others' things was authenticated."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revoked_at", sa.Text(), nullable=True))
    op.create_table(
        "authentications",
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verification_method", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["iri"],
            ["resources.iri"],
            name=op.f("fk_authentications_iri"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("iri", "place", "method", name=op.f("pk_authentications")),
    )
