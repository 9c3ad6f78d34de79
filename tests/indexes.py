"""Small indexes for tests, and the brute force that they must equal."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from core.ports import SnapshotSource, SnapshotStore, SpaceRows
from core.progress import SilentProgress
from core.spaces import Space
from core.types import Artwork, EncoderCard, Mask, Matrix, Modality, Numbers, SpaceField
from index.columns.column_builder import ColumnBuilder
from index.columns.columns import Columns
from index.columns.leaves import ColumnParts


def space_of(dim: int, field: SpaceField = SpaceField.CATALOGUE) -> Space:
    return Space(field, EncoderCard("test", "1", "float32", "0" * 16, dim, (Modality.TEXT,)))


def column_parts(artworks: Sequence[Artwork]) -> ColumnParts:
    builder = ColumnBuilder()
    for artwork in artworks:
        builder.add(artwork)
    return builder.build()


def columns_of(artworks: Sequence[Artwork]) -> Columns:
    return Columns(column_parts(artworks))


def unit(vectors: NDArray[np.floating]) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)


def rows_of(vectors: Matrix, numbers: Numbers, batch: int = 1000) -> SpaceRows:
    def batches() -> Iterator[Matrix]:
        for start in range(0, len(vectors), batch):
            yield vectors[start : start + batch]

    return SpaceRows(space_of(vectors.shape[1]), numbers, batches)


def source_of(artworks: Sequence[Artwork], *spaces: SpaceRows) -> SnapshotSource:
    return SnapshotSource(len(artworks), lambda: iter(artworks), spaces)


def random_source(size: int, seed: int = 0, dim: int = 8) -> SnapshotSource:
    """Draw a source of artworks with a vector each."""
    rng = np.random.default_rng(seed)
    media = ("Oil on canvas", "Bronze", "Etching on paper")
    artworks = [
        Artwork(f"t:{i:05}", title=f"Work {i} of storm {seed}", medium=media[i % 3])
        for i in range(size)
    ]
    vectors = unit(rng.standard_normal((size, dim)))
    return source_of(artworks, rows_of(vectors, np.arange(size, dtype=np.int32)))


def brute_force(
    vectors: Matrix, numbers: Numbers, query: Matrix, *, mask: Mask, k: int
) -> list[tuple[int, float]]:
    """Score every artwork by its best vector: one by one, with nothing shared with the index."""
    scores: dict[int, float] = {}
    for vector, number in zip(vectors, numbers.tolist(), strict=True):
        if mask[number]:
            score = float(np.dot(vector, query[0]))
            scores[number] = max(score, scores.get(number, -2.0))
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]


def build(store: SnapshotStore, source: SnapshotSource | None = None) -> str:
    return store.build(source or random_source(50), SilentProgress())


def published(store: SnapshotStore, source: SnapshotSource | None = None) -> str:
    id = build(store, source)
    store.publish(id)
    return id
