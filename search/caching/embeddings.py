"""Embeddings of queries, kept: the pages of a search go towards the very same vector."""

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.cache import CacheKey, CacheKind
from core.ports import Cache, Encoder
from core.spaces import encoder_key
from core.types import EncoderCard, Matrix, Pixels, Purpose
from search.caching.flights import Flight, Flights

_DIM_BYTES = 4  # how long the vector is, little-endian, before its fp32 values
_Row: TypeAlias = NDArray[np.float32]
_Asked: TypeAlias = Mapping[str, CacheKey]  # by what the encoder is asked for


class CachedEncoder:
    """Encodes queries, each once while it is kept; documents go by. Safe among threads."""

    def __init__(self, encoder: Encoder, cache: Cache) -> None:
        self._encoder = encoder
        self._cache = cache
        self._flights: Flights[_Row] = Flights()

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""
        return self._encoder.card

    @property
    def inner(self) -> Encoder:
        """Encoder that is asked for what is not kept."""
        return self._encoder

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts, those of queries in Unicode's form NFC and from memory where they are."""
        if purpose is not Purpose.QUERY or not texts:
            return self._encoder.encode_texts(texts, purpose=purpose)
        composed = [unicodedata.normalize("NFC", text) for text in texts]
        keys = {text: self._key("text", text) for text in composed}
        rows = self._rows(keys, lambda some: self._encoder.encode_texts(some, purpose=purpose))
        return np.stack([rows[text] for text in composed])

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures: one alone is a query's, several go as they are."""
        if len(images) != 1:
            return self._encoder.encode_images(images)
        key = self._key("picture", _digest(images[0]))
        rows = self._rows({"": key}, lambda _: self._encoder.encode_images(images))
        return rows[""][None].copy()

    def memory_bytes(self) -> int:
        """Bytes that the loaded model takes, about."""
        return self._encoder.memory_bytes()

    def _key(self, name: str, value: str) -> CacheKey:
        parts = (("encoder", encoder_key(self.card)), ("purpose", Purpose.QUERY.value))
        return CacheKey(CacheKind.EMBEDDING, (*parts, (name, value)))

    def _rows(self, keys: _Asked, encode: Callable[[list[str]], Matrix]) -> dict[str, _Row]:
        flights = {asked: self._flights.board(key.digest) for asked, key in keys.items()}
        mine = {asked: keys[asked] for asked, flight in flights.items() if flight.is_mine}
        rows: dict[str, _Row] = {}
        try:
            rows |= self._look_or_encode(mine, encode)
        finally:
            for asked in mine:
                self._flights.land(flights[asked], rows.get(asked))
        return rows | self._awaited(keys, flights, encode)

    def _look_or_encode(
        self, keys: _Asked, encode: Callable[[list[str]], Matrix]
    ) -> dict[str, _Row]:
        kept = {asked: self._read(key) for asked, key in keys.items()}
        rows = {asked: row for asked, row in kept.items() if row is not None}
        missing = [asked for asked in keys if asked not in rows]
        found = encode(missing) if missing else ()
        for asked, row in zip(missing, found, strict=True):
            rows[asked] = row.copy()  # of its own: a view would hold the whole batch
            self._cache.put(keys[asked], _to_bytes(row))
        return rows

    def _awaited(
        self,
        keys: _Asked,
        flights: Mapping[str, Flight[_Row]],
        encode: Callable[[list[str]], Matrix],
    ) -> dict[str, _Row]:
        others = {asked: flight for asked, flight in flights.items() if not flight.is_mine}
        rows = {
            asked: row for asked, flight in others.items() if (row := flight.wait()) is not None
        }
        # What failed for another query, maybe by its company, is tried for this one itself.
        left = {asked: keys[asked] for asked in others if asked not in rows}
        return rows | (self._rows(left, encode) if left else {})

    def _read(self, key: CacheKey) -> _Row | None:
        kept = self._cache.get(key)
        return _from_bytes(kept.value, self.card.dim) if kept else None


def _digest(picture: Pixels) -> str:
    pixels = hashlib.sha256(np.ascontiguousarray(picture).data).hexdigest()
    return f"{picture.shape}:{pixels}"


def _to_bytes(row: _Row) -> bytes:
    return len(row).to_bytes(_DIM_BYTES, "little") + row.astype("<f4").tobytes()


def _from_bytes(value: bytes, dim: int) -> _Row | None:
    """Read an embedding; None where it is none of this length."""
    if len(value) != _DIM_BYTES * (1 + dim) or int.from_bytes(value[:_DIM_BYTES], "little") != dim:
        return None
    return np.frombuffer(value, "<f4", offset=_DIM_BYTES).astype(np.float32)
