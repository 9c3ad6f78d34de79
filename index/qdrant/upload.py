"""A space's way into Qdrant: one collection for each snapshot and space, filled in batches."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import DamagedError, StorageError
from core.ports import SpaceRows
from core.progress import Progress
from core.types import Artwork, Json, Matrix
from index.qdrant.calibrate import SCAN_BYTES, calibrate_graph
from index.qdrant.connection import translated_errors
from index.qdrant.payload import INTEGER_KEYS, KEYWORD_KEYS, PIECE, payload_of

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_BATCH = 256  # vectors; 2,048 numbers each are 10 MB of JSON, and a server takes 32 MB
_POLL_S = 0.5
# Rounding to float16 and back changes a length by 1e-3 at most; more is not normalised.
_LENGTH_TOLERANCE = 2e-3


@dataclass(frozen=True)
class _Batch:
    start: int  # row of the first vector, which is its id in Qdrant
    vectors: Matrix
    payloads: list[Json]

    @property
    def ids(self) -> list[int]:
        return list(range(self.start, self.start + len(self.vectors)))


def upload_space(
    client: "QdrantClient",
    collection: str,
    *,
    rows: SpaceRows,
    artworks: Callable[[], Iterator[Artwork]],
    progress: Progress,
    scan_bytes: int = SCAN_BYTES,
) -> Json:
    """Upload a space, wait until it is indexed, and describe it as the manifest keeps it.

    What an upload that was killed has left under the same name is gone on with: batches that
    are there are not sent again. So a name stands for one content.

    Raises:
        DamagedError: the vectors are not finite, not of unit length, not as many as said, or
            belong to no artwork.
        StorageError: Qdrant does not answer, or refuses.
    """
    _check_numbers(rows)
    with translated_errors():
        is_new = _prepare(client, collection, rows.space.encoder.dim)
        progress.begin(f"upload {rows.space.name}", len(rows.numbers), "vectors")
        _upload(client, collection, _batches(rows, artworks), progress, is_new=is_new)
        _check_count(client, collection, len(rows.numbers))
        _wait_for_index(client, collection, progress)
        measured = []
        if 4 * len(rows.numbers) * rows.space.encoder.dim > scan_bytes:
            measured = calibrate_graph(client, collection, len(rows.numbers), rows.queries)
    return _card(rows) | {"collection": collection, "calibration": measured}


def _card(rows: SpaceRows) -> Json:
    per_artwork = np.bincount(rows.numbers, minlength=1)
    return {
        "space": rows.space.to_json(),
        "name": rows.space.name,
        "vectors": len(rows.numbers),
        "artworks": int(np.count_nonzero(per_artwork)),
        "most": int(per_artwork.max()),
        "index": "qdrant",
        "memory_bytes": 0,
    }


def _prepare(client: "QdrantClient", collection: str, dim: int) -> bool:
    """Make the collection with its payload indexes; tell whether it was not there."""
    from qdrant_client import models

    is_new = not client.collection_exists(collection)
    if is_new:
        vectors = models.VectorParams(size=dim, distance=models.Distance.DOT)
        client.create_collection(collection, vectors_config=vectors)
    # Again for a collection that is there: a killed upload may not have come so far.
    for keys, kind in (
        (KEYWORD_KEYS, models.PayloadSchemaType.KEYWORD),
        (INTEGER_KEYS, models.PayloadSchemaType.INTEGER),
    ):
        for key in keys:
            client.create_payload_index(collection, key, field_schema=kind)
    return is_new


def _upload(
    client: "QdrantClient",
    collection: str,
    batches: Iterator[_Batch],
    progress: Progress,
    *,
    is_new: bool,
) -> None:
    from qdrant_client import models

    for batch in batches:
        if is_new or not _is_there(client, collection, batch.ids):
            points = models.Batch(
                ids=[*batch.ids], vectors=batch.vectors.tolist(), payloads=batch.payloads
            )
            client.upsert(collection, points=points, wait=True)
        progress.advance(len(batch.vectors))


def _is_there(client: "QdrantClient", collection: str, ids: list[int]) -> bool:
    found = client.retrieve(collection, ids=ids, with_payload=False, with_vectors=False)
    return len(found) == len(ids)


def _batches(rows: SpaceRows, artworks: Callable[[], Iterator[Artwork]]) -> Iterator[_Batch]:
    payloads, start = _payloads(rows, artworks()), 0
    for piece in rows.batches():
        _check_vectors(piece, rows)
        for first in range(0, len(piece), _BATCH):
            vectors = piece[first : first + _BATCH]
            if start + len(vectors) > len(rows.numbers):
                raise DamagedError(f"space {rows.space.name}: more vectors came than announced")
            yield _Batch(start, vectors, [next(payloads) for _ in vectors])
            start += len(vectors)


def _payloads(rows: SpaceRows, artworks: Iterator[Artwork]) -> Iterator[Json]:
    """Write the payload of each vector; artworks and numbers ascend together."""
    at, payload, piece = -1, {}, 0
    for number in rows.numbers.tolist():
        piece = piece + 1 if number == at else 0
        if number > at:
            artwork = _skip(artworks, number - at - 1)
            if artwork is None:
                raise DamagedError(f"space {rows.space.name}: there is no artwork {number}")
            at, payload = number, payload_of(artwork, number)
        yield {**payload, PIECE: piece}


def _skip(artworks: Iterator[Artwork], count: int) -> Artwork | None:
    for _ in range(count):
        next(artworks, None)
    return next(artworks, None)


def _check_numbers(rows: SpaceRows) -> None:
    numbers = rows.numbers
    if len(numbers) and (numbers[0] < 0 or (np.diff(numbers) < 0).any()):
        raise DamagedError(f"space {rows.space.name}: artwork numbers must ascend from 0")


def _check_vectors(vectors: Matrix, rows: SpaceRows) -> None:
    name, dim = rows.space.name, rows.space.encoder.dim
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise DamagedError(f"space {name}: vectors of {vectors.shape[1:]} numbers, not {dim}")
    lengths = np.linalg.norm(vectors, axis=1)
    if not (np.abs(lengths - 1) <= _LENGTH_TOLERANCE).all():  # false for what is not finite too
        raise DamagedError(f"space {name}: a vector is not finite, or not of length 1")


def _check_count(client: "QdrantClient", collection: str, expected: int) -> None:
    count = client.count(collection, exact=True).count
    if count != expected:
        raise DamagedError(f"Qdrant collection {collection} has {count} vectors, not {expected}")


def _wait_for_index(client: "QdrantClient", collection: str, progress: Progress) -> None:
    """Wait until the graph is built: till then, searches are right but slow."""
    from qdrant_client import models

    progress.begin(f"index {collection}", None, "vectors")
    done = 0
    while (info := client.get_collection(collection)).status is models.CollectionStatus.YELLOW:
        progress.advance(max((info.indexed_vectors_count or 0) - done, 0))
        done = info.indexed_vectors_count or 0
        time.sleep(_POLL_S)
    if info.status is models.CollectionStatus.RED:
        raise StorageError(f"Qdrant cannot index {collection}: {info.optimizer_status}")
