"""What a build takes of imported spaces: their vectors, in the order of the artworks."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import islice

import numpy as np

from core.imported import ImportedSpace, imported_content
from core.ports import EmbeddingStore, ImportedSpaces, SpaceRows
from core.types import Artwork, Matrix

_CHUNK = 8192  # artworks looked at together
_BATCH = 4096  # vectors read together


def imported_rows(
    imported: ImportedSpaces,
    embeddings: EmbeddingStore,
    artworks: Iterable[Artwork],
    *,
    own: Collection[str],
) -> list[SpaceRows]:
    """List the vectors of each imported space but the configured encoders' `own`, by their keys."""
    found = [_rows(one, embeddings, artworks) for one in imported.all() if one.space.key not in own]
    return [rows for rows in found if len(rows.numbers)]


def imported_contents(
    one: ImportedSpace, embeddings: EmbeddingStore, artwork_ids: Iterable[str]
) -> Iterator[tuple[int, str]]:
    """Name the vectors of artworks: the place of the artwork among them, and the vector's name."""
    first = 0
    ids = iter(artwork_ids)
    while chunk := list(islice(ids, _CHUNK)):
        found = sorted(_present(one, embeddings, chunk), key=lambda pair: pair[0])
        yield from ((first + i, name) for i, name in found)
        first += len(chunk)


def _present(
    one: ImportedSpace, embeddings: EmbeddingStore, ids: list[str]
) -> Iterator[tuple[int, str]]:
    left, place = list(range(len(ids))), 0
    while left:
        names = {i: imported_content(one.import_id, ids[i], place) for i in left}
        missing = embeddings.missing(one.space, list(names.values()))
        left = [i for i in left if names[i] not in missing]
        yield from ((i, names[i]) for i in left)
        place += 1


def _rows(one: ImportedSpace, embeddings: EmbeddingStore, artworks: Iterable[Artwork]) -> SpaceRows:
    listed = list(imported_contents(one, embeddings, (artwork.id for artwork in artworks)))
    names = [name for _, name in listed]
    numbers = np.asarray([number for number, _ in listed], np.int32)
    vectors = partial(_vectors, one, embeddings, names)
    return SpaceRows(one.space, numbers, vectors, imported=one.name)


def _vectors(one: ImportedSpace, embeddings: EmbeddingStore, names: list[str]) -> Iterator[Matrix]:
    for begin in range(0, len(names), _BATCH):
        yield embeddings.read(one.space, names[begin : begin + _BATCH])
