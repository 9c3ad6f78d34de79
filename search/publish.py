"""Publishing: embed what is missing, build a snapshot beside the live one, check it, swap it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import InputError, UnfitError
from core.ports import SnapshotLog, SnapshotSource, SnapshotStore, SpaceRows
from core.progress import Progress, SilentProgress, WorkStopped
from core.snapshots import Check, Checked
from core.types import Json, SpaceField
from search.dry_run import DryRun, dry_run
from search.embed import EmbedReport, ShardRunner
from search.embedding.runs import EmbeddingRuns
from search.encoders import Encoders
from search.gate import Gate, load_gate
from search.snapshot_checker import SnapshotChecker
from search.snapshot_checks import SqlCounts
from search.spool import Spool


@dataclass(frozen=True, slots=True)
class GateFile:
    """Judged queries, and how well they must be answered."""

    path: Path
    least: float  # mean nDCG@10

    def load(self) -> Gate:
        """Read the queries. Raises ConfigurationError."""
        return load_gate(self.path, self.least)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What every build of an installation keeps to."""

    keep: int  # snapshots
    gate: GateFile | None = None  # what a snapshot has to pass before it goes live
    pin_minutes: float = 0.0  # that a snapshot is kept for which was live


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What a build is asked to do."""

    spaces: tuple[SpaceField, ...] = tuple(SpaceField)  # whose missing embeddings are made
    anew: bool = False  # encode everything again, also what has an embedding
    publish: bool = True
    gate: GateFile | None = None  # instead of the installation's own


def parse_build_options(parameters: Json) -> BuildOptions:
    """Read what a reindex request asks for: `{"spaces": […] | null, "embed": "missing" | "all"}`.

    Raises:
        InputError: names the parameter that is wrong.
    """
    names = parameters.get("spaces") or list(SpaceField)
    unknown = sorted(set(names) - set(SpaceField))
    if unknown:
        raise InputError("spaces", f"{unknown[0]!r} is none of {', '.join(SpaceField)}")
    embed = parameters.get("embed", "missing")
    if embed not in ("missing", "all"):
        raise InputError("embed", f"must be missing or all, not {embed!r}")
    return BuildOptions(tuple(map(SpaceField, names)), anew=embed == "all")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made."""

    snapshot: str
    artworks: int
    published: bool
    spaces: tuple[EmbedReport, ...] = ()
    pruned: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()

    def to_json(self) -> Json:
        """Write the report as JSON."""
        return asdict(self)


