"""Legs: the searches inside one request, each giving one list of candidates."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np

from core.errors import ModelUnavailableError
from core.queries import Candidates, InputKind, Leg, Plan, PlanInput, Query, WeightedTexts
from core.types import Numbers
from search.dense_legs import (
    check_positive,
    prepare,
    search_catalogue,
    search_picture,
    search_text_picture,
)
from search.encoders import QueryWay
from search.imported_leg import search_like_imported
from search.leg_context import (
    ENCODES,
    AskedLeg,
    IncomparableSpace,
    LegContext,
    LegResult,
    SkipLeg,
)
from search.like_legs import (
    search_like_artist,
    search_like_catalogue,
    search_like_period,
    search_like_picture,
    search_like_subject,
)

LEG_WEIGHTS: Mapping[Leg, float] = {
    # They give what other legs found once more. At a quarter they tipped the balance among works of
    # one subject for eight works of Tate's; nothing judged says what likeness people mean.
    Leg.LIKE_ARTIST: 0.25,
    Leg.LIKE_PERIOD: 0.25,
}

# The lexical leg weighs three times the share of the query's words that its best hits have, unless
# the request says what it weighs: it is to be trusted where the catalogue speaks of what was asked
# for. The part `choices` of `vasari bench quality` holds it against constant weights, with subjects
# indexed and without any. Four words are enough: nobody's catalogue has all words of a long query,
# whose description it finds all the same (known items 0.72 instead of 0.57 when it was chosen).
_EVIDENCE = 3.0
_ENOUGH = 4  # words
_BEST = 10

MODEL_LOST = "its encoder does not answer; this was found without it"
NOTHING_LEFT = "the encoder that this search needs does not answer now; try again later"

_log = logging.getLogger(__name__)


def leg_weight(query: Query, leg: Leg) -> float:
    """Weigh a leg in the fusion: as the query says, else by its default, else 1."""
    return query.weights.get(leg, LEG_WEIGHTS.get(leg, 1.0))


def encode_ahead(context: LegContext) -> None:
    """Encode what the legs will search by, where an encoder needs no place for it.

    Whatever goes wrong here, the leg itself reports.
    """
    for asked in context.legs:
        field = ENCODES.get(asked.leg)
        needs_place = field is None or context.encoders.way(field) is QueryWay.INSIDE
        if not needs_place and leg_weight(asked.context.query, asked.leg) != 0:
            with suppress(SkipLeg, ModelUnavailableError):
                prepare(asked.context, asked.leg)


def run_legs(context: LegContext) -> list[LegResult]:
    """Run each leg of a search that has an input; report each that has none, with the reason.

    A leg whose model is not available is left out too; the report says so.

    Raises:
        NotFoundError: a referenced artwork is not in the snapshot.
        ModelUnavailableError: no leg is left that could run.
    """
    results: list[LegResult] = []
    lost: ModelUnavailableError | None = None
    _ = context.left_out  # an artwork that is not there ends the search before a leg begins
    for asked in context.legs:
        with context.log.stage(asked.name) as stage:
            try:
                result = _run(asked)
                stage.output_count = len(result.candidates.numbers)
                results.append(result)
            except SkipLeg as reason:
                stage.skipped = str(reason)
                if isinstance(reason, IncomparableSpace):  # not what was set, so it is told aloud
                    stage.degraded = str(reason)
            except ModelUnavailableError as error:
                _log.warning("the leg %s is left out: %s", asked.name, error)
                stage.degraded, lost = MODEL_LOST, error
    if lost and not results:
        raise ModelUnavailableError(NOTHING_LEFT) from lost
    return results


def _run(asked: AskedLeg) -> LegResult:
    context = asked.context
    weight = leg_weight(context.query, asked.leg)
    if weight == 0:
        raise SkipLeg("its weight is 0")
    found, plan = LEGS[asked.leg](context)
    candidates = without(found, context.left_out, context.wanted)
    plan = replace(plan, leg=asked.name, weight=weight * plan.weight)
    return LegResult(asked.name, asked.leg, candidates, plan)


def without(candidates: Candidates, numbers: Numbers, depth: int) -> Candidates:
    """Leave artworks out of the candidates, of which the best so many stay."""
    if not len(numbers):
        return candidates
    keep = ~np.isin(candidates.numbers, numbers)
    return Candidates(candidates.numbers[keep][:depth], candidates.scores[keep][:depth])


def _search_lexical(context: LegContext) -> tuple[Candidates, Plan]:
    texts = context.inputs.texts
    check_positive([weight for _, weight in texts], "text")
    found, plan = context.search_words(texts)
    inputs = tuple(PlanInput(InputKind.TEXT, text, weight) for text, weight in texts)
    is_set = Leg.LEXICAL in context.query.weights
    weight = 1.0 if is_set else _EVIDENCE * _coverage(context, found, texts)
    return found, replace(plan, inputs=inputs, weight=weight)


def _coverage(context: LegContext, found: Candidates, texts: WeightedTexts) -> float:
    """Compare the best hits with one that has enough of the texts' words and nothing else."""
    whole = context.snapshot.lexical.whole(texts, _ENOUGH)
    best = found.scores[:_BEST]
    return float(best.mean()) / whole if len(best) and whole else 0.0


LEGS: dict[Leg, Callable[[LegContext], tuple[Candidates, Plan]]] = {
    Leg.CATALOGUE: search_catalogue,
    Leg.TEXT_PICTURE: search_text_picture,
    Leg.LEXICAL: _search_lexical,
    Leg.PICTURE: search_picture,
    Leg.LIKE_CATALOGUE: search_like_catalogue,
    Leg.LIKE_PICTURE: search_like_picture,
    Leg.LIKE_SUBJECT: search_like_subject,
    Leg.LIKE_ARTIST: search_like_artist,
    Leg.LIKE_PERIOD: search_like_period,
    Leg.LIKE_IMPORTED: search_like_imported,
}
