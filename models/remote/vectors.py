"""Embeddings and scores out of a model server's answer, of which nothing is taken on trust."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelServerError
from core.types import Json, Matrix

Floats = NDArray[np.float32]


def check_model(answer: Json, model: str, address: str) -> None:
    """Refuse the answer of another model, or of none that is named."""
    named = answer.get("model")
    if named != model:
        raise ModelServerError(f"{address} answers for the model {named!r}: name it as served")


def parse_vectors(answer: Json, count: int, address: str) -> Matrix:
    """Read as many embeddings as were asked for, in the order asked, as they came."""
    rows = _in_order(answer.get("data"), count, address)
    vectors = [_vector(row.get("embedding"), address) for row in rows]
    if len({len(vector) for vector in vectors}) > 1 or not len(vectors[0]):
        raise ModelServerError(f"{address} answers embeddings of several lengths, or of none")
    return np.stack(vectors)


def unit_rows(vectors: Matrix, dim: int, address: str) -> Matrix:
    """Cut embeddings to their first `dim` numbers, then bring each to unit length."""
    if vectors.shape[1] < dim:
        raise ModelServerError(
            f"{address} makes embeddings of {vectors.shape[1]}, fewer than {dim}"
        )
    cut = vectors[:, :dim].astype(np.float64)
    lengths = np.linalg.norm(cut, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise ModelServerError(f"{address} answers an embedding that is zero or no number")
    return np.ascontiguousarray(cut / lengths, np.float32)


def parse_scores(answer: Json, count: int, address: str, *, rows: str, score: str) -> Floats:
    """Read as many scores as there were candidates, in their order."""
    found = [row.get(score) for row in _in_order(answer.get(rows), count, address)]
    scores = _floats(found, address)
    if not np.isfinite(scores).all():
        raise ModelServerError(f"{address} answers a score that is no number")
    return scores


def _in_order(rows: object, count: int, address: str) -> list[Json]:
    """Sort rows by the index that each has; all of them must be there, once."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ModelServerError(f"{address} answers no list of rows")
    indexes = [row.get("index") for row in rows]
    is_numbered = all(type(index) is int for index in indexes)
    if len(rows) != count or not is_numbered or set(indexes) != set(range(count)):
        raise ModelServerError(f"{address} answers {len(rows)} rows, wrongly numbered, to {count}")
    return sorted(rows, key=lambda row: int(row["index"]))


def _vector(value: object, address: str) -> Floats:
    if not isinstance(value, str):
        return _floats(value, address)
    try:
        return np.frombuffer(base64.b64decode(value, validate=True), "<f4").astype(np.float32)
    except (binascii.Error, ValueError) as error:
        raise ModelServerError(f"{address} answers an embedding that is no base64") from error


def _floats(value: Any, address: str) -> Floats:  # noqa: ANN401 - whatever JSON may hold
    if not isinstance(value, Sequence) or not all(type(one) in (float, int) for one in value):
        raise ModelServerError(f"{address} answers no numbers")
    try:
        with np.errstate(over="ignore"):  # to infinity, which is refused
            return np.asarray([float(one) for one in value], np.float64).astype(np.float32)
    except OverflowError as error:
        raise ModelServerError(f"{address} answers a number beyond all bounds") from error