class Publisher:
    """Turns the catalogue into the live snapshot."""

    def __init__(
        self,
        snapshots: SnapshotStore,
        log: SnapshotLog,
        encoders: Encoders,
        *,
        embedding: EmbeddingRuns,
        upkeep: Upkeep,
    ) -> None:
        self._snapshots = snapshots
        self._log = log
        self._checker = SnapshotChecker(snapshots, encoders)
        self._embedding = embedding
        self._upkeep = upkeep

    def build(self, progress: Progress, options: BuildOptions = BuildOptions()) -> BuildReport:
        """Build a snapshot of the whole catalogue, and make it the live one.

        Raises:
            BuildRunningError: another process, or thread, is building.
            InputError: the catalogue is empty.
            DamagedError: what was built is not whole; the live one stays.
            UnfitError: it failed a check; it is kept, and the live one stays.
        """
        with self._embedding.alone():
            return self._build(progress, options)

    def dry_run(self, progress: Progress, options: BuildOptions = BuildOptions()) -> DryRun:
        """Say what a build would do; nothing is made. Raises InputError."""
        return dry_run(
            self._embedding, self._snapshots, progress, spaces=options.spaces, anew=options.anew
        )

    def embed(
        self,
        progress: Progress,
        options: BuildOptions = BuildOptions(),
        *,
        runner: Callable[[SpaceField], ShardRunner] | None = None,
    ) -> tuple[EmbedReport, ...]:
        """Make the missing embeddings, without a snapshot; a runner makes them elsewhere.

        Raises:
            BuildRunningError: another process, or thread, is building.
            InputError: the catalogue is empty.
        """
        spaces = options.spaces
        return tuple(self._embedding.run(progress, spaces, anew=options.anew, runner=runner))

    def _build(self, progress: Progress, options: BuildOptions) -> BuildReport:
        embedders = {field: self._embedding.embedder(field) for field in SpaceField}
        gate = self._gate(options.gate) if options.publish else None
        with self._embedding.spooled(progress) as spool:
            reports = [
                embedder.fill(spool, spool.count, progress, anew=options.anew)
                for field, embedder in embedders.items()
                if field in options.spaces
            ]
            rows = [embedder.rows(spool) for embedder in embedders.values()]
            rows += self._embedding.imported_rows(spool, {r.space.key for r in rows})
            snapshot = self._snapshots.build(_source(spool, rows), progress)
            sql = SqlCounts(spool.count, {r.space.key: len(r.numbers) for r in rows})
        self.mend_log()
        checks = self._checked_new(snapshot, progress, gate=gate, sql=sql)
        pruned = self._go_live(snapshot, progress) if options.publish else []
        self.mend_log()
        return BuildReport(
            snapshot, sql.artworks, options.publish, tuple(reports), tuple(pruned), checks
        )

    def publish(self, snapshot: str, progress: Progress | None = None) -> tuple[Check, ...]:
        """Make a kept snapshot the live one, after checking it whole; return the checks.

        Raises:
            NotFoundError: it is not kept.
            UnfitError: it is not fit to go live.
        """
        checks = self._checked(snapshot, progress or SilentProgress(), gate=self._gate())
        self._snapshots.publish(snapshot, progress)
        self.mend_log()
        return checks

    def rollback(self, snapshot: str | None = None) -> str:
        """Make the one that was live before live again, or a kept one by its name.

        One that is named is read whole, and passes no gate: it is wanted as it is.

        Raises:
            NotFoundError: there is no such one.
            UnfitError: the one that is named is damaged.
        """
        if snapshot is None:
            snapshot = self._snapshots.rollback()
        else:
            self._checker.require_whole(snapshot)
            self._snapshots.publish(snapshot)
        self.mend_log()
        return snapshot

    def tidy(self) -> list[str]:
        """Delete the snapshots that are past keeping, and what killed builds left."""
        pruned = self._snapshots.prune(self._upkeep.keep, self._upkeep.pin_minutes)
        self.mend_log()
        return pruned

    def mend_log(self) -> None:
        """Bring the rows about snapshots in line with what is on disk."""
        self._log.record(self._snapshots.entries())

    def _go_live(self, snapshot: str, progress: Progress) -> Sequence[str]:
        self._snapshots.publish(snapshot, progress)
        return self._snapshots.prune(self._upkeep.keep, self._upkeep.pin_minutes)

    def _gate(self, instead: GateFile | None = None) -> Gate | None:
        file = instead or self._upkeep.gate
        return file.load() if file else None

    def _checked_new(
        self, snapshot: str, progress: Progress, *, gate: Gate | None, sql: SqlCounts
    ) -> tuple[Check, ...]:
        try:
            return self._checked(snapshot, progress, gate=gate, sql=sql)
        except (WorkStopped, KeyboardInterrupt):
            self._snapshots.discard(snapshot)  # nobody knows whether it is any good
            self.mend_log()
            raise

    def _checked(
        self,
        snapshot: str,
        progress: Progress,
        *,
        gate: Gate | None = None,
        sql: SqlCounts | None = None,
    ) -> tuple[Check, ...]:
        checks = self._checker.check(snapshot, progress, gate=gate, sql=sql)
        self._snapshots.keep_checks(snapshot, Checked(datetime.now(UTC), checks))
        failed = {check.name: check.detail for check in checks if not check.passed}
        if failed:
            raise UnfitError(snapshot, failed)
        return checks


def _source(spool: Spool, rows: Sequence[SpaceRows]) -> SnapshotSource:
    filled = [space for space in rows if len(space.numbers)]
    return SnapshotSource(spool.count, lambda: iter(spool), filled)
