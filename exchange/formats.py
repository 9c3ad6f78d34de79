"""Which format a file of vectors has: ours, or OEmbeddings."""

from dataclasses import dataclass
from pathlib import Path

from core.types import SpaceField
from exchange.oembeddings import OEmbeddings, is_oembeddings
from exchange.vector_reader import OpenVectors, open_parquet
from exchange.vector_rows import VectorSource


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of a file that mixes models, or pictures and texts, are wanted."""

    space: SpaceField | None = None
    model: str | None = None


def open_vectors(path: Path, choice: Choice = Choice()) -> VectorSource:
    """Open a file of vectors. Raises InputError."""
    if is_oembeddings(open_parquet(path).schema_arrow):
        return OEmbeddings(path, choice.space, choice.model)
    return OpenVectors(path)
