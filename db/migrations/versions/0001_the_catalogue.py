"""The catalogue.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    create_rights()
    create_artworks()
    index_artworks()
    create_artists()
    create_artist_names()
    create_contributions()
    create_terms()
    create_artwork_terms()
    create_images()


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")


def create_rights() -> None:
    op.create_table(
        "rights",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("statement", sa.String()),
        sa.Column("source_field", sa.String()),
        sa.Column("value", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_rights"),
        sa.UniqueConstraint("digest", name="uq_rights_digest"),
    )


def create_artworks() -> None:
    op.create_table(
        "artworks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String()),
        sa.Column("date_text", sa.String()),
        sa.Column("begin", sa.Integer()),
        sa.Column("end", sa.Integer()),
        sa.Column("medium", sa.String()),
        sa.Column("medium_folded", sa.String()),
        sa.Column("classification", sa.String()),
        sa.Column("classification_folded", sa.String()),
        sa.Column("collection", sa.String()),
        sa.Column("collection_folded", sa.String()),
        sa.Column("description", sa.String()),
        sa.Column("dimensions", sa.String()),
        sa.Column("credit_line", sa.String()),
        sa.Column("accession_number", sa.String()),
        sa.Column("group_title", sa.String()),
        sa.Column("place", sa.String()),
        sa.Column("url", sa.String()),
        sa.Column("data_rights_key", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_artworks"),
        sa.UniqueConstraint("id", name="uq_artworks_id"),
        sa.ForeignKeyConstraint(
            ["data_rights_key"], ["rights.key"], name="fk_artworks_data_rights_key"
        ),
    )


def index_artworks() -> None:
    op.create_index("ix_artworks_begin_end", "artworks", ["begin", "end"])
    op.create_index(
        "ix_artworks_classification_folded",
        "artworks",
        ["classification_folded"],
        postgresql_using="brin",
        postgresql_ops={"classification_folded": "text_bloom_ops"},
    )
    op.create_index(
        "ix_artworks_collection_folded",
        "artworks",
        ["collection_folded"],
        postgresql_using="brin",
        postgresql_ops={"collection_folded": "text_bloom_ops"},
    )
    op.create_index(
        "ix_artworks_medium_folded",
        "artworks",
        ["medium_folded"],
        postgresql_using="brin",
        postgresql_ops={"medium_folded": "text_bloom_ops"},
    )


def create_artists() -> None:
    op.create_table(
        "artists",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_name", sa.String()),
        sa.Column("gender", sa.String()),
        sa.Column("gender_folded", sa.String()),
        sa.Column("begin", sa.Integer()),
        sa.Column("end", sa.Integer()),
        sa.Column("nationality", sa.String()),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_artists"),
        sa.UniqueConstraint("id", name="uq_artists_id"),
    )
    op.create_index("ix_artists_gender_folded", "artists", ["gender_folded"])


def create_artist_names() -> None:
    op.create_table(
        "artist_names",
        sa.Column("artist_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String()),
        sa.PrimaryKeyConstraint("artist_key", "position", name="pk_artist_names"),
        sa.ForeignKeyConstraint(
            ["artist_key"], ["artists.key"], name="fk_artist_names_artist_key", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_artist_names_folded", "artist_names", ["folded"], postgresql_using="hash")


def create_contributions() -> None:
    op.create_table(
        "contributions",
        sa.Column("artwork_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_key", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("role_folded", sa.String()),
        sa.PrimaryKeyConstraint("artwork_key", "position", name="pk_contributions"),
        sa.ForeignKeyConstraint(
            ["artwork_key"], ["artworks.key"], name="fk_contributions_artwork_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["artist_key"], ["artists.key"], name="fk_contributions_artist_key"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_contributions_artist_key_role_folded_artwork_key",
        "contributions",
        ["artist_key", "role_folded", "artwork_key"],
    )
    op.create_index(
        "ix_contributions_role_folded_artwork_key",
        "contributions",
        ["role_folded", "artwork_key"],
    )


def create_terms() -> None:
    op.create_table(
        "terms",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("folded", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_terms"),
        sa.UniqueConstraint("digest", name="uq_terms_digest"),
    )
    op.create_index("ix_terms_folded", "terms", ["folded"], postgresql_using="hash")


def create_artwork_terms() -> None:
    op.create_table(
        "artwork_terms",
        sa.Column("artwork_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("term_key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("artwork_key", "position", name="pk_artwork_terms"),
        sa.ForeignKeyConstraint(
            ["artwork_key"], ["artworks.key"], name="fk_artwork_terms_artwork_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_key"], ["terms.key"], name="fk_artwork_terms_term_key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_artwork_terms_term_key_artwork_key",
        "artwork_terms",
        ["term_key", "artwork_key"],
    )


def create_images() -> None:
    op.create_table(
        "images",
        sa.Column("artwork_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String()),
        sa.Column("thumbnail_url", sa.String()),
        sa.Column("iiif_url", sa.String()),
        sa.Column("content_hash", sa.String()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("alt_text", sa.String()),
        sa.Column("rights_key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("artwork_key", "position", name="pk_images"),
        sa.ForeignKeyConstraint(
            ["artwork_key"], ["artworks.key"], name="fk_images_artwork_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rights_key"], ["rights.key"], name="fk_images_rights_key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_images_rights_key_position_artwork_key",
        "images",
        ["rights_key", "position", "artwork_key"],
    )
