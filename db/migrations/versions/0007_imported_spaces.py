"""Spaces whose embeddings came from files of others.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_spaces",
        sa.Column("space_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("vectors", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("licence", sa.String()),
        sa.Column("source_uri", sa.String()),
        sa.Column("created", sa.String()),
        sa.ForeignKeyConstraint(
            ["space_key"], ["spaces.key"], name="fk_imported_spaces_space_key"
        ),
        sa.PrimaryKeyConstraint("space_key", name="pk_imported_spaces"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")
