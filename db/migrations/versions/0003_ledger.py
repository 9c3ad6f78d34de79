"""The ledger of ingest runs, line by line, and tombstones.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTS = ("duplicates", "corrected", "gone", "returned", "pictures_withheld")


def upgrade() -> None:
    add_run_columns()
    create_run_lines()
    create_tombstones()


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")


def add_run_columns() -> None:
    for name in COUNTS:
        column = sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
        op.add_column("ingest_runs", column)
    op.add_column("ingest_runs", sa.Column("rules", sa.JSON()))
    op.add_column("ingest_runs", sa.Column("rights", sa.JSON()))
    op.add_column("ingest_runs", sa.Column("no_op_of", sa.String()))


def create_run_lines() -> None:
    op.create_table(
        "run_lines",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("run_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("table", sa.String()),
        sa.Column("row", sa.Integer()),
        sa.Column("artwork", sa.String()),
        sa.Column("raw", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_run_lines"),
        sa.ForeignKeyConstraint(
            ["run_key"], ["ingest_runs.key"], name="fk_run_lines_run_key", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_run_lines_run_key_key", "run_lines", ["run_key", "key"])


def create_tombstones() -> None:
    op.create_table(
        "tombstones",
        sa.Column("artwork_key", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("artwork_key", name="pk_tombstones"),
        sa.ForeignKeyConstraint(
            ["artwork_key"], ["artworks.key"], name="fk_tombstones_artwork_key", ondelete="CASCADE"
        ),
    )
