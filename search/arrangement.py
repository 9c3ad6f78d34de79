"""Arranges the ranking of a query: the prior, exact hits, reranked ones, groups, diversity."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from core.ports import Selection, Snapshot, VectorIndex
from core.queries import Group, GroupBy, Leg, LegRank, Query
from core.text import fold
from core.titles import asks_for_untitled
from core.types import DEFAULT_ROLE, Json, Numbers, SpaceField
from search.arrange import Places, Ranking, demote, lift, partition, spread
from search.exact_hits import find_exact
from search.rerank import Outcome
from search.stages import StageLog

# Of the score of a work whose title says nothing and that has neither description nor subject.
# When it was chosen, on 117 judged queries over Tate, such works among the ten first fell from 29
# to 15 with subjects withheld (nDCG@10 0.449 → 0.451), from 1 to 0 with subjects indexed (0.849 →
# 0.850); 0.8 left 19.
BARE_FACTOR = 0.6
SPREAD_DEPTH = 200  # candidates that are diversified; the same for every page
_NONE = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A ranking whose hits may stand for others."""

    ranking: Ranking  # what pages are cut from
    exact: frozenset[int] = frozenset()
    _ranked: Numbers = field(default_factory=_NONE.copy)  # every ranked artwork
    _heads: Numbers | None = None  # whose duplicate each of them is, or itself; None: not collapsed
    _groups: Numbers | None = None  # group of each of them; None: not grouped
    _group_by: GroupBy | None = None
    reranked: Outcome | None = None  # None: reranking was not asked for

    def exact_rank(self, number: int) -> tuple[LegRank, ...]:
        """Say that a hit was named by the query."""
        return (LegRank(Leg.EXACT, 1, 1.0),) if number in self.exact else ()

    def rerank_score(self, number: int) -> float | None:
        """Tell what the reranker gave a hit; None where it did not look at it."""
        return self.reranked.scores.get(number) if self.reranked else None

    def duplicates_of(self, number: int) -> Numbers:
        """Find the ranked artworks that were collapsed into a hit, best first."""
        if self._heads is None:
            return _NONE
        places = np.flatnonzero((self._heads == number) & (self._ranked != number))
        return self._ranked.take(places)

    def group_of(self, number: int, card: Json) -> Group | None:
        """Describe what a hit stands for; None where it stands alone."""
        if self._groups is None or self._group_by is None:
            return None
        code = self._groups[np.flatnonzero(self._ranked == number)[0]]
        if code < 0:
            return None
        value, id = _GROUP_NAMES[self._group_by](card)
        return Group(value, id, int(np.count_nonzero(self._groups == code)))


class RerankStep(Protocol):
    """Puts the best of a ranking in the order of a reranker."""

    def __call__(self, ranking: Ranking, levels: Places, *, exact: int) -> Outcome:
        """Rerank what stands behind so many exact hits."""


@dataclass(frozen=True, slots=True)
class ArrangeContext:
    """What arranging may look at."""

    query: Query
    snapshot: Snapshot
    selection: Selection
    log: StageLog
    rerank: RerankStep | None = None
    left_out: Numbers = field(default_factory=_NONE.copy)  # artworks that are no hits


def arrange(context: ArrangeContext, ranking: Ranking) -> Arranged:
    """Arrange a whole ranking; it does not depend on the page that is asked for."""
    ranking = _demote_bare(context, ranking)
    ranking, levels, exact = _lift_exact(context, ranking)
    reranked = context.rerank(ranking, levels, exact=len(exact)) if context.rerank else None
    if reranked:
        ranking, levels = reranked.ranking, reranked.levels
    arranged = Arranged(ranking, exact, reranked=reranked)
    arranged, levels = _put_together(context, arranged, levels)
    if context.query.diversity > 0:
        arranged = replace(arranged, ranking=_diversify(context, arranged.ranking, levels))
    return arranged


def _demote_bare(context: ArrangeContext, ranking: Ranking) -> Ranking:
    """Rank works that say nothing lower, where words alone are searched for, and not them."""
    if not has_prior(context.query):
        return ranking
    with context.log.stage("prior", len(ranking.numbers)) as stage:
        is_bare = context.snapshot.identities.is_bare[ranking.numbers]
        stage.output_count = int(np.count_nonzero(is_bare))
        return demote(ranking, is_bare, BARE_FACTOR)


