"""What a search would do, told by the very code that searches, without searching."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.queries import Leg, Plan, Query, Recall, Strategy
from search.arrangement import has_prior, names_works
from search.finding import Found, find
from search.inputs import gather_inputs
from search.judged import find_judge
from search.leg_context import AskedLeg, LegContext
from search.leg_queries import as_one, asks
from search.legs import leg_weight


@dataclass(frozen=True, slots=True)
class LegEstimate:
    """How a leg would be searched; one that is skipped has but its names and the reason."""

    name: str
    leg: Leg
    space: str | None = None
    strategy: Strategy | None = None
    recall: Recall | None = None
    rows_matching: int | None = None
    rows_scored_estimate: int | None = None
    estimate_ms: float | None = None  # of the way that is taken; None: it was not measured
    estimates_ms: Mapping[str, float] | None = None  # of each way that is open
    skipped: str | None = None
    weight: float | None = None  # None: it depends on what the leg finds


@dataclass(frozen=True, slots=True)
class Explained:
    """What a search would do."""

    snapshot: str
    total: int  # artworks that match the filter
    legs: tuple[LegEstimate, ...]
    stages: tuple[str, ...]  # in order; what depends on the hits ("wholes") is not foreseen
    estimate_ms: float | None  # of the legs whose time is known, together


def explain_search(context: LegContext, query: Query) -> Explained:
    """Tell what a search would do, from a context that is dry.

    Words are read and filters resolved, since a plan depends on both. Encoders may be loaded, for
    only their cards tell which space is theirs; none is called.
    """
    assert context.is_dry  # noqa: S101 - else it would search
    found = find(context, lambda: None)
    skipped = {r.name: r.skipped or r.degraded for r in context.log.reports}
    plans = {leg.name: leg.plan for leg in found.legs}
    asked = context.legs if asks(query) else ()
    legs = tuple(_estimate(leg, plans.get(leg.name), skipped.get(leg.name)) for leg in asked)
    known = [leg.estimate_ms for leg in legs if leg.estimate_ms is not None]
    return Explained(
        snapshot=context.snapshot.id,
        total=found.selection.count,
        legs=legs,
        stages=(*(r.name for r in context.log.reports), *_later(context, found, query)),
        estimate_ms=round(sum(known), 3) if known else None,
    )


def _estimate(asked: AskedLeg, plan: Plan | None, skipped: str | None) -> LegEstimate:
    query = asked.context.query
    # BM25 weighs by how many of the query's words its best hits have.
    is_known = asked.leg is not Leg.LEXICAL or Leg.LEXICAL in query.weights
    weight = leg_weight(query, asked.leg) if is_known else None
    if plan is None:
        return LegEstimate(asked.name, asked.leg, skipped=skipped, weight=weight)
    return LegEstimate(
        name=asked.name,
        leg=asked.leg,
        space=plan.space,
        strategy=plan.strategy,
        recall=plan.recall,
        rows_matching=plan.rows_matching,
        rows_scored_estimate=plan.rows_scored,
        estimate_ms=min(plan.estimates_ms.values(), default=None),  # the planner takes the least
        estimates_ms=plan.estimates_ms,
        weight=weight,
    )


def _later(context: LegContext, found: Found, query: Query) -> Iterator[str]:
    """Name what follows the legs."""
    one = as_one(query)
    reads = context.encoders.languages is not None and gather_inputs(one).wanted_text
    steps = {
        "fusion": asks(query),
        "match": find_judge(context, found.legs, found.selection) is not None,
        "language": bool(reads),
        "prior": has_prior(one),
        Leg.EXACT.value: names_works(one),
        "rerank": query.rerank is not None,
        "collapse": query.collapse,
        "group": query.group_by is not None,
        "diversity": query.diversity > 0,
        "limit": query.most is not None,
        "cards": True,
        "facets": bool(query.facets),
    }
    return (name for name, is_run in steps.items() if is_run)
