"""Runs the migrations: on the connection of `db.session.migrate`, else on the one of the settings.

The second way is Alembic's own command line, when a migration is being written.
"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import AutoString

from core.settings import load_settings
from db import (  # noqa: F401 - imported for the tables that they define
    fetch_tables,
    lease_tables,
    retriever_tables,
    tables,
    work_tables,
)
from db.record import Record, UtcDateTime
from db.session import open_database, writing


def render(_kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write types of ours as the plain ones: a migration must not change when the code does."""
    if isinstance(item, AutoString):
        return "sa.String()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run what is due, inside the transaction of the connection."""
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        render_item=render,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with writing(open_database(load_settings().catalogue_url)) as own:
        run(own)
