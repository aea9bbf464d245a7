"""signature formats of peers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("peers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signature_format", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("signature_learnt_at", sa.Text(), nullable=True))
