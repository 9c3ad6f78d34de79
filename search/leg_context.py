"""What every leg of one search may look at."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.errors import ModelUnavailableError, NotFoundError
from core.ports import Encoder, Snapshot
from core.queries import Candidates, Leg, Plan, Query
from core.types import Json, Matrix, Numbers, Purpose
from search.encoders import Encoders
from search.inputs import Inputs, gather_inputs
from search.stages import StageLog

DEPTH = 1000  # candidates per leg


class SkipLeg(Exception):  # noqa: N818 - not an error: a leg that has nothing to do, and why
    """A leg does not run; the text is the reason."""


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
    _encoded: dict[str, Matrix] = field(default_factory=dict)
    _lost: dict[str, ModelUnavailableError] = field(default_factory=dict)

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

    def encoded_texts(self, encoder: Encoder) -> Matrix:
        """Encode the texts of the query, in their order; once for each encoder."""
        texts = [text for text, _ in self.inputs.texts]

        def encode() -> Matrix:
            return encoder.encode_texts(texts, purpose=Purpose.QUERY)

        return self._encode(f"text {encoder.card.name}", "encode_text", len(texts), encode)

    def encoded_pictures(self) -> Matrix:
        """Encode the pictures of the query, in their order; once."""
        pictures = [picture for picture, _ in self.inputs.pictures]

        def encode() -> Matrix:
            # One by one: what stands beside a picture must not change its embedding.
            encoder = self.encoders.picture
            return np.concatenate([encoder.encode_images([picture]) for picture in pictures])

        return self._encode("picture", "encode_picture", len(pictures), encode)

    def _encode(self, key: str, name: str, count: int, encode: Callable[[], Matrix]) -> Matrix:
        if key in self._lost:
            raise self._lost[key]
        if key not in self._encoded:
            with self.log.stage(name, count) as stage, self._noting_loss(key):
                self._encoded[key] = encode()
                stage.output_count = len(self._encoded[key])
        return self._encoded[key]

    @contextmanager
    def _noting_loss(self, key: str) -> Iterator[None]:
        """Remember that a model does not answer, so that a search waits for it once."""
        try:
            yield
        except ModelUnavailableError as error:
            self._lost[key] = error
            raise

    def _number_of(self, artwork_id: str) -> int:
        number = self.snapshot.number_of(artwork_id)
        if number is None:
            raise NotFoundError("artwork", artwork_id)
        return number
