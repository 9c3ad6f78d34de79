"""Files of vectors for tests: small, and wrong where a test says so."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from core.progress import SilentProgress
from core.spaces import Space
from core.types import EncoderCard, Matrix, Modality, SpaceField
from exchange.open_stores import vector_stores
from exchange.vector_import import ImportOptions, ImportReport, import_vectors
from exchange.vector_reader import OpenVectors
from exchange.vector_writer import UNTOLD, Batch, Origin, write_vectors
from search.build import Services
from tests.api_service import LILIES, ODD_ID

CARD = EncoderCard("dinov2", "1", "fp32", "resize 224", 4, (Modality.IMAGE,))
SPACE = Space(SpaceField.PICTURE, CARD)
STUDY = "t:study-07"


def vectors_of(*rows: Sequence[float]) -> Matrix:
    return np.asarray(rows, np.float32)


def unit_vectors(count: int, dim: int = 4, seed: int = 0) -> Matrix:
    drawn = np.random.default_rng(seed).standard_normal((count, dim))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def write_file(
    path: Path,
    ids: Sequence[str],
    vectors: Matrix,
    *,
    space: Space = SPACE,
    hashes: Sequence[str | None] | None = None,
    origin: Origin = UNTOLD,
) -> Path:
    """Write a file of open vectors, a row group of two rows at a time."""
    hashes = hashes or [None] * len(ids)
    groups = [
        Batch(ids[i : i + 2], hashes[i : i + 2], vectors[i : i + 2]) for i in range(0, len(ids), 2)
    ]
    write_vectors(path, groups, space=space, origin=origin)
    return path


def rewrite(path: Path, **changed: str | None) -> None:
    """Change the metadata of a file, and nothing else; None takes an entry away."""
    table = pyarrow.parquet.read_table(path)
    said = pyarrow.parquet.ParquetFile(path).metadata.metadata
    said = {key: value for key, value in said.items() if key != b"ARROW:schema"}
    for name, value in changed.items():
        key = f"open_vectors.{name}".encode()
        said.pop(key)
        if value is not None:
            said[key] = value.encode()
    pyarrow.parquet.write_table(table.replace_schema_metadata(said), path)


def with_column(path: Path, name: str, values: pyarrow.Array | list[object]) -> None:
    """Put other values into a column of a file."""
    file = pyarrow.parquet.ParquetFile(path)
    said = {k: v for k, v in file.metadata.metadata.items() if k != b"ARROW:schema"}
    table, at = file.read(), file.schema_arrow.names.index(name)
    kind = table.schema.field(name).type
    column = values if isinstance(values, pyarrow.Array) else pyarrow.array(values, kind)
    field = pyarrow.field(name, column.type)
    pyarrow.parquet.write_table(
        table.set_column(at, field, column).replace_schema_metadata(said), path
    )


def take(services: Services, path: Path, **options: object) -> ImportReport:
    """Import a file under the name that it has."""
    chosen = replace(ImportOptions(path.stem), **options)  # type: ignore[arg-type]  # its own fields
    return import_vectors(OpenVectors(path), vector_stores(services), SilentProgress(), chosen)


def write_foreign(folder: Path) -> Path:
    """Write vectors in which a study is the nearest to the lilies, and boats are far from both."""
    vectors = vectors_of((1, 0, 0, 0), (0.8, 0.6, 0, 0), (-1, 0, 0, 0))
    return write_file(folder / "dino.parquet", [LILIES, STUDY, ODD_ID], vectors)
