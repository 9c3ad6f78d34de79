"""What every leg of one search may look at."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from core.errors import ModelUnavailableError, NotFoundError
from core.ports import Snapshot
from core.queries import Candidates, Leg, Plan, Query
from core.types import EncoderCard, Json, Matrix, Numbers, Purpose, SpaceField
from search.encoders import Encoders
from search.inputs import Inputs, gather_inputs
from search.stages import StageLog

DEPTH = 1000  # candidates per leg

_Found = TypeVar("_Found")


class SkipLeg(Exception):  # noqa: N818 - not an error: a leg that has nothing to do, and why
    """A leg does not run; the text is the reason."""


class IncomparableSpace(SkipLeg):
    """A leg cannot run: what it would search was embedded by another encoder."""


@dataclass(frozen=True, slots=True)
class LegResult:
    """What one leg found, and how."""

    name: Leg
    candidates: Candidates
    plan: Plan


@dataclass(frozen=True, slots=True)
class Reference:
    """An artwork that hits should be like, or unlike where its weight is negative."""

    id: str
    number: int
    weight: float
    card: Json


@dataclass(frozen=True)
class LegContext:
    """What every leg may look at; made anew for each search."""

    query: Query
    snapshot: Snapshot
    encoders: Encoders
    log: StageLog
    away: Sequence[str] = ()  # texts of the query that were understood as negatives
    _known: dict[Hashable, Any] = field(default_factory=dict)

    @cached_property
    def inputs(self) -> Inputs:
        """All inputs of the query."""
        return gather_inputs(self.query, self.away)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Find the artworks that are referred to. Raises NotFoundError."""
        artworks = self.inputs.artworks
        numbers = [self._number_of(id) for id, _ in artworks]
        cards = self.snapshot.cards(np.array(numbers, np.int32)) if numbers else []
        found = zip(artworks, numbers, cards, strict=True)
        return tuple(Reference(id, number, weight, card) for (id, weight), number, card in found)

    @cached_property
    def left_out(self) -> Numbers:
        """Artworks that are no hits: those referred to, and their near-duplicates."""
        if self.query.include_self or not self.references:
            return np.empty(0, np.int32)
        numbers = np.array([r.number for r in self.references], np.int32)
        liked = [r.number for r in self.references if r.weight > 0]
        return np.unique(
            np.concatenate([numbers, *(self.snapshot.identities.copies_of(n) for n in liked)])
        )

    @property
    def depth(self) -> int:
        """How many candidates to ask for, so that enough stay when some are left out."""
        return DEPTH + len(self.left_out)

    def encoded_texts(self, field: SpaceField) -> Matrix:
        """Encode the texts of the query for a space, in their order; once for each encoder."""
        texts = [text for text, _ in self.inputs.texts]
        encoder = self.encoders.for_queries(field)

        def encode() -> Matrix:
            return encoder.encode_texts(texts, purpose=Purpose.QUERY)

        return self._encode("encode_text", encoder.card, len(texts), encode)

    def encoded_pictures(self) -> Matrix:
        """Encode the pictures of the query, in their order; once."""
        pictures = [picture for picture, _ in self.inputs.pictures]

        def encode() -> Matrix:
            # One by one: what stands beside a picture must not change its embedding.
            encoder = self.encoders.for_queries(SpaceField.PICTURE)
            return np.concatenate([encoder.encode_images([picture]) for picture in pictures])

        return self._encode("encode_picture", None, len(pictures), encode)

    def once(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Find something once in a search; a model that did not answer is not asked again."""
        if key not in self._known:
            try:
                self._known[key] = find()
            except ModelUnavailableError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, ModelUnavailableError):
            raise found
        value: _Found = found
        return value

    def _encode(
        self, name: str, card: EncoderCard | None, count: int, encode: Callable[[], Matrix]
    ) -> Matrix:
        def timed() -> Matrix:
            with self.log.stage(name, count) as stage:
                encoded = encode()
                stage.output_count = len(encoded)
            return encoded

        return self.once((name, card), timed)

    def _number_of(self, artwork_id: str) -> int:
        number = self.snapshot.number_of(artwork_id)
        if number is None:
            raise NotFoundError("artwork", artwork_id)
        return number
