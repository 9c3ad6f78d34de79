"""One page of an arranged ranking: its hits with their cards, facets, the next cursor."""

from dataclasses import replace

import numpy as np

from core.filters import Field
from core.ports import Selection, Snapshot
from core.queries import FacetValue, Hit, LegRank, Query
from search.arrangement import Arranged
from search.cursors import Cursor, encode_cursor, query_fingerprint
from search.leg_context import LegResult
from search.stages import StageLog


def limit_to(arranged: Arranged, most: int | None, log: StageLog) -> Arranged:
    """Keep the best hits of all pages together."""
    if most is None:
        return arranged
    with log.stage("limit", len(arranged.ranking.numbers)) as stage:
        kept = arranged.ranking.take(np.arange(min(most, len(arranged.ranking.numbers))))
        stage.output_count = len(kept.numbers)
    return replace(arranged, ranking=kept)


def read_hits(
    snapshot: Snapshot, arranged: Arranged, legs: list[LegResult], page: slice, log: StageLog
) -> tuple[Hit, ...]:
    """Read what a page shows of its hits, and where each leg has put them."""
    ranking = arranged.ranking
    numbers = ranking.numbers[page]
    scores = None if ranking.scores is None else ranking.scores[page]
    with log.stage("cards", len(ranking.numbers)) as stage:
        hits = tuple(
            Hit(
                rank=page.start + i + 1,
                score=None if scores is None else float(scores[i]),
                artwork=card,
                legs=(*arranged.exact_rank(number), *_leg_ranks(legs, number)),
                duplicates=tuple(snapshot.artwork_ids(arranged.duplicates_of(number))),
                group=arranged.group_of(number, card),
                rerank_score=arranged.rerank_score(number),
            )
            for i, (number, card) in enumerate(
                zip(numbers.tolist(), snapshot.cards(numbers), strict=True)
            )
        )
        stage.output_count = len(hits)
    return hits


def count_facets(
    snapshot: Snapshot, selection: Selection, query: Query
) -> dict[str, tuple[FacetValue, ...]]:
    """Count the values of each field over all artworks that match."""
    return {
        name: snapshot.columns.facet(Field(name), selection, query.facet_limit)
        for name in query.facets
    }


def next_cursor(query: Query, snapshot_id: str, offset: int, arranged: Arranged) -> str | None:
    """Say where the next page begins; None after the last one."""
    if offset >= len(arranged.ranking.numbers):
        return None
    pinned = arranged.reranked.pinned if arranged.reranked else None
    return encode_cursor(Cursor(snapshot_id, query_fingerprint(query), offset, pinned))


def _leg_ranks(legs: list[LegResult], number: int) -> tuple[LegRank, ...]:
    ranks = []
    for leg in legs:
        places = np.flatnonzero(leg.candidates.numbers == number)
        if len(places):
            place = int(places[0])
            ranks.append(LegRank(leg.name, place + 1, float(leg.candidates.scores[place])))
    return tuple(ranks)
