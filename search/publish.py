"""Publishing: embed what is missing, build a snapshot beside the live one, check it, swap it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import BuildRunningError, DamagedError, InputError
from core.locks import try_lock
from core.ports import (
    ArtworkStore,
    BlobStore,
    EmbeddingStore,
    PictureDecoder,
    SnapshotLog,
    SnapshotSource,
    SnapshotStore,
)
from core.progress import Progress
from core.types import Artwork, Json, SpaceField
from search.embed import Embedder, EmbedReport, PictureContents, TextContents
from search.encoders import Encoders
from search.gate import Gate, check_gate, load_gate
from search.spool import Spool, spooled

LOCK = "build.lock"  # held in the folder of work while a build runs


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a build reads from and writes to."""

    catalogue: ArtworkStore
    embeddings: EmbeddingStore
    blobs: BlobStore
    snapshots: SnapshotStore
    log: SnapshotLog


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
    query_log: Path | None = None
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
        stores: Stores,
        encoders: Encoders,
        decode: PictureDecoder,
        *,
        work: Path,
        upkeep: Upkeep,
    ) -> None:
        self._stores = stores
        self._encoders = encoders
        self._decode = decode
        self._work = work
        self._upkeep = upkeep

    def build(self, progress: Progress, options: BuildOptions = BuildOptions()) -> BuildReport:
        """Build a snapshot of the whole catalogue, and make it the live one.

        Raises:
            BuildRunningError: another process, or thread, is building.
            InputError: the catalogue is empty.
            DamagedError: the built snapshot does not verify; the live one stays.
            RelevanceError: it does not pass the gate; it is kept, and the live one stays.
        """
        with self._alone():
            return self._build(progress, options)

    def _build(self, progress: Progress, options: BuildOptions) -> BuildReport:
        embedders, gate = self._embedders(), self._gate(options.gate)
        with self._spooled(progress) as spool:
            reports = [
                embedder.fill(spool, spool.count, progress, anew=options.anew)
                for field, embedder in embedders.items()
                if field in options.spaces
            ]
            rows = [embedder.rows(spool) for embedder in embedders.values()]
            source = SnapshotSource(
                spool.count, lambda: iter(spool), [space for space in rows if len(space.numbers)]
            )
            snapshot = self._stores.snapshots.build(source, progress)
        self.mend_log()
        pruned = self._go_live(snapshot, gate) if options.publish else []
        self.mend_log()
        return BuildReport(snapshot, spool.count, options.publish, tuple(reports), tuple(pruned))

    def publish(self, snapshot: str) -> None:
        """Make a kept snapshot the live one, after checking it whole, and at the gate.

        Raises:
            DamagedError, RelevanceError: it is not fit to go live.
        """
        faults = self._stores.snapshots.verify(snapshot)
        if faults:
            raise DamagedError(f"snapshot {snapshot}: {'; '.join(faults[:5])}")
        self._pass(snapshot, self._gate())
        self._stores.snapshots.publish(snapshot)
        self.mend_log()

    def rollback(self) -> str:
        """Make the one that was live before live again."""
        snapshot = self._stores.snapshots.rollback()
        self.mend_log()
        return snapshot

    def mend_log(self) -> None:
        """Bring the rows about snapshots in line with what is on disk."""
        self._stores.log.record(self._stores.snapshots.entries())

    def _go_live(self, snapshot: str, gate: Gate | None) -> Sequence[str]:
        self._pass(snapshot, gate)
        self._stores.snapshots.publish(snapshot)
        return self._stores.snapshots.prune(self._upkeep.keep)

    def _gate(self, instead: GateFile | None = None) -> Gate | None:
        file = instead or self._upkeep.gate
        return file.load() if file else None

    def _pass(self, snapshot: str, gate: Gate | None) -> None:
        if gate is not None:
            check_gate(gate, self._stores.snapshots, snapshot, self._encoders)

    def _embedders(self) -> dict[SpaceField, Embedder]:
        store, blobs = self._stores.embeddings, self._stores.blobs
        pictures = PictureContents(self._encoders.picture, blobs, self._decode)
        return {
            SpaceField.CATALOGUE: Embedder(
                TextContents(self._encoders.text, self._upkeep.query_log), store
            ),
            SpaceField.PICTURE: Embedder(pictures, store),
        }

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._work.mkdir(parents=True, exist_ok=True)
        descriptor = try_lock(self._work / LOCK)
        if descriptor is None:
            raise BuildRunningError
        try:
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _spooled(self, progress: Progress) -> Iterator[Spool]:
        count = self._stores.catalogue.count()
        if not count:
            raise InputError("catalogue", "is empty; run `vasari ingest` first")
        progress.begin("read the catalogue", count, "artworks")
        with spooled(_counted(self._stores.catalogue.scan(), progress), self._work) as spool:
            yield spool


def _counted(artworks: Iterator[Artwork], progress: Progress) -> Iterator[Artwork]:
    for artwork in artworks:
        progress.advance()
        yield artwork
