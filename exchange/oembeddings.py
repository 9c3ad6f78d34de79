"""Reads OEmbeddings in Parquet, as museums publish them with go-embeddingsdb.

The columns are those of its record; `attributes` has the keys of the OEmbeddings proposal
(https://millsfield.sfomuseum.org/blog/2026/04/15/oembeddings/). Neither says a model's revision,
precision or preprocessing, so these vectors are never taken for those of an encoder of ours.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pyarrow
import pyarrow.compute

from core.errors import InputError
from core.spaces import Space
from core.types import EncoderCard, Modality, SpaceField
from exchange.vector_reader import open_parquet, read_batches
from exchange.vector_rows import Lines, Rows, checked_texts, matrix_of, unit_rows
from exchange.vector_schema import MOST_DIM
from exchange.vector_writer import Origin

_NEEDED = ("provider", "subject_id", "model", "embeddings")
_FIELDS = {"image": SpaceField.PICTURE, "text": SpaceField.CATALOGUE}
_MODALITIES = {SpaceField.PICTURE: Modality.IMAGE, SpaceField.CATALOGUE: Modality.TEXT}
_NOT_SAID = "not said"
_Kind: TypeAlias = tuple[str | None, SpaceField | None]  # model, and what was embedded


def is_oembeddings(found: pyarrow.Schema) -> bool:
    """Tell whether a file has the columns of such records."""
    return set(_NEEDED) <= set(found.names)


class OEmbeddings:
    """The records of one model, of pictures or of texts, in a file that may have more."""

    def __init__(self, path: Path, space: SpaceField | None, model: str | None) -> None:
        """Open it, and find what is in it. Raises InputError where that is not one space."""
        self._path = path
        self._file = open_parquet(path)
        _check_types(path, self._file.schema_arrow)
        kinds = self._kinds()
        self._kind = name, said = _only(path, kinds, space, model)
        field = said or space
        if field is None:
            raise InputError(path.name, "does not say what was embedded: --space says it")
        self._count = kinds[self._kind]
        reads = (_MODALITIES[field],)
        dim = self._first_length()
        card = EncoderCard(str(name), _NOT_SAID, _NOT_SAID, _NOT_SAID, dim, reads)
        self._space = Space(field, card)
        self._digest = hashlib.sha256()
        self._providers: set[str] = set()
        self._created = 0

    @property
    def space(self) -> Space:
        """What was embedded, by a model of which the name alone is known."""
        return self._space

    @property
    def count(self) -> int:
        """How many records of it there are."""
        return self._count

    def rows(self) -> Iterator[Rows]:
        """Read the records, each checked for itself. Raises InputError."""
        self._digest = hashlib.sha256()
        for lines, batch in self._chosen():
            ids = checked_texts(batch["subject_id"], "subject_id", lines)
            vectors = matrix_of(batch["embeddings"], self._space.encoder.dim, "embeddings", lines)
            unit, normalised = unit_rows(vectors, "embeddings", lines)
            self._digest.update(vectors.tobytes())
            self._note(batch)
            yield Rows(lines, ids, [None] * len(ids), vectors, unit, normalised)

    def origin(self) -> Origin:
        """Tell who published them and when they were made, once all records were read."""
        made = datetime.fromtimestamp(self._created, UTC).date() if self._created else None
        return Origin(None, ", ".join(sorted(self._providers)) or None, made)

    def fingerprint(self) -> str:
        """Tell the SHA-256 of the vectors, once all records were read."""
        return self._digest.hexdigest()

    def _chosen(self) -> Iterator[tuple[Lines, pyarrow.RecordBatch]]:
        """Read the records of the one model and field, with the rows that they stand in."""
        first = 1
        for batch in read_batches(self._file, self._path):
            kinds = _kinds_of(batch)
            places = [i for i, kind in enumerate(kinds) if kind == self._kind]
            if places:
                lines = Lines(self._path.name, [first + i for i in places])
                yield lines, batch.take(pyarrow.array(places))
            first += len(batch)

    def _kinds(self) -> Counter[_Kind]:
        found: Counter[_Kind] = Counter()
        known = self._file.schema_arrow.names
        columns = [name for name in ("model", "attributes") if name in known]
        for batch in read_batches(self._file, self._path, columns):
            found.update(_kinds_of(batch))
        return found

    def _first_length(self) -> int:
        """Count the numbers of the first vector; all others must have as many."""
        for batch in read_batches(self._file, self._path):
            for i, kind in enumerate(_kinds_of(batch)):
                if kind == self._kind:
                    length = len(batch["embeddings"][i] or ())
                    if not 1 <= length <= MOST_DIM:
                        raise InputError(self._path.name, f"has vectors of {length} numbers")
                    return length
        raise InputError(self._path.name, "has no records")

    def _note(self, batch: pyarrow.RecordBatch) -> None:
        self._providers.update(filter(None, batch["provider"].unique().to_pylist()))
        if "created" in batch.schema.names:
            made = (value for value in batch["created"].to_pylist() if value is not None)
            self._created = max(self._created, *made, 0)


def _kinds_of(batch: pyarrow.RecordBatch) -> list[_Kind]:
    """Tell of each record the model, and what was embedded; None where that is not said."""
    models = batch["model"].to_pylist()
    if "attributes" not in batch.schema.names:
        return [(model, None) for model in models]
    types = pyarrow.compute.map_lookup(batch["attributes"], "type", "first").to_pylist()
    return [(model, _FIELDS.get(kind)) for model, kind in zip(models, types, strict=True)]


def _check_types(path: Path, found: pyarrow.Schema) -> None:
    texts = {name: found.field(name).type for name in ("provider", "subject_id", "model")}
    for name, kind in texts.items():
        if not pyarrow.types.is_string(kind):
            raise InputError(path.name, f"column {name} is {kind}, not string")
    vectors = found.field("embeddings").type
    if not pyarrow.types.is_list(vectors) or vectors.value_type != pyarrow.float32():
        raise InputError(path.name, f"column embeddings is {vectors}, not list<float>")
    if "created" in found.names and found.field("created").type != pyarrow.int64():
        raise InputError(path.name, "column created is no count of seconds (int64)")
    if "attributes" in found.names and not pyarrow.types.is_map(found.field("attributes").type):
        raise InputError(path.name, "column attributes is no map of texts")


def _only(path: Path, kinds: Counter[_Kind], space: SpaceField | None, model: str | None) -> _Kind:
    """Find the one kind of records that is wanted. Raises InputError."""
    wanted = [
        (name, field)
        for name, field in kinds
        if model in (None, name) and (space is None or field in (None, space))
    ]
    if len(wanted) == 1 and wanted[0][0]:
        return wanted[0]
    listed = "; ".join(
        f"{count:,} of {name}, {field or 'image or text not said'}"
        for (name, field), count in kinds.most_common(10)
    )
    raise InputError(path.name, f"choose one kind of its vectors by --model and --space: {listed}")
