"""Retrievers and their versions.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Names sort by code point, as in Python and SQLite, whatever the locale of the server.
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "retrievers",
        sa.Column("name", NAME, nullable=False),
        sa.Column("published", sa.Integer()),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_retrievers"),
    )
    op.create_table(
        "retriever_versions",
        sa.Column("name", NAME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["retrievers.name"], name="fk_retriever_versions_name"),
        sa.PrimaryKeyConstraint("name", "version", name="pk_retriever_versions"),
        sa.UniqueConstraint("name", "hash", name="uq_retriever_versions_name_hash"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")
