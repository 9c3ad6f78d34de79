"""Legs: the searches inside one request, each giving one list of candidates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.errors import NotFoundError
from core.ports import Encoder, Snapshot, VectorIndex
from core.queries import Candidates, Leg, Plan, Query
from core.types import Matrix, Modality, Purpose, SpaceField
from search.encoders import Encoders
from search.stages import StageLog

DEPTH = 1000  # candidates per leg, the most that an index is asked for


class SkipLeg(Exception):  # noqa: N818 - not an error: a leg that has nothing to do, and why
    """A leg does not run; the text is the reason."""


@dataclass(frozen=True, slots=True)
class LegResult:
    """What one leg found, and how."""

    name: Leg
    candidates: Candidates
    plan: Plan


@dataclass(frozen=True, slots=True)
class LegContext:
    """What every leg may look at."""

    query: Query
    snapshot: Snapshot
    encoders: Encoders
    log: StageLog


def run_legs(context: LegContext) -> list[LegResult]:
    """Run each leg that has an input; report each that has none, with the reason."""
    results = []
    for name, run in LEGS.items():
        with context.log.stage(name) as stage:
            try:
                if context.query.weights.get(name, 1.0) == 0:
                    raise SkipLeg("its weight is 0")
                candidates, plan = run(context)
                stage.output_count = len(candidates.numbers)
                results.append(LegResult(name, candidates, plan))
            except SkipLeg as reason:
                stage.skipped = str(reason)
    return results


def _search_catalogue(context: LegContext) -> tuple[Candidates, Plan]:
    text = _text(context)
    index = _space_index(context, SpaceField.CATALOGUE)
    return _search(
        context, Leg.CATALOGUE, index, _encode_text(context, context.encoders.text, text)
    )


def _search_text_picture(context: LegContext) -> tuple[Candidates, Plan]:
    text = _text(context)
    encoder = context.encoders.picture
    if Modality.TEXT not in encoder.card.modalities:
        raise SkipLeg(f"{encoder.card.name} does not read text")
    index = _space_index(context, SpaceField.PICTURE)
    return _search(context, Leg.TEXT_PICTURE, index, _encode_text(context, encoder, text))


def _search_lexical(context: LegContext) -> tuple[Candidates, Plan]:
    return context.snapshot.lexical.search(_text(context), context.query.where, DEPTH)


def _search_picture(context: LegContext) -> tuple[Candidates, Plan]:
    picture = context.query.picture
    if picture is None:
        raise SkipLeg("no picture was given")
    index = _space_index(context, SpaceField.PICTURE)
    with context.log.stage("encode_picture", 1) as stage:
        vector = context.encoders.picture.encode_images([picture])
        stage.output_count = len(vector)
    return _search(context, Leg.PICTURE, index, vector)


def _search_like_catalogue(context: LegContext) -> tuple[Candidates, Plan]:
    return _search_like(context, Leg.LIKE_CATALOGUE, SpaceField.CATALOGUE)


def _search_like_picture(context: LegContext) -> tuple[Candidates, Plan]:
    return _search_like(context, Leg.LIKE_PICTURE, SpaceField.PICTURE)


LEGS: dict[Leg, Callable[[LegContext], tuple[Candidates, Plan]]] = {
    Leg.CATALOGUE: _search_catalogue,
    Leg.TEXT_PICTURE: _search_text_picture,
    Leg.LEXICAL: _search_lexical,
    Leg.PICTURE: _search_picture,
    Leg.LIKE_CATALOGUE: _search_like_catalogue,
    Leg.LIKE_PICTURE: _search_like_picture,
}


def _text(context: LegContext) -> str:
    if context.query.text is None:
        raise SkipLeg("no text was given")
    return context.query.text


def _encode_text(context: LegContext, encoder: Encoder, text: str) -> Matrix:
    with context.log.stage("encode_text", 1) as stage:
        vector = encoder.encode_texts([text], purpose=Purpose.QUERY)
        stage.output_count = len(vector)
    return vector


def _space_index(context: LegContext, field: SpaceField) -> VectorIndex:
    """Find the index whose embeddings are comparable with the configured encoder's."""
    space = context.encoders.space(field)
    index = context.snapshot.spaces.get(space.key)
    if index is None:
        raise SkipLeg(f"the snapshot has no embeddings of {space.name}; run `vasari index build`")
    return index


def _search(
    context: LegContext, leg: Leg, index: VectorIndex, vector: Matrix, *, spare: int = 0
) -> tuple[Candidates, Plan]:
    query = context.query
    candidates, plan = index.search(vector, query.where, DEPTH + spare, recall=query.recall)
    return candidates, replace(plan, leg=leg)


def _search_like(context: LegContext, leg: Leg, field: SpaceField) -> tuple[Candidates, Plan]:
    """Search with the stored embeddings of the referenced artworks; nothing is encoded."""
    if not context.query.like:
        raise SkipLeg("no artwork was referred to")
    numbers = [_number_of(context.snapshot, id) for id in context.query.like]
    index = next((i for i in context.snapshot.spaces.values() if i.space.field is field), None)
    if index is None:
        raise SkipLeg(f"the snapshot has no embeddings of the {field}")
    stored = np.concatenate([index.vectors_of(number) for number in numbers])
    if not len(stored):
        raise SkipLeg(f"the artwork has no embedding of its {field}")
    spare = 0 if context.query.include_self else len(numbers)
    candidates, plan = _search(context, leg, index, _mean_direction(stored), spare=spare)
    return _without(candidates, [] if context.query.include_self else numbers), plan


def _number_of(snapshot: Snapshot, artwork_id: str) -> int:
    number = snapshot.number_of(artwork_id)
    if number is None:
        raise NotFoundError("artwork", artwork_id)
    return number


def _mean_direction(vectors: Matrix) -> Matrix:
    mean = vectors.mean(axis=0, keepdims=True, dtype=np.float64)
    length = np.linalg.norm(mean)
    # Opposite vectors cancel out; the first one is then as good an answer as any.
    return (mean / length if length > 1e-6 else vectors[:1]).astype(np.float32)


def _without(candidates: Candidates, numbers: Sequence[int]) -> Candidates:
    keep = ~np.isin(candidates.numbers, numbers)
    return Candidates(candidates.numbers[keep][:DEPTH], candidates.scores[keep][:DEPTH])
