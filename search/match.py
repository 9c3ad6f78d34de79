"""Whether anything fits a query: how unusual the similarity of its best hit is.

A similarity means nothing by itself: it depends on the encoder, on the collection and on how many
artworks compete. So a build asks the space `off_topic.txt` and keeps how similar their best hits
are, and the second, fourth, eighth … best ones. Under a filter that keeps one work of eight, the
best hit of an off-topic query is about as similar as its eighth best is without one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.types import Json
from core.understanding import Match, MatchLevel

Floats: TypeAlias = NDArray[np.float64]

# Evidence is counted in standard deviations of off-topic queries. By similarity alone the area
# under the curve is 0.987 on Tate (135 off-topic queries kept aside against 120 others); 1.5, 2.8
# and 4 deviations for all words against none make it 0.995, 0.997 and 0.998, and 0.988, 0.989 and
# 0.988 on the sample.
_WORDS = 2.8
_USUAL_COVERAGE = 0.33  # of off-topic queries on Tate; 0.20 on the sample
_NONE_BELOW = 1.5  # no on-topic query of Tate's 120 lies below; 11 % of the off-topic ones above
_GOOD_FROM = 2.5  # 1.5 % of the off-topic ones lie above
_MOST = 6.0  # standard deviations; beyond, a tail fitted to some hundred queries says nothing
_LEAST_SCORE = NormalDist().cdf(-_MOST)


@dataclass(frozen=True)
class OffTopic:
    """How similar the nth-best artworks of off-topic queries are in one space."""

    levels: Sequence[float]  # shares of the queries
    similarities: Sequence[Sequence[float]]  # at rank 1, 2, 4, …; ascending along the levels

    def best_among(self, share: float) -> Floats:
        """Estimate the similarities of best hits where only a share of the artworks competes."""
        # The best of a share is as likely as not among this many best ones of all.
        rank = math.log(2) / share if share > 0 else math.inf
        place = min(max(math.log2(rank), 0.0), len(self.similarities) - 1.0)
        low = int(place)
        high = min(low + 1, len(self.similarities) - 1)
        part = place - low
        known = np.array([self.similarities[low], self.similarities[high]])
        between: Floats = (1 - part) * known[0] + part * known[1]
        return between

    def scores(self, similarities: Floats, share: float) -> Floats:
        """Give the share of off-topic queries whose best hit is less similar, from 0 to 1.

        Beyond the measured levels the tails are exponential, so that no score reaches 0 or 1.
        """
        known, levels = self.best_among(share), np.array(self.levels)
        inner = np.interp(similarities, known, levels)
        above = np.maximum(similarities - known[-1], 0) / _scale(known[::-1], 1 - levels[::-1])
        below = np.maximum(known[0] - similarities, 0) / _scale(-known, levels)
        upper = 1 - (1 - levels[-1]) * np.exp(-above)
        lower = levels[0] * np.exp(-below)
        scores: Floats = np.where(above > 0, upper, np.where(below > 0, lower, inner))
        return scores


def _scale(known: Floats, beyond: Floats) -> float:
    """Fit an exponential tail to the outer quarter; `beyond` are shares, the smallest first."""
    quarter = int(np.searchsorted(beyond, 0.25))
    fitted = float(known[0] - known[quarter]) / math.log(float(beyond[quarter] / beyond[0]))
    return max(fitted, 1e-4)


def parse_off_topic(card: Json) -> OffTopic | None:
    """Read what a build measured of a space; None where it did not."""
    measured = (card.get("match") or {}).get("off_topic")
    if not measured or not measured["similarities"]:
        return None
    return OffTopic(measured["levels"], measured["similarities"])


def judge(score: float, coverage: float | None, cut: int = 0) -> Match:
    """Judge a query by the score of its best hit, and by how far the collection has its words.

    Without a coverage the score alone decides.
    """
    evidence = _deviations(score)
    if coverage is not None:
        evidence += _WORDS * (coverage - _USUAL_COVERAGE)
    level = MatchLevel.GOOD if evidence >= _GOOD_FROM else MatchLevel.WEAK
    return Match(MatchLevel.NONE if evidence < _NONE_BELOW else level, round(score, 6), cut)


def _deviations(score: float) -> float:
    return NormalDist().inv_cdf(min(max(score, _LEAST_SCORE), 1 - _LEAST_SCORE))
