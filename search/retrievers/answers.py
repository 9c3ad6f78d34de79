"""Answers as bytes: made to JSON once, kept, and sent in an envelope of each execution's own."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from pydantic_core import to_json

from core.queries import SearchPage
from core.types import Json

_LENGTH = struct.Struct("<I")


class HitPlace(NamedTuple):
    """Where a hit stood, without its card."""

    artwork: str  # id
    rank: int
    score: float | None
    rerank_score: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a retriever answered: its hits in short, and the whole as a JSON object."""

    hits: bytes  # JSON list of the fields of each `HitPlace`
    body: bytes | memoryview  # JSON object, without what belongs to one execution alone

    def to_bytes(self) -> bytes:
        """Write it for a cache."""
        return b"".join((_LENGTH.pack(len(self.hits)), self.hits, self.body))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        (length,) = _LENGTH.unpack_from(data)
        begin = _LENGTH.size
        return cls(data[begin : begin + length], memoryview(data)[begin + length :])

    def sent(self, envelope: Json) -> bytes:
        """Write the answer to one execution: the envelope's fields, then the body's."""
        return b"".join((dump(envelope)[:-1], b",", memoryview(self.body)[1:]))


def dump(value: object) -> bytes:
    """Write JSON as short as it can be, in UTF-8; a number that is none is null."""
    return to_json(value, inf_nan_mode="null")


def places_of(page: SearchPage) -> tuple[HitPlace, ...]:
    """Tell where the hits of a page stand."""
    return tuple(
        HitPlace(hit.artwork["id"], hit.rank, hit.score, hit.rerank_score) for hit in page.hits
    )


def dump_places(places: Sequence[HitPlace]) -> bytes:
    """Write the places of hits."""
    return dump([tuple(place) for place in places])  # a fourth of the time that theirs takes


def parse_places(data: Iterable[Sequence[Any]]) -> tuple[HitPlace, ...]:
    """Read the places of hits from parsed JSON."""
    return tuple(HitPlace(*place) for place in data)
