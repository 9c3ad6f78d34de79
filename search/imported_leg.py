"""More like this by vectors that others have published; each import is a space of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.ports import VectorIndex
from core.queries import Aspect, Candidates, Leg, Plan
from core.types import SpaceField
from search.dense_legs import artwork_inputs, check_positive, search_space
from search.fusion import fuse
from search.leg_context import LegContext, SkipLeg
from search.origins import import_of, imported_indexes

_ASPECTS: Mapping[SpaceField, Aspect] = {
    SpaceField.CATALOGUE: Aspect.SUBJECT,
    SpaceField.PICTURE: Aspect.LOOKS,
}


def search_like_imported(context: LegContext) -> tuple[Candidates, Plan]:
    """Search each imported space by the vectors that it has of the referenced artworks.

    Several spaces give one list: their ranks are fused, since their scores cannot be compared.
    """
    indexes = imported_indexes(context.snapshot)
    if not indexes:
        raise SkipLeg("no vectors were imported")
    if not context.references:
        raise SkipLeg(_cannot_encode(context, indexes))
    check_positive([r.weight for r in context.references], "artwork")
    asked = [i for i in indexes if _ASPECTS[i.space.field] in context.query.aspects]
    if not asked:
        raise SkipLeg("likeness in what the imported vectors tell was not asked for")
    found = [result for index in asked if (result := _search(context, index))]
    if not found:
        raise SkipLeg("the artwork has no imported vector")
    return found[0] if len(found) == 1 else _fused(found)


def _search(context: LegContext, index: VectorIndex) -> tuple[Candidates, Plan] | None:
    towards = artwork_inputs(context, index)
    if not any(vector.input.weight > 0 for vector in towards):
        return None
    return search_space(context, Leg.LIKE_IMPORTED, index, towards=towards)


def _fused(found: Sequence[tuple[Candidates, Plan]]) -> tuple[Candidates, Plan]:
    lists = {str(place): candidates.numbers for place, (candidates, _) in enumerate(found)}
    numbers, scores = fuse(lists, dict.fromkeys(lists, 1.0))
    plans = [plan for _, plan in found]
    plan = replace(
        plans[0],
        space=", ".join(str(plan.space) for plan in plans),
        rows_matching=sum(plan.rows_matching for plan in plans),
        rows_scored=sum(plan.rows_scored for plan in plans),
    )
    return Candidates(numbers, scores.astype(np.float32)), plan


def _cannot_encode(context: LegContext, indexes: Sequence[VectorIndex]) -> str:
    named = ", ".join(f"{import_of(context.snapshot, i)} ({i.space.name})" for i in indexes)
    return f"no artwork was referred to, and nothing here encodes queries for {named}"
