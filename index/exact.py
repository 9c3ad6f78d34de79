"""Exact search: every given row scored in full precision. All else is measured against it.

A row's score has the same bits whether all rows are scored or only some, and equal rows have
equal scores, so ties are ties everywhere.
"""

import numpy as np
from numpy.typing import NDArray

from core.types import Matrix
from index.faiss_library import faiss_for_search


def score_all(vectors: Matrix, query: Matrix) -> NDArray[np.float32]:
    """Score every row against a query of shape (1, dim), by inner product."""
    faiss = faiss_for_search()
    scores = np.empty(len(vectors), np.float32)
    pointer = faiss.swig_ptr
    faiss.fvec_inner_products_ny(
        pointer(scores), pointer(query), pointer(vectors), vectors.shape[1], len(vectors)
    )
    return scores


def score_rows(vectors: Matrix, query: Matrix, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Score some rows against a query of shape (1, dim), without copying them."""
    faiss = faiss_for_search()
    scores = np.empty(len(rows), np.float32)
    pointer = faiss.swig_ptr
    faiss.fvec_inner_products_by_idx(
        pointer(scores),
        pointer(query),
        pointer(vectors),
        pointer(rows),
        vectors.shape[1],
        1,
        len(rows),
    )
    return scores
