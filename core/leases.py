"""Leases: shared work that one worker at a time holds, as a pure function of a clock.

A lease that nobody renews runs out, and its work goes to another worker. Each taking has a token of
its own, so that a worker that was paused and came back finishes nothing that another one has now.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from core.errors import LeaseLostError

MAX_ERROR = 2000  # letters of an error that are kept
DEFAULT_LEASE_S = 120.0

WorkContent: TypeAlias = tuple[str, str]
"""A content's hash, and what to encode."""


class LeaseState(StrEnum):
    """Where an item of shared work stands."""

    WAITING = "waiting"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"  # set aside: as many attempts as may be came to nothing


@dataclass(frozen=True, slots=True)
class LeaseRules:
    """How long a lease lasts without being renewed, and how often an item is tried."""

    lasts_s: float = DEFAULT_LEASE_S
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Lease:
    """An item's state; times are those of one clock."""

    state: LeaseState = LeaseState.WAITING
    token: int = 0  # takings so far
    attempts: int = 0  # takings that were not given back
    holder: str | None = None
    expires_at: datetime | None = None
    done_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class HeldWork:
    """What the holder of a lease has in hands."""

    key: int
    token: int
    holder: str
    contents: tuple[WorkContent, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """How far shared work is: items and contents by state, and what was done lately."""

    items: dict[LeaseState, int]
    contents: dict[LeaseState, int]
    contents_per_s: float | None = None  # of the last minutes; None where nothing was done
    errors: tuple[str, ...] = ()  # of items that were set aside

    @property
    def left(self) -> int:
        """Contents that are still to be done."""
        return self.contents.get(LeaseState.WAITING, 0) + self.contents.get(LeaseState.HELD, 0)


def is_free(lease: Lease, now: datetime) -> bool:
    """Tell whether nobody holds an item that is still to be done."""
    if lease.state is LeaseState.HELD:
        return lease.expires_at is None or lease.expires_at <= now
    return lease.state is LeaseState.WAITING


def taken(lease: Lease, holder: str, now: datetime, rules: LeaseRules) -> Lease:
    """Give a free item to a holder, or set it aside if it has ended too many.

    Raises:
        LeaseLostError: it is not free.
    """
    if not is_free(lease, now):
        raise LeaseLostError
    if lease.attempts >= rules.attempts:
        silent = f"{lease.attempts} workers took it, and none was heard of again"
        return replace(_let_go(lease, LeaseState.FAILED), error=lease.error or silent)
    return replace(
        lease,
        state=LeaseState.HELD,
        token=lease.token + 1,
        attempts=lease.attempts + 1,
        holder=holder,
        expires_at=_expiry(now, rules),
    )


def renewed(lease: Lease, held: HeldWork, now: datetime, rules: LeaseRules) -> Lease:
    """Put the end of a lease off, also of one that ran out while nobody took it.

    Raises:
        LeaseLostError: another holder has the item.
    """
    _check(lease, held)
    return replace(lease, expires_at=_expiry(now, rules))


def given_back(lease: Lease, held: HeldWork) -> Lease:
    """Let another worker do it; the taking was no attempt. Raises LeaseLostError."""
    _check(lease, held)
    return replace(_let_go(lease, LeaseState.WAITING), attempts=lease.attempts - 1)


def failed(lease: Lease, held: HeldWork, error: str, rules: LeaseRules) -> Lease:
    """Count an attempt as failed, and set the item aside after the last. Raises LeaseLostError."""
    _check(lease, held)
    is_last = lease.attempts >= rules.attempts
    state = LeaseState.FAILED if is_last else LeaseState.WAITING
    return replace(_let_go(lease, state), error=error[:MAX_ERROR])


def finished(lease: Lease, held: HeldWork, now: datetime) -> Lease:
    """Mark an item as done by its holder. Raises LeaseLostError."""
    _check(lease, held)
    return replace(_let_go(lease, LeaseState.DONE), done_at=now, error=None)


def reopened(lease: Lease) -> Lease:
    """Have an item that was done or set aside done again; its tokens go on."""
    return replace(_let_go(lease, LeaseState.WAITING), attempts=0, done_at=None)


def _check(lease: Lease, held: HeldWork) -> None:
    mine = (LeaseState.HELD, held.token, held.holder)
    if (lease.state, lease.token, lease.holder) != mine:
        raise LeaseLostError


def _expiry(now: datetime, rules: LeaseRules) -> datetime:
    return now + timedelta(seconds=rules.lasts_s)


def _let_go(lease: Lease, state: LeaseState) -> Lease:
    return replace(lease, state=state, holder=None, expires_at=None)
