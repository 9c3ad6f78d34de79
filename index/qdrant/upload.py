"""A space's way into Qdrant: one collection for its content, filled in batches."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.errors import DamagedError, StorageError
from core.ports import SpaceRows
from core.progress import Progress
from core.types import Json
from index.qdrant.batches import Batch, ReadArtworks, batches_of
from index.qdrant.calibrate import SCAN_BYTES, calibrate_graph
from index.qdrant.connection import translated_errors
from index.qdrant.payload import INTEGER_KEYS, KEYWORD_KEYS

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

QDRANT = "qdrant"  # the index of a space that lies there, as its card says
_POLL_S = 0.5


def upload_space(
    client: "QdrantClient",
    collection: str,
    *,
    rows: SpaceRows,
    artworks: ReadArtworks,
    progress: Progress,
    scan_bytes: int = SCAN_BYTES,
) -> Json:
    """Upload a space, wait until it is indexed, and describe it as the manifest keeps it.

    A name stands for one content: what an upload that was killed has left under it is gone on
    with, batches that are there are not sent again, and nothing is where all of them are.

    Raises:
        DamagedError: as `batches_of`, or the collection holds what was never sent.
        StorageError: Qdrant does not answer, or refuses.
    """
    seconds: dict[str, float] = {}
    count, calibration = len(rows.numbers), None
    with translated_errors():
        with _timed(seconds, "upload"):
            present = _prepare(client, collection, rows.space.encoder.dim)
            if present != count:
                progress.begin(f"upload {rows.space.name}", count, "vectors")
                batches = batches_of(rows, artworks)
                _upload(client, collection, batches, progress, is_new=present == 0)
            _check_count(client, collection, count)
        progress.begin(f"index {rows.space.name}", None, "vectors")
        with _timed(seconds, "index"):
            _wait_for_index(client, collection, progress)
        if 4 * count * rows.space.encoder.dim > scan_bytes:
            progress.begin(f"calibrate {rows.space.name}", None, "searches")
            with _timed(seconds, "calibrate"):
                calibration = calibrate_graph(client, collection, rows, progress)
    found: Json = {"collection": collection, "calibration": calibration, "seconds": seconds}
    return _card(rows) | found


def _card(rows: SpaceRows) -> Json:
    """Describe a space as one on disk is described, with nothing where there is nothing."""
    per_artwork = np.bincount(rows.numbers, minlength=1)
    return {
        "space": rows.space.to_json(),
        "name": rows.space.name,
        "vectors": len(rows.numbers),
        "artworks": int(np.count_nonzero(per_artwork)),
        "most": int(per_artwork.max()),
        "index": QDRANT,
        "int8": None,
        "costs": {},
        "drift": None,
        "memory_bytes": 0,
    }


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - begin, 3)


def _prepare(client: "QdrantClient", collection: str, dim: int) -> int:
    """Make the collection with its payload indexes, and count the vectors that are there."""
    from qdrant_client import models

    if not client.collection_exists(collection):
        vectors = models.VectorParams(size=dim, distance=models.Distance.DOT)
        client.create_collection(collection, vectors_config=vectors)
    # Again for a collection that is there: a killed upload may not have come so far.
    for keys, kind in (
        (KEYWORD_KEYS, models.PayloadSchemaType.KEYWORD),
        (INTEGER_KEYS, models.PayloadSchemaType.INTEGER),
    ):
        for key in keys:
            client.create_payload_index(collection, key, field_schema=kind)
    return client.count(collection, exact=True).count


def _upload(
    client: "QdrantClient",
    collection: str,
    batches: Iterator[Batch],
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


def _check_count(client: "QdrantClient", collection: str, expected: int) -> None:
    count = client.count(collection, exact=True).count
    if count != expected:
        raise DamagedError(f"Qdrant collection {collection} has {count} vectors, not {expected}")


def _wait_for_index(client: "QdrantClient", collection: str, progress: Progress) -> None:
    """Wait until the graph is built: till then, searches are right but slow."""
    from qdrant_client import models

    done = 0
    while (info := client.get_collection(collection)).status is models.CollectionStatus.YELLOW:
        progress.advance(max((info.indexed_vectors_count or 0) - done, 0))
        done = info.indexed_vectors_count or 0
        time.sleep(_POLL_S)
    if info.status is models.CollectionStatus.RED:
        raise StorageError(f"Qdrant cannot index {collection}: {info.optimizer_status}")