def has_prior(query: Query) -> bool:
    """Tell whether works that say nothing rank lower: words alone are searched for, not them."""
    by_more = any(part.picture is not None or part.artwork for part in query.inputs)
    is_words_alone = query.picture is None and not query.like and not by_more
    return bool(query.text) and is_words_alone and not asks_for_untitled(query.text or "")


def names_works(query: Query) -> bool:
    """Tell whether what the words name by id, accession number or title is put first."""
    return bool(query.text) and query.weights.get(Leg.EXACT, 1.0) != 0


def _lift_exact(
    context: ArrangeContext, ranking: Ranking
) -> tuple[Ranking, Places, frozenset[int]]:
    query = context.query
    if not query.text or not names_works(query):
        return ranking, np.zeros(len(ranking.numbers), np.int64), frozenset()
    with context.log.stage(Leg.EXACT, len(ranking.numbers)) as stage:
        found = find_exact(context.snapshot, context.selection, query.text)
        wanted = (np.setdiff1d(tier, context.left_out) for tier in found)
        tiers = [tier for tier in wanted if len(tier)]
        exact = frozenset(int(number) for tier in tiers for number in tier)
        stage.output_count = len(exact)
        return *lift(ranking, tiers), exact


def _put_together(
    context: ArrangeContext, arranged: Arranged, levels: Places
) -> tuple[Arranged, Places]:
    """Collapse near-duplicates, or but wholes and parts, then keep the best hit of each group."""
    ranking, identities = arranged.ranking, context.snapshot.identities
    numbers, places = ranking.numbers, np.arange(len(ranking.numbers))
    heads, groups = None, None
    collapse = context.query.collapse
    codes = (identities.copies if collapse else identities.wholes)[numbers]
    has_parts = bool(codes.max(initial=-1) >= 0)
    if not (collapse or has_parts or context.query.group_by):
        return arranged, levels
    if collapse or has_parts:
        with context.log.stage("collapse" if collapse else "wholes", len(places)) as stage:
            parts = partition(codes)
            heads, places = numbers[parts.part_of], parts.heads
            stage.output_count = len(places)
    if context.query.group_by:
        with context.log.stage("group", len(places)) as stage:
            by_title = context.query.group_by is GroupBy.TITLE
            groups = (identities.titles if by_title else identities.artists)[numbers]
            places = places[partition(groups[places]).heads]
            stage.output_count = len(places)
    together = replace(
        arranged,
        ranking=ranking.take(places),
        _ranked=numbers,
        _heads=heads,
        _groups=groups,
        _group_by=context.query.group_by,
    )
    return together, levels[places]


def _diversify(context: ArrangeContext, ranking: Ranking, levels: Places) -> Ranking:
    first = slice(0, SPREAD_DEPTH)
    with context.log.stage("diversity", len(ranking.numbers[first])) as stage:
        index = _likeness_index(context)
        if ranking.scores is None or index is None:
            stage.skipped = (
                "nothing was searched for" if ranking.scores is None else "no space tells likeness"
            )
            return ranking
        vectors = index.directions_of(ranking.numbers[first])
        places = np.arange(len(ranking.numbers))
        places[first] = spread(vectors, levels[first], context.query.diversity)
        stage.output_count = len(vectors)
        return ranking.take(places)


def _likeness_index(context: ArrangeContext) -> VectorIndex | None:
    """Choose whose embeddings tell likeness: catalogue texts, or pictures for a picture alone."""
    wanted = [SpaceField.CATALOGUE, SpaceField.PICTURE]
    if context.query.picture is not None and not context.query.text:
        wanted.reverse()
    spaces = context.snapshot.spaces.values()
    return next((i for f in wanted for i in spaces if i.space.field is f), None)


def _artist_of(card: Json) -> tuple[str, str | None]:
    made = (a for a in card["artists"] if fold(a["role"]) == DEFAULT_ROLE)
    artist = next(made)
    return artist["name"], artist["id"]


def _title_of(card: Json) -> tuple[str, str | None]:
    return card["title"], None


_GROUP_NAMES: dict[GroupBy, Callable[[Json], tuple[str, str | None]]] = {
    GroupBy.ARTIST: _artist_of,
    GroupBy.TITLE: _title_of,
}
