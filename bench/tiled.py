"""The columns of a collection repeated up to a size: real values in their real shares."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.columns.leaves import ColumnParts
from index.columns.postings import CodeColumn, Column, Postings
from index.columns.years import Years


def tiled(parts: ColumnParts, size: int) -> ColumnParts:
    """Repeat the artworks of columns in their order up to a number of them."""
    links, years = parts.links, parts.years
    artworks, roles = _tiled_postings(links.artworks, size, links.roles)
    return ColumnParts(
        size=size,
        dictionaries=parts.dictionaries,
        columns={field: _tiled_column(column, size) for field, column in parts.columns.items()},
        links=replace(links, artworks=artworks, roles=roles),
        years=Years(np.resize(years.begin, size), np.resize(years.end, size)),
        has_image=np.resize(parts.has_image, size),
    )


def _tiled_column(column: Column, size: int) -> Column:
    match column:
        case CodeColumn():
            return CodeColumn(np.resize(column.codes, size), column.values)
        case Postings():
            return _tiled_postings(column, size, column.numbers)[0]
    raise TypeError(column)


def _tiled_postings(
    postings: Postings, size: int, aligned: NDArray[Any]
) -> tuple[Postings, NDArray[Any]]:
    """Repeat postings and an array that is aligned with them; value by value, copy by copy."""
    copies = np.arange(-(-size // postings.size), dtype=np.int64)
    values = np.repeat(np.arange(len(postings.starts) - 1), np.diff(postings.starts))
    numbers = (postings.numbers[None, :] + copies[:, None] * postings.size).ravel()
    order = np.argsort(np.tile(values, len(copies)), kind="stable")
    order = order[numbers[order] < size]
    counts = np.bincount(np.tile(values, len(copies))[order], minlength=len(postings.starts) - 1)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Postings(starts, numbers[order].astype(np.int32), size), np.tile(aligned, len(copies))[
        order
    ]
