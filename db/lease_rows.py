"""Rows of leases: how they are found, read and written, whatever the rules."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from core.leases import HeldWork, Lease, LeaseState, WorkContent
from core.spaces import Space
from db.filters import Condition
from db.lease_tables import leases

PLAN = "plan"
OPEN = (LeaseState.WAITING, LeaseState.HELD)
_RATED = timedelta(minutes=5)  # a rate is of so long


def now_of(connection: Connection) -> datetime:
    """Ask the database for the time; the one of SQLite is that of the process it runs in."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return found.astimezone(UTC)


def end_when_idle(connection: Connection, seconds: float) -> None:
    """Have a transaction of PostgreSQL ended whose worker is silent for so long, rows locked."""
    if connection.dialect.name == "postgresql":
        name = "idle_in_transaction_session_timeout"
        value = f"{round(seconds * 1000)}ms"
        connection.execute(select(func.set_config(name, value, literal_column("true"))))


def of_space(space: Space, *states: LeaseState) -> Condition:
    """Test for items of a space in some states."""
    return and_(leases.c.task == space.key, leases.c.state.in_([state.value for state in states]))


def has_any(connection: Connection, condition: Condition) -> bool:
    """Tell whether a row passes."""
    found = select(leases.c.key).where(condition).limit(1)
    return connection.execute(found).one_or_none() is not None


def next_free(space: Space, now: datetime) -> Select[Any]:
    """Select, and lock, the item to be done next."""
    is_over = and_(leases.c.state == LeaseState.HELD.value, leases.c.expires_at <= now)
    free = or_(leases.c.state == LeaseState.WAITING.value, is_over)
    ordered = (
        select(leases).where(of_space(space, *OPEN), free).order_by(leases.c.attempts, leases.c.key)
    )
    return ordered.limit(1).with_for_update(skip_locked=True)


def plan_row(connection: Connection, space: Space) -> Row[Any]:
    """Lock the row of a space's planning; the caller holds the lock of leases."""
    own = select(leases).where(leases.c.task == PLAN, leases.c.item == space.key)
    row = connection.execute(own.with_for_update()).one_or_none()
    if row is not None:
        return row
    connection.execute(insert(leases).values(_new(PLAN, space.key, now_of(connection))))
    return connection.execute(own).one()


def waiting_rows(
    plan: HeldWork,
    space: Space,
    items: Sequence[tuple[str, Sequence[WorkContent]]],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """Give the rows of items that a plan adds."""
    for name, contents in items:
        # A later plan may have the same item again, beside one that is done.
        row = _new(space.key, f"{plan.token}:{name}", now)
        yield row | {"payload": json.dumps(list(contents)), "contents": len(contents)}


def _new(task: str, item: str, now: datetime) -> dict[str, Any]:
    empty = {"payload": None, "contents": 0}
    return {"task": task, "item": item, "created_at": now} | empty | _values(Lease())


def write_lease(
    connection: Connection, key: int, lease: Lease, also: Mapping[str, str | None] = {}
) -> None:
    """Write a lease into its row."""
    row = leases.c.key == key
    connection.execute(update(leases).where(row).values(_values(lease) | dict(also)))


def _values(lease: Lease) -> dict[str, Any]:
    return asdict(lease) | {"state": lease.state.value}


def lease_of(row: Row[Any]) -> Lease:
    """Read the lease of a row."""
    own = {field.name: getattr(row, field.name) for field in fields(Lease)}
    return Lease(**own | {"state": LeaseState(row.state)})


def rate_of(connection: Connection, space: Space) -> float | None:
    """Count contents a second of the last minutes, or since the items were planned."""
    now = now_of(connection)
    own = leases.c.task == space.key
    done = func.sum(leases.c.contents).filter(leases.c.done_at > now - _RATED)
    row = connection.execute(select(func.min(leases.c.created_at), done).where(own)).one()
    began, contents = row
    if not contents:
        return None
    span: timedelta = min(_RATED, now - began)
    return float(contents) / max(span.total_seconds(), 1.0)
