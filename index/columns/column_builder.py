"""Builds the filter columns of a snapshot, one artwork at a time."""

from array import array
from collections.abc import Iterable

import numpy as np

from core.filters import Field
from core.types import Artwork
from index.columns.dictionary import Dictionary, DictionaryBuilder
from index.columns.leaves import ColumnParts
from index.columns.link_builder import LinkBuilder
from index.columns.postings import CodeColumn, Postings, build_postings, final_codes
from index.columns.years import Years, year_pair

_CODED = (Field.MEDIUM, Field.CLASSIFICATION, Field.COLLECTION, Field.IMAGE_RIGHTS)
_TERMS = (Field.SUBJECT, Field.MOVEMENT)
_MISSING = -1


class ColumnBuilder:
    """Collects the columns in memory: some 100 bytes an artwork, and each distinct value once."""

    def __init__(self) -> None:
        self._size = 0
        self._coded = {field: _CodedBuilder() for field in _CODED}
        self._terms = {field: _TermBuilder() for field in _TERMS}
        self._links = LinkBuilder()
        self._begins = array("i")
        self._ends = array("i")
        self._has_image = array("b")

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork."""
        for field in (Field.MEDIUM, Field.CLASSIFICATION, Field.COLLECTION):
            self._coded[field].add(getattr(artwork, field.value))
        rights = artwork.images[0].rights.status.value if artwork.images else None
        self._coded[Field.IMAGE_RIGHTS].add(rights)
        self._terms[Field.SUBJECT].add(self._size, artwork.subjects)
        self._terms[Field.MOVEMENT].add(self._size, artwork.movements)
        for link in artwork.contributions:
            self._links.add(self._size, link)
        begin, end = year_pair(artwork.begin, artwork.end)
        self._begins.append(begin)
        self._ends.append(end)
        self._has_image.append(bool(artwork.images))
        self._size += 1

    def build(self) -> ColumnParts:
        """Put the values in order."""
        links = self._links.build(self._size)
        coded = {field: builder.build() for field, builder in self._coded.items()}
        terms = {field: builder.build(self._size) for field, builder in self._terms.items()}
        fields = coded | terms
        return ColumnParts(
            size=self._size,
            dictionaries={field: dictionary for field, (dictionary, _) in fields.items()},
            columns={**{field: column for field, (_, column) in fields.items()}, **links.facets},
            links=links.links,
            years=Years(np.array(self._begins, np.int32), np.array(self._ends, np.int32)),
            has_image=np.array(self._has_image, np.bool_),
        )


class _CodedBuilder:
    """A field with at most one value."""

    def __init__(self) -> None:
        self._values = DictionaryBuilder()
        self._codes = array("i")

    def add(self, raw: str | None) -> None:
        code = self._values.add(raw)
        self._codes.append(_MISSING if code is None else code)

    def build(self) -> tuple[Dictionary, CodeColumn | Postings]:
        dictionary, final = self._values.build()
        return dictionary, CodeColumn(final_codes(self._codes, final), len(dictionary))


class _TermBuilder:
    """A field with any number of values."""

    def __init__(self) -> None:
        self._values = DictionaryBuilder()
        self._codes = array("i")
        self._numbers = array("i")

    def add(self, number: int, raws: Iterable[str]) -> None:
        for raw in raws:
            code = self._values.add(raw)
            if code is not None:
                self._codes.append(code)
                self._numbers.append(number)

    def build(self, size: int) -> tuple[Dictionary, CodeColumn | Postings]:
        dictionary, final = self._values.build()
        codes = final[np.array(self._codes, np.int64)]
        numbers = np.array(self._numbers, np.int32)
        return dictionary, build_postings(codes, numbers, len(dictionary), size)
