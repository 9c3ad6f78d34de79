"""How SQLite is opened: with a log that readers do not wait for, and BEGIN left to us."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

_BUSY_TIMEOUT_S = 60  # a writer of SQLite waits for another; a batch of ingest takes about 1 s
IMMEDIATE = "vasari_begin_immediate"  # execution option: take SQLite's write lock at BEGIN


def open_sqlite(address: URL) -> Engine:
    """Open a database of SQLite."""
    timeout = {"timeout": _BUSY_TIMEOUT_S}
    engine = create_engine(address, connect_args=timeout, hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers go on while somebody writes."""
    Path(engine.url.database or ".").parent.mkdir(parents=True, exist_ok=True)
    give_up_at = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
                cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The switch does not wait for another process that is switching.
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)


def _configure_sqlite(raw: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    raw.isolation_level = None  # BEGIN is ours: the driver would put it off until the first write
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "cache_size = -16000"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Two deferred transactions that both read and then write would deadlock.
    immediate = connection.get_execution_options().get(IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
