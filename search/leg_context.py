"""What every leg of one search may look at."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from core.errors import ModelUnavailableError, NotFoundError
from core.ports import Snapshot
from core.queries import DEPTH, Candidates, Leg, LegQuery, Plan, Query, WeightedTexts
from core.types import EncoderCard, Json, Matrix, Numbers, Purpose, SpaceField
from search.encoders import Encoders
from search.inputs import Inputs, gather_inputs
from search.leg_queries import place_of, query_of
from search.stages import StageLog

ENCODES: Mapping[Leg, SpaceField] = {
    Leg.CATALOGUE: SpaceField.CATALOGUE,
    Leg.TEXT_PICTURE: SpaceField.PICTURE,
    Leg.PICTURE: SpaceField.PICTURE,
}
"""The legs that encode what was asked, and the spaces that they search."""

_Found = TypeVar("_Found")


class SkipLeg(Exception):  # noqa: N818 - not an error: a leg that has nothing to do, and why
    """A leg does not run; the text is the reason."""


class IncomparableSpace(SkipLeg):
    """A leg cannot run: what it would search was embedded by another encoder."""


@dataclass(frozen=True, slots=True)
class LegResult:
    """What one leg found, and how."""

    name: str
    leg: Leg
    candidates: Candidates
    plan: Plan


@dataclass(frozen=True, slots=True)
class Reference:
    """An artwork that hits should be like, or unlike where its weight is negative."""

    id: str
    number: int
    weight: float
    card: Json


@dataclass(frozen=True, slots=True)
class AskedLeg:
    """A leg that a search runs, under its name, and what it may look at."""

    name: str
    leg: Leg
    context: "LegContext"


@dataclass(frozen=True)
class LegContext:
    """What every leg may look at; made anew for each search, and within it for a leg of its own."""

    query: Query
    snapshot: Snapshot
    encoders: Encoders
    log: StageLog
    away: Sequence[str] = ()  # texts of the query that were understood as negatives
    is_dry: bool = False  # whether legs only say what they would do: nothing encoded or searched
    wanted: int = DEPTH  # candidates of a leg
    encoded: dict[Hashable, Matrix] = field(default_factory=dict)  # of the whole search
    _search: "LegContext | None" = None  # that of the whole search; None: this is it
    _place: str = ""  # of the leg in the query
    _known: dict[Hashable, Any] = field(default_factory=dict)

    @cached_property
    def inputs(self) -> Inputs:
        """All inputs of the query."""
        return gather_inputs(self.query, self.away)

    @cached_property
    def legs(self) -> tuple[AskedLeg, ...]:
        """The legs to run: those that the query names, else all, in their order."""
        if not self.query.legs:
            return tuple(AskedLeg(leg.value, leg, self) for leg in Leg if leg is not Leg.EXACT)
        return tuple(
            AskedLeg(leg.name or leg.leg.value, leg.leg, self._of(leg, f"legs[{place}]."))
            for place, leg in enumerate(self.query.legs)
        )

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
        """Artworks that are no hits of any leg: those referred to, and their near-duplicates."""
        if self._search:
            return self._search.left_out
        contexts = (self, *(asked.context for asked in self.legs if self.query.legs))
        references = [r for context in contexts for r in context.references]
        if self.query.include_self or not references:
            return np.empty(0, np.int32)
        numbers = np.array([r.number for r in references], np.int32)
        liked = [r.number for r in references if r.weight > 0]
        return np.unique(
            np.concatenate([numbers, *(self.snapshot.identities.copies_of(n) for n in liked)])
        )

    @property
    def depth(self) -> int:
        """How many candidates to ask for, so that enough stay when some are left out."""
        return self.wanted + len(self.left_out)

    def encoded_texts(self, field: SpaceField) -> Matrix:
        """Encode the texts of the query for a space, in their order.

        The texts of all legs are encoded together, each once for an encoder.
        """
        encoder = self.encoders.for_queries(field)
        card, texts = encoder.card, [text for text, _ in self.inputs.texts]
        if any((card, text) not in self.encoded for text in texts):
            new = [text for text in self._texts_for(field) if (card, text) not in self.encoded]

            def encode() -> Matrix:
                return encoder.encode_texts(new, purpose=Purpose.QUERY)

            vectors = self._encode("encode_text", card, new, encode)
            self.encoded.update({(card, t): vectors[i : i + 1] for i, t in enumerate(new)})
        nothing = np.empty((0, card.dim), np.float32)
        return np.concatenate([nothing, *(self.encoded[card, text] for text in texts)])

    def encoded_pictures(self) -> Matrix:
        """Encode the pictures of the query, in their order; each once in a search."""
        encoder = self.encoders.for_queries(SpaceField.PICTURE)
        pictures = {id(picture): picture for picture, _ in self.inputs.pictures}
        new = [key for key in pictures if key not in self.encoded]

        def encode() -> Matrix:
            # One by one: what stands beside a picture must not change its embedding.
            return np.concatenate([encoder.encode_images([pictures[key]]) for key in new])

        if new:
            vectors = self._encode("encode_picture", encoder.card, new, encode)
            self.encoded.update({key: vectors[i : i + 1] for i, key in enumerate(new)})
        return np.concatenate([self.encoded[id(picture)] for picture, _ in self.inputs.pictures])

    def search_words(self, texts: WeightedTexts) -> tuple[Candidates, Plan]:
        """Search the catalogue texts under the filter."""
        lexical, where = self.snapshot.lexical, self.query.where
        if self.is_dry:
            return NOTHING, lexical.explain(texts, where)
        return lexical.search(texts, where, self.depth)

    def once(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Find something once; a model that did not answer is not asked again."""
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

    def _of(self, leg: LegQuery, place: str) -> "LegContext":
        return LegContext(
            query_of(self.query, leg),
            self.snapshot,
            self.encoders,
            self.log,
            away=self.away,
            is_dry=self.is_dry,
            wanted=leg.depth,
            encoded=self.encoded,
            _search=self,
            _place=place,
        )

    def _texts_for(self, field: SpaceField) -> Sequence[str]:
        """List the texts that any leg takes into a space, first those of the first leg."""
        legs = (self._search or self).legs
        contexts = (*(a.context for a in legs if ENCODES.get(a.leg) is field), self)
        return list(dict.fromkeys(text for c in contexts for text, _ in c.inputs.texts))

    def _encode(
        self, name: str, card: EncoderCard, new: Sequence[Hashable], encode: Callable[[], Matrix]
    ) -> Matrix:
        def timed() -> Matrix:
            with self.log.stage(name, len(new)) as stage:
                zeros = np.zeros((len(new), card.dim), np.float32)
                encoded = zeros if self.is_dry else encode()
                stage.output_count = len(encoded)
            return encoded

        return (self._search or self).once((name, card, *new), timed)

    def _number_of(self, artwork_id: str) -> int:
        number = self.snapshot.number_of(artwork_id)
        if number is None:
            field = self._place + place_of(self.query, artwork_id)
            raise NotFoundError("artwork", artwork_id, field=field)
        return number


NOTHING = Candidates(np.empty(0, np.int32), np.empty(0, np.float32))
"""What a leg finds that did not search."""
