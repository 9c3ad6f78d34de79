"""Wholes of parts, other titles, other numbers; views of pictures.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("artworks", sa.Column("part_of", sa.String()))
    op.add_column("artworks", sa.Column("other_titles", sa.JSON()))
    op.add_column("artworks", sa.Column("identifiers", sa.JSON()))
    op.add_column("artworks", sa.Column("extra", sa.JSON()))
    op.add_column("images", sa.Column("view", sa.String()))
    op.add_column("images", sa.Column("max_pixels", sa.Integer()))


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")
