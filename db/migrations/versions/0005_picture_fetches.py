"""What became of every picture that was fetched.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picture_fetches",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_iiif", sa.Boolean(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String()),
        sa.Column("replaced_hash", sa.String()),
        sa.Column("asked", sa.String()),
        sa.Column("etag", sa.String()),
        sa.Column("last_modified", sa.String()),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.String()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("fetched_at", sa.DateTime(timezone=True)),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_picture_fetches"),
        sa.UniqueConstraint("digest", name="uq_picture_fetches_digest"),
    )
    op.create_index("ix_picture_fetches_host_key", "picture_fetches", ["host", "key"])
    op.create_index(
        "ix_picture_fetches_address", "picture_fetches", ["address"], postgresql_using="hash"
    )


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")
