"""A space as files: its vectors, whose they are, and what makes finding them quick."""

from pathlib import Path

import numpy as np

from core.errors import DamagedError
from core.ports import FilterColumns, SpaceRows
from core.progress import Progress
from core.spaces import space_from_json
from core.types import Json, Matrix
from index.files.arrays import open_array, write_array
from index.vectors.best_hits import measure_match
from index.vectors.index_files import DEFAULTS, IndexWriter, Options, open_index_files
from index.vectors.owners import Owners
from index.vectors.space_index import SpaceIndex, SpaceParts

_VECTORS = "vectors.npy"
_NUMBERS = "numbers.npy"
# Rounding to float16 and back changes a length by 1e-3 at most; more is not normalised.
_LENGTH_TOLERANCE = 2e-3


def write_space(
    folder: Path,
    rows: SpaceRows,
    artworks: int,
    progress: Progress,
    *,
    options: Options = DEFAULTS,
) -> Json:
    """Write a space into a new folder, and describe it as the manifest keeps it.

    Raises:
        DamagedError: the vectors are not finite, not of unit length, not as many as said, or
            belong to no artwork.
        ConfigurationError: the index that was asked for does not fit them.
    """
    folder.mkdir(parents=True)
    _check_numbers(rows, artworks)
    write_array(folder / _NUMBERS, rows.numbers.astype(np.int32))
    _write_vectors(folder / _VECTORS, rows, progress)
    vectors: Matrix = open_array(folder / _VECTORS)
    index = IndexWriter(folder, vectors, rows, options).write(progress)
    return {
        "space": rows.space.to_json(),
        "name": rows.space.name,
        "vectors": len(rows.numbers),
        "artworks": len(np.unique(rows.numbers)),
        **index,
        "match": measure_match([vectors], rows.off_topic, rows.queries),
        "memory_bytes": _size(folder),
    }


def open_space(
    folder: Path,
    card: Json,
    columns: FilterColumns,
    artworks: int,
    *,
    use_gpu: bool = False,
) -> SpaceIndex:
    """Open a space by memory map. Raises DamagedError, which names the file."""
    vectors = open_array(folder / _VECTORS)
    parts = SpaceParts(
        space=space_from_json(card["space"]),
        vectors=vectors,
        owners=Owners(open_array(folder / _NUMBERS), artworks),
        index=open_index_files(folder, card, vectors, use_gpu=use_gpu),
        size_bytes=card["memory_bytes"],
    )
    return SpaceIndex(parts, columns)


def _write_vectors(path: Path, rows: SpaceRows, progress: Progress) -> None:
    name, count, dim = rows.space.name, len(rows.numbers), rows.space.encoder.dim
    progress.begin(f"vectors {name}", count, "vectors")
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(count, dim))
    done = 0
    for batch in rows.batches():
        if done + len(batch) > count:
            raise DamagedError(f"space {name}: more vectors came than the {count} announced")
        _check_batch(name, batch, dim)
        out[done : done + len(batch)] = batch
        done += len(batch)
        progress.advance(len(batch))
    if done != count:
        raise DamagedError(f"space {name}: {done} vectors came, {count} were announced")
    out.flush()


def _check_numbers(rows: SpaceRows, artworks: int) -> None:
    numbers = rows.numbers
    if len(numbers) and (numbers[0] < 0 or numbers[-1] >= artworks or (np.diff(numbers) < 0).any()):
        raise DamagedError(
            f"space {rows.space.name}: artwork numbers must ascend within 0 to {artworks - 1}"
        )


def _check_batch(name: str, batch: Matrix, dim: int) -> None:
    if batch.ndim != 2 or batch.shape[1] != dim:
        raise DamagedError(f"space {name}: vectors of {batch.shape[1:]} numbers, not {dim}")
    if not np.isfinite(batch).all():
        raise DamagedError(f"space {name}: a vector is not finite")
    lengths = np.linalg.norm(batch, axis=1)
    if (np.abs(lengths - 1) > _LENGTH_TOLERANCE).any():
        worst = float(lengths[np.argmax(np.abs(lengths - 1))])
        raise DamagedError(f"space {name}: a vector has the length {worst:.4g}, not 1")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
