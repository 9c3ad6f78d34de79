"""Vasari through its own Python interface: planned, filtered and searched inside the clock."""

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bench.ann.dataset import Predicate
from bench.ann.places import ROOT
from bench.ann.works import artwork_of
from bench.contenders.base import INCLUDED, Contender, Ids, Traits, Vector
from bench.record import Figure
from core.ports import SnapshotSource, SpaceRows, VectorIndex
from core.progress import Progress
from core.queries import EXACT
from core.spaces import Space
from core.types import Artwork, EncoderCard, Json, Matrix, Modality, SpaceField

if TYPE_CHECKING:
    from index.snapshots.snapshot import DiskSnapshot

_BATCH = 8192  # rows handed over at once


class Vasari(Contender):
    """A snapshot of one space; the knob is the recall that is asked for."""

    traits = Traits(
        name="vasari",
        module="faiss",
        package="faiss-cpu",
        extra="cpu",
        knob="recall",
        filter_cost=f"{INCLUDED}; its cached bitmaps of common values stay",
    )
    _snapshot: "DiskSnapshot"
    _index: VectorIndex

    def identity(self) -> dict[str, object]:
        """What decides the files: the code that writes and reads them, too."""
        return {**super().identity(), "code": code_hash()}

    def build(self, progress: Progress) -> None:
        """Build and publish a snapshot, as `vasari index build` does."""
        from index.snapshots.snapshot_store import DiskSnapshotStore

        store = DiskSnapshotStore(self.folder)
        numbers = np.arange(self.data.n, dtype=np.int32)
        space = SpaceRows(self._space(), numbers, self._batches, self.data.calibration)
        store.publish(store.build(SnapshotSource(self.data.n, self._artworks, [space]), progress))

    def open(self, threads: int) -> None:
        """Open the live snapshot."""
        from index.snapshots.snapshot_store import DiskSnapshotStore

        del threads  # each calling thread searches with one
        self._snapshot = DiskSnapshotStore(self.folder).current()
        self._index = self._snapshot.spaces[self._space().key]

    def knobs(self) -> Sequence[float]:
        """List recalls to ask for."""
        return 0.95, 0.98, 0.99, 0.995, 0.998, EXACT

    @property
    def usual_knob(self) -> float:
        """The recall that is asked for by default."""
        return 0.99

    def ready(self, where: Predicate | None, knob: float) -> None:
        """Forget resolved filters, so that each search resolves its own."""
        del where, knob
        self._snapshot.columns.forget()

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Resolve the filter, plan and search."""
        filter_ = where.where if where else None
        found, _ = self._index.search(query[None], filter_, k, recall=knob)
        return found.numbers

    def import_engine(self) -> None:
        """Import the index and FAISS."""
        super().import_engine()
        importlib.import_module("index.snapshots.snapshot_store")

    def build_figures(self) -> dict[str, Figure]:
        """Tell how the space was built, as the manifest keeps it."""
        card: Json = self._snapshot.manifest["spaces"][self._space().key]
        seconds: dict[str, float] = card.get("seconds") or {}
        return {
            "index": card.get("index"),
            "mapped_mb": self._index.memory_bytes() / 2**20,
            **{f"{stage}_s": value for stage, value in seconds.items()},
        }

    def _space(self) -> Space:
        encoder = EncoderCard(
            name=self.data.name,
            revision=self.data.key,
            dtype="float32",
            preprocessing="0" * 16,
            dim=self.data.dim,
            modalities=(Modality.TEXT,),
        )
        return Space(SpaceField.CATALOGUE, encoder)

    def _artworks(self) -> Iterator[Artwork]:
        return (artwork_of(number, work) for number, work in enumerate(self.data.works()))

    def _batches(self) -> Iterator[Matrix]:
        for begin in range(0, self.data.n, _BATCH):
            yield np.asarray(self.data.rows[begin : begin + _BATCH])


class VasariExact(Vasari):
    """The same snapshot, asked for exact search: to be held against the memory's bandwidth."""

    traits = replace(Vasari.traits, name="vasari-exact", files_of="vasari")

    def knobs(self) -> Sequence[float]:
        """Ask for exact search only."""
        return (EXACT,)

    @property
    def usual_knob(self) -> float:
        """The recall of exact search."""
        return EXACT


def code_hash() -> str:
    """Hash the code of the index."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "index").rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
