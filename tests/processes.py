"""Processes for tests that kill, or that start together: forked from a clean one, so quick."""

from multiprocessing import get_context

PROCESSES = get_context("forkserver")
# What the tests import is imported once, in the process that the others are forked from.
PROCESSES.set_forkserver_preload(
    ["pytest", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "alembic.command",
     "alembic.autogenerate", "db.catalogue", "Stemmer", "faiss", "index.snapshots.snapshot_store"]
)  # fmt: skip
