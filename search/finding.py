"""The first half of a search: encode, wait for a place, resolve the filter, run the legs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from core.ports import Selection
from core.types import Numbers
from search.arrange import Ranking
from search.fusion import fuse
from search.leg_context import LegContext, LegResult
from search.leg_queries import asks
from search.legs import encode_ahead, run_legs

TakePlace: TypeAlias = Callable[[], None]
"""Waits until as few searches run as may run at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """What matches the filter, and what the legs found of it."""

    selection: Selection
    legs: list[LegResult]


def find(context: LegContext, take_place: TakePlace) -> Found:
    """Run the legs of a search.

    Raises:
        NotFoundError: a referenced artwork is not in the snapshot.
        ModelUnavailableError: no leg is left that could run.
    """
    if asks(context.query):
        encode_ahead(context)  # without a place: queries meet at a model, others search
    selection = select(context, take_place)
    return Found(selection, run_legs(context) if asks(context.query) else [])


def select(context: LegContext, take_place: TakePlace) -> Selection:
    """Resolve the filter of a search, in its place."""
    with context.log.stage("queue"):
        take_place()
    with context.log.stage("filter", len(context.snapshot)) as stage:
        selection = context.snapshot.columns.select(context.query.where)
        stage.output_count = selection.count
    return selection


def rank(context: LegContext, found: Found) -> Ranking:
    """Fuse the legs; without anything to search for, browse what matches in its stored order."""
    if not asks(context.query):
        return Ranking(found.selection.numbers, None)
    rankings: dict[str, Numbers] = {leg.name: leg.candidates.numbers for leg in found.legs}
    weights = {leg.name: leg.plan.weight for leg in found.legs}
    with context.log.stage("fusion", sum(map(len, rankings.values()))) as stage:
        ranking = Ranking(*fuse(rankings, weights, k=context.query.fusion_k))
        stage.output_count = len(ranking.numbers)
    return ranking
