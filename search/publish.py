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
class BuildOptions:
    """What a build is asked to do."""

    spaces: tuple[SpaceField, ...] = tuple(SpaceField)  # whose missing embeddings are made
    anew: bool = False  # encode everything again, also what has an embedding
    publish: bool = True


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
        keep: int,
        query_log: Path | None = None,
    ) -> None:
        self._stores = stores
        self._encoders = encoders
        self._decode = decode
        self._work = work
        self._query_log = query_log
        self._keep = keep

    def build(self, progress: Progress, options: BuildOptions = BuildOptions()) -> BuildReport:
        """Build a snapshot of the whole catalogue, and make it the live one.

        Raises:
            BuildRunningError: another process, or thread, is building.
            InputError: the catalogue is empty.
            DamagedError: the built snapshot does not verify; the live one stays.
        """
        with self._alone():
            return self._build(progress, options)

    def _build(self, progress: Progress, options: BuildOptions) -> BuildReport:
        embedders = self._embedders()
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
        pruned = self._go_live(snapshot) if options.publish else []
        self.mend_log()
        return BuildReport(snapshot, spool.count, options.publish, tuple(reports), tuple(pruned))

    def publish(self, snapshot: str) -> None:
        """Make a kept snapshot the live one, after checking it whole. Raises DamagedError."""
        faults = self._stores.snapshots.verify(snapshot)
        if faults:
            raise DamagedError(f"snapshot {snapshot}: {'; '.join(faults[:5])}")
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

    def _go_live(self, snapshot: str) -> Sequence[str]:
        self._stores.snapshots.publish(snapshot)
        return self._stores.snapshots.prune(self._keep)

    def _embedders(self) -> dict[SpaceField, Embedder]:
        store, blobs = self._stores.embeddings, self._stores.blobs
        pictures = PictureContents(self._encoders.picture, blobs, self._decode)
        return {
            SpaceField.CATALOGUE: Embedder(
                TextContents(self._encoders.text, self._query_log), store
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
