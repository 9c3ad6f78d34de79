"""Shared embedding work in SQL: who does what, by the clock of the database.

A row is locked, changed by the rules of `core.leases`, and written, in one short transaction.
PostgreSQL skips rows that another worker has locked; SQLite has one writer at a time anyway.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, and_, delete, func, or_, select

from core.errors import LeaseLostError
from core.leases import (
    HeldWork,
    Lease,
    LeaseRules,
    LeaseState,
    WorkContent,
    WorkCounts,
    failed,
    finished,
    given_back,
    is_free,
    renewed,
    reopened,
    taken,
)
from core.spaces import Space
from core.types import Matrix
from db.embeddings import write_embeddings
from db.lease_rows import (
    OPEN,
    PLAN,
    end_when_idle,
    has_any,
    lease_of,
    next_free,
    now_of,
    of_space,
    plan_row,
    rate_of,
    waiting_rows,
    write_lease,
)
from db.lease_tables import leases
from db.session import WriteLock, hold, reading, writing
from db.sql import insert_rows

_SHOWN_ERRORS = 5
_DEFAULT_RULES = LeaseRules()


class SqlEmbeddingLeases:
    """Shares what is to be embedded of a space among workers."""

    def __init__(self, engine: Engine, rules: LeaseRules = _DEFAULT_RULES) -> None:
        self._engine = engine
        self._rules = rules

    @property
    def lasts_s(self) -> float:
        """Seconds after which a lease that nobody renews is over."""
        return self._rules.lasts_s

    def take_plan(self, space: Space, mark: str, holder: str, *, begin: bool) -> HeldWork | None:
        """Take the planning of a space where it is due; unless it begins, only one that was lost.

        It is due where nothing is left to do, or the catalogue has another mark than it had then.
        """
        with writing(self._engine) as connection:
            end_when_idle(connection, self._rules.lasts_s)
            hold(connection, WriteLock.LEASES)  # the row may not be there yet
            now, row = now_of(connection), plan_row(connection, space)
            lease = lease_of(row)
            if lease.state is LeaseState.DONE or lease.state is LeaseState.FAILED:
                is_left = has_any(connection, of_space(space, *OPEN))
                if not begin or (is_left and row.payload == mark):
                    return None
                lease = reopened(lease)
            if not is_free(lease, now):
                return None
            lease = taken(reopened(lease), holder, now, self._rules)
            write_lease(connection, row.key, lease, {"payload": mark})
            return HeldWork(row.key, lease.token, holder)

    def planned(self, space: Space) -> set[str]:
        """List the contents of items that are not done, those that were set aside with them."""
        unfinished = of_space(space, *OPEN, LeaseState.FAILED)
        with reading(self._engine) as connection:
            payloads = connection.scalars(
                select(leases.c.payload).where(unfinished),
                execution_options={"yield_per": 16},
            )
            return {content_hash for one in payloads for content_hash, _ in json.loads(one)}

    def add(
        self, plan: HeldWork, space: Space, items: Sequence[tuple[str, Sequence[WorkContent]]]
    ) -> None:
        """Add items, each a name and its contents; the first forget those of a run that is over.

        Raises:
            LeaseLostError: another one plans.
        """
        with self._changing(plan) as (connection, lease):
            now = now_of(connection)
            write_lease(connection, plan.key, renewed(lease, plan, now, self._rules))
            if not has_any(connection, of_space(space, *OPEN)):
                connection.execute(delete(leases).where(of_space(space, LeaseState.DONE)))
            insert_rows(connection, leases, waiting_rows(plan, space, items, now))

    def close_plan(self, plan: HeldWork) -> None:
        """Say that all is planned. Raises LeaseLostError."""
        with self._changing(plan) as (connection, lease):
            write_lease(connection, plan.key, finished(lease, plan, now_of(connection)))

    def take(self, space: Space, holder: str) -> HeldWork | None:
        """Take an item that nobody has, those first that were tried least; None: there is none."""
        while True:
            with writing(self._engine) as connection:
                end_when_idle(connection, self._rules.lasts_s)
                now = now_of(connection)
                row = connection.execute(next_free(space, now)).one_or_none()
                if row is None:
                    return None
                lease = taken(lease_of(row), holder, now, self._rules)
                write_lease(connection, row.key, lease)
            if lease.state is LeaseState.HELD:
                listed = tuple((content, what) for content, what in json.loads(row.payload))
                return HeldWork(row.key, lease.token, holder, listed)

    def renew(self, held: HeldWork) -> None:
        """Put off the end of a lease. Raises LeaseLostError."""
        with self._changing(held) as (connection, lease):
            write_lease(connection, held.key, renewed(lease, held, now_of(connection), self._rules))

    def give_back(self, held: HeldWork) -> None:
        """Leave an item to another worker. Raises LeaseLostError."""
        with self._changing(held) as (connection, lease):
            write_lease(connection, held.key, given_back(lease, held))

    def fail(self, held: HeldWork, error: str) -> None:
        """Say that an attempt failed, which the last one sets aside. Raises LeaseLostError."""
        with self._changing(held) as (connection, lease):
            write_lease(connection, held.key, failed(lease, held, error, self._rules))

    def finish(
        self, held: HeldWork, space: Space, content_hashes: Sequence[str], vectors: Matrix
    ) -> None:
        """Keep the embeddings of an item and mark it as done, both or neither.

        Raises:
            LeaseLostError: another worker has taken it; nothing is kept.
        """
        with self._changing(held) as (connection, lease):
            done = finished(lease, held, now_of(connection))
            write_embeddings(connection, space, content_hashes, vectors)
            write_lease(connection, held.key, done, {"payload": None})

    def is_open(self, space: Space) -> bool:
        """Tell whether something is planned, to be done, or under way."""
        planning = and_(
            leases.c.task == PLAN,
            leases.c.item == space.key,
            leases.c.state.in_([state.value for state in OPEN]),
        )
        with reading(self._engine) as connection:
            return has_any(connection, or_(of_space(space, *OPEN), planning))

    def retry(self, space: Space) -> int:
        """Have the items that were set aside tried again; count them."""
        with writing(self._engine) as connection:
            aside = select(leases).where(of_space(space, LeaseState.FAILED)).with_for_update()
            rows = connection.execute(aside).all()
            for row in rows:
                write_lease(connection, row.key, reopened(lease_of(row)))
            return len(rows)

    def counts(self, space: Space) -> WorkCounts:
        """Tell how far a space is."""
        amount = (func.count(), func.coalesce(func.sum(leases.c.contents), 0))
        by_state = select(leases.c.state, *amount).where(leases.c.task == space.key)
        aside = select(leases.c.error).where(of_space(space, LeaseState.FAILED))
        with reading(self._engine) as connection:
            found = list(connection.execute(by_state.group_by(leases.c.state)))
            errors = connection.scalars(aside.order_by(leases.c.key).limit(_SHOWN_ERRORS))
            return WorkCounts(
                {LeaseState(state): items for state, items, _ in found},
                {LeaseState(state): int(contents) for state, _, contents in found},
                rate_of(connection, space),
                tuple(error or "" for error in errors),
            )

    @contextmanager
    def _changing(self, held: HeldWork) -> Iterator[tuple[Connection, Lease]]:
        """Lock an item's row; one that is not there any more is another worker's."""
        with writing(self._engine) as connection:
            end_when_idle(connection, self._rules.lasts_s)
            locked = select(leases).where(leases.c.key == held.key).with_for_update()
            row = connection.execute(locked).one_or_none()
            if row is None:
                raise LeaseLostError
            yield connection, lease_of(row)
