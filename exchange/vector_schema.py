"""The Parquet of open vectors, version 1: its columns, and what the file says of itself."""

import json
import re
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pyarrow

from core.spaces import Space, space_from_json
from core.types import EncoderCard, Json

VERSION = "1"  # raise it with any change of columns or their meaning
MOST_DIM = 8192

_KEYS = {
    "version": b"open_vectors.version",
    "space": b"open_vectors.space",  # JSON: field and encoder card
    "rows": b"open_vectors.rows",
    "sha256": b"open_vectors.sha256",  # of all vectors: little-endian float32, in their order
}
_HASH = re.compile(r"[0-9a-f]{64}")
# A text that repeats is kept once in a row group, so saying it in every row costs little.
_required = partial(pyarrow.field, nullable=False)
CARD_COLUMNS = {  # columns that repeat the encoder card, and its fields
    "model": "name",
    "model_revision": "revision",
    "dtype": "dtype",
    "preprocessing": "preprocessing",
    "instruction": "instruction",
    "dim": "dim",
}


class VectorFileError(ValueError):
    """A file that is none of open vectors; the text says why."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file of vectors says of itself."""

    space: Space
    rows: int
    sha256: str


def schema(dim: int) -> pyarrow.Schema:
    """Pin the columns, their types and their order."""
    return pyarrow.schema(
        [
            _required("artwork_id", pyarrow.string()),  # "source:id", or the source's own id
            _required("embedded", pyarrow.string()),  # "catalogue" text or "picture"
            pyarrow.field("content_hash", pyarrow.string()),  # SHA-256 of what was embedded
            _required("vector", pyarrow.list_(pyarrow.float32(), dim)),
            _required("model", pyarrow.string()),
            _required("model_revision", pyarrow.string()),
            _required("dtype", pyarrow.string()),
            _required("preprocessing", pyarrow.string()),
            pyarrow.field("instruction", pyarrow.string()),
            _required("dim", pyarrow.int32()),
            pyarrow.field("licence", pyarrow.string()),
            pyarrow.field("source_uri", pyarrow.string()),
            pyarrow.field("created", pyarrow.date32()),
        ]
    )


def written_header(header: Header) -> dict[bytes, bytes]:
    """Write what a file says of itself."""
    said = {
        "version": VERSION,
        "space": json.dumps(header.space.to_json(), sort_keys=True, ensure_ascii=False),
        "rows": str(header.rows),
        "sha256": header.sha256,
    }
    return {_KEYS[name]: text.encode() for name, text in said.items()}


def parse_header(said: dict[bytes, bytes] | None) -> Header:
    """Read what a file says of itself. Raises VectorFileError."""
    said = said or {}
    missing = [key.decode() for key in _KEYS.values() if key not in said]
    if missing:
        raise VectorFileError(f"its metadata lacks {', '.join(missing)}")
    version = said[_KEYS["version"]].decode(errors="replace")
    if version != VERSION:
        raise VectorFileError(f"it is of version {version!r}; this reads version {VERSION}")
    rows, sha256 = (said[_KEYS[name]].decode(errors="replace") for name in ("rows", "sha256"))
    if not rows.isdecimal() or not _HASH.fullmatch(sha256):
        raise VectorFileError("its metadata holds no count of rows, or no SHA-256 of vectors")
    return Header(_parse_space(said[_KEYS["space"]]), int(rows), sha256)


def check_columns(found: pyarrow.Schema, dim: int) -> None:
    """Compare the columns with the pinned ones. Raises VectorFileError naming the column."""
    pinned = schema(dim)
    for field in pinned:
        if field.name not in found.names:
            raise VectorFileError(f"column {field.name} is missing")
        kind = found.field(field.name).type
        if not _is_same(kind, field.type):
            raise VectorFileError(f"column {field.name} is {kind}, not {field.type}")
    unknown = sorted(set(found.names) - set(pinned.names))
    if unknown:
        raise VectorFileError(f"column {unknown[0]} is not of this version")


def _is_same(found: pyarrow.DataType, pinned: pyarrow.DataType) -> bool:
    if pyarrow.types.is_fixed_size_list(pinned):
        # Whether single numbers may be missing, and what they are called, is looked at by value.
        return bool(
            pyarrow.types.is_fixed_size_list(found)
            and found.list_size == pinned.list_size
            and found.value_type == pinned.value_type
        )
    return bool(found == pinned)


def _parse_space(text: bytes) -> Space:
    try:
        data: Json = json.loads(text)
        space = space_from_json(data)
    except (ValueError, KeyError, TypeError) as error:
        raise VectorFileError(f"its space cannot be read: {error!r}") from error
    wrong = [name for name, value in _expected(space.encoder).items() if not value]
    if wrong:
        raise VectorFileError(f"its encoder card has no good {wrong[0]}")
    return space


def _expected(card: EncoderCard) -> dict[str, bool]:
    named = {name: value for name, value in asdict(card).items() if name != "modalities"}
    return {name: _is_good(name, value) for name, value in named.items()} | {
        "modalities": bool(card.modalities)
    }


def _is_good(name: str, value: Any) -> bool:  # noqa: ANN401 - whatever the JSON held
    if name == "dim":
        return type(value) is int and 1 <= value <= MOST_DIM
    if name == "instruction" and value is None:
        return True
    return isinstance(value, str) and 0 < len(value) <= 2000 and "\0" not in value
