"""Takes a snapshot through its checks, one after the other."""

from collections.abc import Iterator
from functools import partial

from core.errors import UnfitError
from core.ports import SnapshotStore
from core.progress import Progress
from core.snapshots import Check
from search.encoders import Encoders
from search.gate import Gate, measure_snapshot
from search.snapshot_checks import (
    SqlCounts,
    check_checksums,
    check_counts,
    check_recall,
    check_relevance,
    check_selectors,
)


class SnapshotChecker:
    """Checks snapshots of an installation, live or not."""

    def __init__(self, snapshots: SnapshotStore, encoders: Encoders) -> None:
        self._snapshots = snapshots
        self._encoders = encoders

    def check(
        self,
        id: str,
        progress: Progress,
        *,
        gate: Gate | None = None,
        sql: SqlCounts | None = None,
    ) -> tuple[Check, ...]:
        """Check a snapshot; what there is no gate or no count for is not checked.

        Raises:
            NotFoundError: it is not kept.
        """
        progress.begin("checks", None, "checks")
        checks = []
        for check in self._checks(id, gate, sql):
            checks.append(check)
            progress.advance()
        return tuple(checks)

    def require_whole(self, id: str) -> None:
        """Read every file of a snapshot. Raises NotFoundError, UnfitError."""
        check = check_checksums(self._snapshots.verify(id))
        if not check.passed:
            raise UnfitError(id, {check.name: check.detail})

    def _checks(self, id: str, gate: Gate | None, sql: SqlCounts | None) -> Iterator[Check]:
        whole = check_checksums(self._snapshots.verify(id))
        yield whole
        if not whole.passed:
            return  # an index that is not ours must not be opened
        snapshot = self._snapshots.get(id)
        if sql:
            yield from check_counts(snapshot, sql)
        for space in snapshot.spaces.values():
            yield check_recall(snapshot, space)
            yield check_selectors(snapshot, space)
        if gate:
            measure = partial(measure_snapshot, gate, self._snapshots, id, self._encoders)
            yield check_relevance(measure, gate.least)
