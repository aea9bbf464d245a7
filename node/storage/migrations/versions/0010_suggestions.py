"""whom the followed nodes name, as last asked."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("asked_at", name=op.f("pk_suggestions")),
    )
