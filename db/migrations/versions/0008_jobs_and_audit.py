"""Jobs that can be cancelled and tell their pace; the audit log.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("rate_per_s", sa.Float()))
    op.add_column("jobs", sa.Column("remaining_s", sa.Float()))
    op.add_column(
        "jobs",
        sa.Column("cancel_requested", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "audit_log",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("key_id", sa.String()),
        sa.Column("subject", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("address", sa.String()),
        sa.PrimaryKeyConstraint("number", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_action_number", "audit_log", ["action", "number"])


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")
