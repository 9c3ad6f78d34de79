"""A space as files: its vectors, whose they are, and an index of cells where that pays."""

from pathlib import Path

import numpy as np

from core.errors import DamagedError
from core.ports import FilterColumns, SpaceRows
from core.progress import Progress
from core.spaces import space_from_json
from core.types import Json, Matrix
from index.arrays import open_array, write_array
from index.calibrate import Calibration, calibrate, calibration_from_json
from index.faiss_index import build_cells, build_steps, choose_nlist, open_cells, remove_cells
from index.owners import Owners
from index.space_index import Cells, SpaceIndex, SpaceParts

_VECTORS = "vectors.npy"
_NUMBERS = "numbers.npy"
# Rounding to float16 and back changes a length by 1e-3 at most; more is not normalised.
_LENGTH_TOLERANCE = 2e-3


def write_space(folder: Path, rows: SpaceRows, artworks: int, progress: Progress) -> Json:
    """Write a space into a new folder, and describe it as the manifest keeps it.

    Raises:
        DamagedError: the vectors are not finite, not of unit length, not as many as said, or
            belong to no artwork.
    """
    folder.mkdir(parents=True)
    _check_numbers(rows, artworks)
    write_array(folder / _NUMBERS, rows.numbers.astype(np.int32))
    _write_vectors(folder / _VECTORS, rows, progress)
    index = _write_cells(folder, rows.space.name, progress)
    return {
        "space": rows.space.to_json(),
        "name": rows.space.name,
        "vectors": len(rows.numbers),
        "artworks": len(np.unique(rows.numbers)),
        **index,
        "memory_bytes": _size(folder),
    }


def open_space(folder: Path, card: Json, columns: FilterColumns, artworks: int) -> SpaceIndex:
    """Open a space by memory map. Raises DamagedError, which names the file."""
    cells = None
    if card["calibration"]:
        cells = Cells(open_cells(folder), calibration_from_json(card["calibration"]))
    parts = SpaceParts(
        space=space_from_json(card["space"]),
        vectors=open_array(folder / _VECTORS),
        owners=Owners(open_array(folder / _NUMBERS), artworks),
        cells=cells,
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


def _write_cells(folder: Path, name: str, progress: Progress) -> Json:
    """Build cells where they pay, and describe the index."""
    vectors: Matrix = open_array(folder / _VECTORS)
    nlist = choose_nlist(len(vectors))
    flat = {"index": "Flat", "nlist": None, "calibration": None}
    if not nlist:
        return flat
    progress.begin(f"index {name}", build_steps(len(vectors), nlist), "vectors")
    build_cells(vectors, folder, nlist, progress)
    calibration = calibrate(open_cells(folder), vectors)
    if calibration == Calibration(None, None):
        remove_cells(folder)  # they would never be visited
        return flat
    return {
        "index": f"IVF{nlist},Flat",
        "nlist": nlist,
        "calibration": calibration.to_json(),
    }


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
