"""Artists, years and media for synthetic rows, so that filters leave what they leave in a museum.

Artists and years follow the topics of the rows, as the works of one artist are alike; half of the
words of a medium do, and half fall on rows at random.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.ann.levels import LEVELS
from bench.ann.works import Work

Topics = NDArray[np.int32]  # the topic of each row
SEED = 23
_ARTISTS = 4  # of each level below the largest
_YEARS = (1300, 2000)  # of the middle of a topic's works
_YEARS_SPREAD = 12.0
FREE_WORDS = ("paper", "ink", "gold", "silk", "wax", "cork", "jade", "zinc", "felt", "lead",
              "clay", "sand", "bone", "horn", "wire")  # fmt: skip
TOPIC_WORDS = ("canvas", "oil", "bronze", "marble", "linen", "glass", "ivory", "steel", "cotton",
               "amber")  # fmt: skip


@dataclass(frozen=True)
class SyntheticColumns:
    """The columns of all works, as numbers."""

    artists: NDArray[np.int32]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: dict[str, NDArray[np.bool_]]

    def works(self) -> Iterator[Work]:
        """Write the works out."""
        spans = zip(self.artists, self.begins, self.ends, strict=True)
        for row, (artist, begin, end) in enumerate(spans):
            words = [word for word, holds in self.words.items() if holds[row]]
            medium = " ".join(words) or "mixed media"
            yield Work(f"Study {row}", (f"Artist {artist}",), int(begin), int(end), medium)


def synthetic_columns(topics: Topics, seed: int = SEED) -> SyntheticColumns:
    """Draw the columns of rows whose topics are known."""
    draw = np.random.default_rng(seed)
    middles = draw.uniform(*_YEARS, int(topics.max()) + 1)
    begins = np.round(middles[topics] + draw.normal(0, _YEARS_SPREAD, len(topics)))
    lasted = draw.choice((0, 0, 0, 1, 5, 10), len(topics))
    return SyntheticColumns(
        artists=_artists(topics, draw),
        begins=begins.astype(np.int32),
        ends=(begins + lasted).astype(np.int32),
        words=_words(topics, draw),
    )


def _artists(topics: Topics, draw: np.random.Generator) -> Topics:
    """Give each row one artist: one has more than half, some a share of each other level."""
    order = in_topic_order(topics, draw)
    sizes = [round(LEVELS[0].share * len(topics))]
    for level in LEVELS[1:]:
        count = _ARTISTS if level.share < 0.1 else 2
        sizes += [max(1, round(level.share * len(topics)))] * count
    left = len(topics) - sum(sizes)
    size = max(1, len(topics) // 50)  # of all others: between the levels
    sizes += [size] * (left // size)
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    artists = np.full(len(topics), len(sizes), np.int32)
    artists[order[: len(numbers)]] = numbers
    return artists


def _words(topics: Topics, draw: np.random.Generator) -> dict[str, NDArray[np.bool_]]:
    words: dict[str, NDArray[np.bool_]] = {}
    for place, word in enumerate(FREE_WORDS):
        level = LEVELS[place // 3]
        holds = np.zeros(len(topics), np.bool_)
        size = max(1, round(level.share * len(topics)))
        holds[draw.choice(len(topics), size, replace=False)] = True
        words[word] = holds
    for place, word in enumerate(TOPIC_WORDS):
        size = max(1, round(LEVELS[place // 2].share * len(topics)))
        holds = np.zeros(len(topics), np.bool_)
        holds[in_topic_order(topics, draw)[:size]] = True
        words[word] = holds
    return words


def in_topic_order(topics: Topics, draw: np.random.Generator) -> NDArray[np.int64]:
    """Order rows by topic, the topics at random: a run of them is of few topics."""
    ranks = draw.permutation(int(topics.max()) + 1)
    return np.argsort(ranks[topics], kind="stable")


def correlated_words(words: Sequence[str] = TOPIC_WORDS) -> frozenset[str]:
    """Name the words that follow the topics."""
    return frozenset(words)
