"""The audit log, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from core.audit import AuditAction, AuditEntry, AuditOutcome
from core.ports import AuditLog
from db.audit import SqlAuditLog

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
REFUSED = AuditEntry(
    NOON,
    AuditAction.PUBLISH,
    AuditOutcome.REFUSED,
    key_id="0a1b2c3d",
    subject="20260101T000000Z-00000000",
    reason="no snapshot has the id",
    address="192.0.2.7",
)
DONE = AuditEntry(NOON, AuditAction.REINDEX, AuditOutcome.OK, key_id="cli")


@pytest.fixture
def log(database: Engine) -> AuditLog:
    return SqlAuditLog(database)


def test_an_entry_is_kept_as_it_was_and_gets_a_number(log: AuditLog) -> None:
    log.record(REFUSED)

    (kept,) = log.latest()

    assert kept.number >= 1
    assert replace(kept, number=0) == REFUSED


def test_entries_are_paged_newest_first(log: AuditLog) -> None:
    for _ in range(3):
        log.record(DONE)
    log.record(REFUSED)

    first = log.latest(2)
    second = log.latest(2, before=first[-1].number)

    assert [entry.action for entry in first] == [AuditAction.PUBLISH, AuditAction.REINDEX]
    numbers = [entry.number for entry in (*first, *second)]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 4


def test_entries_of_one_action_are_found(log: AuditLog) -> None:
    for entry in (DONE, REFUSED, DONE):
        log.record(entry)

    found = log.latest(action=AuditAction.PUBLISH)

    assert [entry.subject for entry in found] == [REFUSED.subject]


@pytest.mark.parametrize("text", ["\0", "odd \ud800 text", "x" * 100_000])
def test_whatever_was_sent_can_be_written_down(log: AuditLog, text: str) -> None:
    log.record(AuditEntry(NOON, AuditAction.CANCEL, AuditOutcome.REFUSED, subject=text))

    (kept,) = log.latest()

    assert kept.subject is not None
    assert 0 < len(kept.subject) <= 500
