"""Leases of work that several workers share.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("payload", sa.String()),
        sa.Column("contents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_leases"),
        sa.UniqueConstraint("task", "item", name="uq_leases_task_item"),
    )
    op.create_index("ix_leases_task_state_key", "leases", ["task", "state", "key"])


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")
