"""What the legs of a search and its facets gave, kept: the next page need not run them again."""

import json
from collections.abc import Sequence

from core.cache import INPUTS, CacheKey, CacheKind
from core.errors import VasariError
from core.filter_json import filter_json
from core.ports import Selection
from core.queries import FacetValue
from core.release import release
from core.reports import StageReport
from core.types import Matrix, SpaceField
from search.caching.audited import AuditedCache, Made
from search.caching.leg_bytes import KeptLegs, dump_legs, parse_legs
from search.cursors import legs_fingerprint
from search.finding import Found, TakePlace, find, select
from search.leg_context import LegContext
from search.legs import MODEL_LOST
from search.pages import count_facets

_QUEUE = "queue"  # in whose place it is searched; what stands before it needs none
_FORMAT = "1"  # of the values


class StageCache:
    """Runs the legs and counts facets unless that is kept for the very same question.

    All that decides an outcome stands in its key. What went wrong on the way is not kept, nor what
    was found while artworks were withdrawn.
    """

    def __init__(self, cache: AuditedCache) -> None:
        self._cache = cache

    def find(self, context: LegContext, take_place: TakePlace) -> Found:
        """Run the legs of a search, or take what they gave; raises as `finding.find` does."""
        log, hidden = context.log, context.snapshot.hidden
        models = _models(context)
        if models is None:
            return find(context, take_place)
        done = len(log.reports)
        found: list[Found] = []

        def make() -> Made:
            found.append(find(context, take_place))
            reports = log.reports[done:]
            # A space of another encoder is no passing state: it is in the key.
            is_whole = not any(r.error or r.degraded == MODEL_LOST for r in reports)
            kept = KeptLegs(found[0].legs, _ahead(reports), _inside(reports), _encoded(context))
            return Made(dump_legs(kept), keep=is_whole and context.snapshot.hidden == hidden)

        value, _ = self._cache.fetch(_legs_key(context, hidden, models), make)
        return found[0] if found else _taken(context, parse_legs(value), take_place)

    def facets(
        self, context: LegContext, selection: Selection
    ) -> tuple[dict[str, tuple[FacetValue, ...]], bool]:
        """Count the facets of a query, or take the counts; tell whether they were kept."""
        query, snapshot, hidden = context.query, context.snapshot, context.snapshot.hidden

        def make() -> Made:
            # Selected anew: what is withdrawn may have changed since the search began.
            again = snapshot.columns.select(query.where)
            counted = count_facets(snapshot, again, query)
            is_same = snapshot.hidden == hidden and again.count == selection.count
            return Made(_dump_facets(counted), keep=is_same)

        inputs = {
            "where": None if query.where is None else filter_json(query.where),
            "facets": query.facets,
            "limit": query.facet_limit,
        }
        key = _key(("facets", json.dumps(inputs)), context, hidden)
        value, report = self._cache.fetch(key, make)
        return _parse_facets(value), report.hit


def _models(context: LegContext) -> str | None:
    """Name the encoders; None where one does not say what it is: its leg tells why."""
    try:
        return " ".join(context.encoders.space(field).key for field in SpaceField)
    except VasariError:
        return None


def _legs_key(context: LegContext, hidden: str, models: str) -> CacheKey:
    inputs = json.dumps([legs_fingerprint(context.query), list(context.away)])
    return _key(("legs", inputs), context, hidden, models=models)


def _key(
    stage: tuple[str, str], context: LegContext, hidden: str, *, models: str | None = None
) -> CacheKey:
    """Build the key of a stage, by its name and inputs."""
    name, inputs = stage
    parts = [
        (INPUTS, inputs),
        ("stage", f"{name} {_FORMAT}"),
        ("program", release()),
        ("snapshot", context.snapshot.id),
        ("withdrawals", hidden),
        *([("models", models)] if models else []),
    ]
    return CacheKey(CacheKind.STAGE, tuple(parts), snapshot=context.snapshot.id)


def _taken(context: LegContext, kept: KeptLegs, take_place: TakePlace) -> Found:
    """Go on as if the legs had run: with their reports, and with what they had encoded."""
    card = context.encoders.text.card
    context.encoded.update({(card, text): vector for text, vector in kept.encoded.items()})
    context.log.replay(kept.ahead)
    selection = select(context, take_place)
    context.log.replay(kept.inside)
    return Found(selection, kept.legs)


def _encoded(context: LegContext) -> dict[str, Matrix]:
    """List the texts in the catalogue space, with which `min_match` compares hits."""
    card = context.encoders.text.card
    return {
        key[1]: vector
        for key, vector in context.encoded.items()
        if isinstance(key, tuple) and key[0] == card
    }


def _ahead(reports: Sequence[StageReport]) -> list[StageReport]:
    """List what came before the place was taken."""
    queued = next(place for place, report in enumerate(reports) if report.name == _QUEUE)
    return list(reports[:queued])


def _inside(reports: Sequence[StageReport]) -> list[StageReport]:
    """List what came after the filter was resolved, which is done for every search."""
    return list(reports[len(_ahead(reports)) + 2 :])


def _dump_facets(facets: dict[str, tuple[FacetValue, ...]]) -> bytes:
    rows = {name: [(v.value, v.id, v.count) for v in values] for name, values in facets.items()}
    return json.dumps(rows, separators=(",", ":")).encode()


def _parse_facets(value: bytes) -> dict[str, tuple[FacetValue, ...]]:
    rows = json.loads(value)
    return {name: tuple(FacetValue(*row) for row in values) for name, values in rows.items()}
