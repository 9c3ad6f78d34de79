"""The distinct values in a Qdrant collection, looked up by their words.

Qdrant's index knows the words of an artwork, not which value they stand in, and its nested
filters read each artwork: 338 ms to count 9,972 of 40,000 artworks by two words of a subject.
There are far fewer distinct values than artworks, so the values that have all of the words are
found here, and Qdrant looks up those, in 1.5 ms.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from index.qdrant.payload import words_of


class Vocabulary:
    """Finds values by their words; those of a key are read once, when first asked for."""

    def __init__(self, read_values: Callable[[str], Iterable[str]]) -> None:
        def index(key: str) -> dict[str, set[str]]:
            having: dict[str, set[str]] = defaultdict(set)
            for value in read_values(key):
                for word in words_of(value):
                    having[word].add(value)
            return dict(having)

        self._index = lru_cache(maxsize=None)(index)  # there are three such keys

    def with_words(self, key: str, words: Iterable[str]) -> set[str]:
        """Find the values of a payload key that have all of the words; none without words."""
        found = [self._index(key).get(word, set()) for word in words]
        return set.intersection(*found) if found else set()
