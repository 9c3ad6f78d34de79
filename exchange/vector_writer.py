"""Writes open vectors: row group by row group, and what the file says of itself at the end."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from core.spaces import Space
from core.types import Matrix
from exchange.vector_schema import CARD_COLUMNS, Header, schema, written_header


@dataclass(frozen=True, slots=True)
class Batch:
    """Vectors with the artworks that they are of."""

    artwork_ids: Sequence[str]
    content_hashes: Sequence[str | None]
    vectors: Matrix


@dataclass(frozen=True, slots=True)
class Origin:
    """Where vectors come from, and what may be done with them."""

    licence: str | None = None
    source_uri: str | None = None
    created: date | None = None


UNTOLD = Origin()


def write_vectors(
    path: Path, batches: Iterable[Batch], *, space: Space, origin: Origin = UNTOLD
) -> Header:
    """Write a file; each batch is a row group. Return what the file says of itself."""
    pinned = schema(space.encoder.dim)
    digest, rows = hashlib.sha256(), 0
    with pyarrow.parquet.ParquetWriter(
        path,
        pinned,
        compression="zstd",
        use_dictionary=[name for name in pinned.names if name != "vector"],
        store_schema=True,
    ) as writer:
        for batch in batches:
            vectors = np.ascontiguousarray(batch.vectors, "<f4")
            digest.update(vectors.tobytes())
            rows += len(vectors)
            writer.write_table(_table(batch, vectors, space=space, origin=origin))
        header = Header(space, rows, digest.hexdigest())
        writer.add_key_value_metadata(written_header(header))
    return header


def _table(batch: Batch, vectors: Matrix, *, space: Space, origin: Origin) -> pyarrow.Table:
    pinned = schema(space.encoder.dim)
    count = len(vectors)
    flat = pyarrow.array(vectors.reshape(-1), pyarrow.float32())
    told: dict[str, object] = {
        column: getattr(space.encoder, name) for column, name in CARD_COLUMNS.items()
    }
    told |= {
        "embedded": space.field.value,
        "licence": origin.licence,
        "source_uri": origin.source_uri,
        "created": origin.created,
    }
    columns = {
        "artwork_id": list(batch.artwork_ids),
        "content_hash": list(batch.content_hashes),
        "vector": pyarrow.FixedSizeListArray.from_arrays(flat, space.encoder.dim),
        **{name: [value] * count for name, value in told.items()},
    }
    return pyarrow.table([columns[name] for name in pinned.names], schema=pinned)
