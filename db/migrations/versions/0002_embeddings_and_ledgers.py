"""Embeddings, and the ledgers of runs, jobs and snapshots.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    create_spaces()
    create_embeddings()
    create_ingest_runs()
    create_jobs()
    create_snapshots()


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only")


def create_spaces() -> None:
    op.create_table(
        "spaces",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("encoder", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("dtype", sa.String(), nullable=False),
        sa.Column("preprocessing", sa.String(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("instruction", sa.String()),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_spaces"),
    )


def create_embeddings() -> None:
    op.create_table(
        "embeddings",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("space_key", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_embeddings"),
        sa.UniqueConstraint("space_key", "content_hash", name="uq_embeddings_space_key_content_hash"),
        sa.ForeignKeyConstraint(["space_key"], ["spaces.key"], name="fk_embeddings_space_key"),
    )


def create_ingest_runs() -> None:
    op.create_table(
        "ingest_runs",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("pictures_stored", sa.Integer(), nullable=False),
        sa.Column("pictures_unchanged", sa.Integer(), nullable=False),
        sa.Column("pictures_failed", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_ingest_runs"),
        sa.UniqueConstraint("id", name="uq_ingest_runs_id"),
    )
    op.create_index("ix_ingest_runs_source_fingerprint", "ingest_runs", ["source", "fingerprint"])


def create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_unfinished", sa.Boolean(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("stage", sa.String()),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("result", sa.JSON()),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_jobs"),
        sa.UniqueConstraint("id", name="uq_jobs_id"),
    )
    op.create_index(
        "uq_jobs_unfinished",
        "jobs",
        ["is_unfinished"],
        unique=True,
        sqlite_where=sa.text("is_unfinished"),
        postgresql_where=sa.text("is_unfinished"),
    )


def create_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("id", ID, nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("artworks", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("is_previous", sa.Boolean(), nullable=False),
        sa.Column("spaces", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
    )
