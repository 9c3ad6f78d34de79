"""Publishing: embed what is missing, build a snapshot beside the live one, check it, swap it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import DamagedError, InputError
from core.ports import SnapshotLog, SnapshotSource, SnapshotStore
from core.progress import Progress
from core.types import Json, SpaceField
from search.embed import EmbedReport, ShardRunner
from search.embedding.runs import EmbeddingRuns
from search.encoders import Encoders
from search.gate import Gate, check_gate, load_gate


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
        self._encoders = encoders
        self._embedding = embedding
        self._upkeep = upkeep

    def build(self, progress: Progress, options: BuildOptions = BuildOptions()) -> BuildReport:
        """Build a snapshot of the whole catalogue, and make it the live one.

        Raises:
            BuildRunningError: another process, or thread, is building.
            InputError: the catalogue is empty.
            DamagedError: the built snapshot does not verify; the live one stays.
            RelevanceError: it does not pass the gate; it is kept, and the live one stays.
        """
        with self._embedding.alone():
            return self._build(progress, options)

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
        gate = self._gate(options.gate)
        with self._embedding.spooled(progress) as spool:
            reports = [
                embedder.fill(spool, spool.count, progress, anew=options.anew)
                for field, embedder in embedders.items()
                if field in options.spaces
            ]
            rows = [embedder.rows(spool) for embedder in embedders.values()]
            rows += self._embedding.imported_rows(spool, {r.space.key for r in rows})
            source = SnapshotSource(
                spool.count, lambda: iter(spool), [space for space in rows if len(space.numbers)]
            )
            snapshot = self._snapshots.build(source, progress)
        self.mend_log()
        pruned = self._go_live(snapshot, gate) if options.publish else []
        self.mend_log()
        return BuildReport(snapshot, spool.count, options.publish, tuple(reports), tuple(pruned))

    def publish(self, snapshot: str) -> None:
        """Make a kept snapshot the live one, after checking it whole, and at the gate.

        Raises:
            DamagedError, RelevanceError: it is not fit to go live.
        """
        faults = self._snapshots.verify(snapshot)
        if faults:
            raise DamagedError(f"snapshot {snapshot}: {'; '.join(faults[:5])}")
        self._pass(snapshot, self._gate())
        self._snapshots.publish(snapshot)
        self.mend_log()

    def rollback(self) -> str:
        """Make the one that was live before live again."""
        snapshot = self._snapshots.rollback()
        self.mend_log()
        return snapshot

    def mend_log(self) -> None:
        """Bring the rows about snapshots in line with what is on disk."""
        self._log.record(self._snapshots.entries())

    def _go_live(self, snapshot: str, gate: Gate | None) -> Sequence[str]:
        self._pass(snapshot, gate)
        self._snapshots.publish(snapshot)
        return self._snapshots.prune(self._upkeep.keep)

    def _gate(self, instead: GateFile | None = None) -> Gate | None:
        file = instead or self._upkeep.gate
        return file.load() if file else None

    def _pass(self, snapshot: str, gate: Gate | None) -> None:
        if gate is not None:
            check_gate(gate, self._snapshots, snapshot, self._encoders)
