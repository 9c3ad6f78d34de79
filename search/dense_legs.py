"""A search of one space by weighted inputs, and the legs by text and by picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.filters import Filter
from core.ports import VectorIndex
from core.queries import Candidates, InputKind, Leg, Plan, PlanInput
from core.spaces import say_missing
from core.types import Matrix, Modality, Numbers, SpaceField
from search.leg_context import NOTHING, IncomparableSpace, LegContext, SkipLeg
from search.origins import own_indexes
from search.query_vectors import Aim, WeightedVector, aim_of, direction, penalties, push_away


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a leg searches, and what it searches by."""

    index: VectorIndex
    towards: Sequence[WeightedVector]


def search_catalogue(context: LegContext) -> tuple[Candidates, Plan]:
    """Search the catalogue space by texts."""
    return _search(context, Leg.CATALOGUE)


def search_text_picture(context: LegContext) -> tuple[Candidates, Plan]:
    """Search the picture space by texts, where one encoder reads both."""
    return _search(context, Leg.TEXT_PICTURE)


def search_picture(context: LegContext) -> tuple[Candidates, Plan]:
    """Search the picture space by pictures."""
    return _search(context, Leg.PICTURE)


def prepare(context: LegContext, leg: Leg) -> Prepared:
    """Encode what a leg of `ENCODES` searches by; once for its inputs.

    Raises:
        SkipLeg: it has nothing to do.
        ModelUnavailableError: its encoder does not answer.
    """
    return context.once(leg, partial(_PREPARE[leg], context))


def _search(context: LegContext, leg: Leg) -> tuple[Candidates, Plan]:
    prepared = prepare(context, leg)
    return search_space(context, leg, prepared.index, towards=prepared.towards)


def _prepare_catalogue(context: LegContext) -> Prepared:
    check_positive([weight for _, weight in context.inputs.texts], "text")
    index = _comparable_index(context, SpaceField.CATALOGUE)
    return Prepared(index, text_inputs(context, index))


def _prepare_text_picture(context: LegContext) -> Prepared:
    check_positive([weight for _, weight in context.inputs.texts], "text")
    encoder = context.encoders.picture
    if Modality.TEXT not in encoder.card.modalities:
        raise SkipLeg(f"{encoder.card.name} does not read text")
    index = _comparable_index(context, SpaceField.PICTURE)
    return Prepared(index, text_inputs(context, index))


def _prepare_picture(context: LegContext) -> Prepared:
    check_positive([weight for _, weight in context.inputs.pictures], "picture")
    index = _comparable_index(context, SpaceField.PICTURE)
    return Prepared(index, picture_inputs(context, index))


_PREPARE: Mapping[Leg, Callable[[LegContext], Prepared]] = {
    Leg.CATALOGUE: _prepare_catalogue,
    Leg.TEXT_PICTURE: _prepare_text_picture,
    Leg.PICTURE: _prepare_picture,
}


def search_space(
    context: LegContext,
    leg: Leg,
    index: VectorIndex,
    *,
    towards: Sequence[WeightedVector],
    where: Filter | None = None,
) -> tuple[Candidates, Plan]:
    """Search a space towards the positive ones of some inputs, away from all negative ones.

    A negative input of any kind counts in every leg: by its vector where the space has one for
    it, and by its words.
    """
    aim = aim_of([*(v for v in towards if v.input.weight > 0), *_away(context, index)])
    where, depth, recall = where or context.query.where, context.depth, context.query.recall
    if context.is_dry:
        return NOTHING, replace(index.explain(where, depth, recall=recall), leg=leg)
    found, plan = index.search(aim.towards, where, depth, recall=recall)
    if aim.pushes:
        likeness = _likeness(index, found.numbers, aim.away)
        shares = _shares(context, aim, found.numbers)
        found = push_away(found, penalties(found.scores, likeness, shares, aim.pushes))
    return found, replace(plan, leg=leg, inputs=aim.inputs)


def _away(context: LegContext, index: VectorIndex) -> list[WeightedVector]:
    if not context.inputs.has_negatives:
        return []
    every = (text_inputs, picture_inputs, artwork_inputs)
    return [v for vectors in every for v in vectors(context, index) if v.input.weight < 0]


def check_positive(weights: Sequence[float], what: str) -> None:
    """Skip a leg that has nothing to look for."""
    if not weights:
        raise SkipLeg(f"no {what} was {_VERBS[what]}")
    if max(weights) < 0:
        raise SkipLeg(f"each {what} is to be kept away from, and none to be looked for")


_VERBS = {"text": "given", "picture": "given", "artwork": "referred to"}


def text_inputs(context: LegContext, index: VectorIndex) -> list[WeightedVector]:
    """Take the texts of a query into a space; as vectors of zeros where it is not for texts."""
    texts = context.inputs.texts
    if not texts:
        return []
    field = index.space.field
    reads_text = Modality.TEXT in context.encoders.of(field).card.modalities
    reads = reads_text and _is_comparable(context, index)
    vectors = context.encoded_texts(field) if reads else _nothing(len(texts), index)
    return _weighted(InputKind.TEXT, texts, vectors)


def picture_inputs(context: LegContext, index: VectorIndex) -> list[WeightedVector]:
    """Take the pictures of a query into a space; none where it is not for pictures."""
    pictures = context.inputs.pictures
    if not pictures or index.space.field is not SpaceField.PICTURE:
        return []
    if not _is_comparable(context, index):
        return []
    named = [(None, weight) for _, weight in pictures]
    return _weighted(InputKind.IMAGE, named, context.encoded_pictures())


def artwork_inputs(context: LegContext, index: VectorIndex) -> list[WeightedVector]:
    """Take the artworks of a query into a space by their stored embeddings; nothing is encoded."""
    found = []
    for reference in context.references:
        stored = index.vectors_of(reference.number)
        if len(stored):
            input = PlanInput(InputKind.ARTWORK, reference.id, reference.weight)
            found.append(WeightedVector(input, direction(stored)))
    return found


def space_of(context: LegContext, field: SpaceField) -> VectorIndex:
    """Find the index of a field, whatever encoder it was made with."""
    own = own_indexes(context.snapshot)
    index = next((i for i in own if i.space.field is field), None)
    if index is None:
        raise SkipLeg(f"the snapshot has no embeddings of the {field}")
    return index


def _comparable_index(context: LegContext, field: SpaceField) -> VectorIndex:
    """Find the index whose embeddings are comparable with the configured encoder's."""
    space = context.encoders.space(field)
    index = context.snapshot.spaces.get(space.key)
    if index is None:
        present = [other.space for other in own_indexes(context.snapshot)]
        is_there = any(other.field is field for other in present)
        raise (IncomparableSpace if is_there else SkipLeg)(say_missing(space, present))
    return index


def _is_comparable(context: LegContext, index: VectorIndex) -> bool:
    return context.encoders.space(index.space.field).key == index.space.key


def _weighted(
    kind: InputKind, inputs: Sequence[tuple[str | None, float]], vectors: Matrix
) -> list[WeightedVector]:
    return [
        WeightedVector(PlanInput(kind, value, weight), vectors[place : place + 1])
        for place, (value, weight) in enumerate(inputs)
    ]


def _nothing(count: int, index: VectorIndex) -> Matrix:
    return np.zeros((count, index.space.encoder.dim), np.float32)


def _likeness(index: VectorIndex, numbers: Numbers, away: Matrix) -> NDArray[np.float32]:
    """Score candidates against each negative: (negatives, candidates)."""
    likeness: NDArray[np.float32] = away @ index.directions_of(numbers).T
    return likeness


def _shares(context: LegContext, aim: Aim, numbers: Numbers) -> NDArray[np.float32]:
    """Tell how much candidates have of each negative's words; a picture has none."""
    negatives = [input for input in aim.inputs if input.weight < 0]
    shares = np.zeros((len(negatives), len(numbers)), np.float32)
    for place, input in enumerate(negatives):
        if input.kind is InputKind.TEXT and input.value is not None:
            shares[place] = context.snapshot.lexical.share(input.value)[numbers]
    return shares
