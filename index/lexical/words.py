"""Texts as BM25 sees them: folded, stemmed words without the commonest ones."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Lock

from core.text import fold

STEMMER = "english"
# Those of Lucene: so common that they tell nothing, and few enough that no title is lost.
STOP_WORDS = (
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with",
)  # fmt: skip
_LONGEST_CACHED = 200  # characters: titles, names and terms repeat, descriptions do not


class WordSplitter:
    """Splits texts into words; safe to use from many threads."""

    def __init__(self, stop_words: Sequence[str], stemmer: str = STEMMER) -> None:
        from Stemmer import Stemmer

        self._stop_words = frozenset(stop_words)
        self._stemmer = Stemmer(stemmer)
        self._lock = Lock()  # a Stemmer object is not made for several threads
        self._cached_line = lru_cache(maxsize=65536)(self._line_words)

    def words(self, text: str) -> Iterator[str]:
        """Split a text."""
        for line in text.split("\n"):
            is_short = len(line) <= _LONGEST_CACHED
            yield from (self._cached_line if is_short else self._line_words)(line)

    def _line_words(self, line: str) -> tuple[str, ...]:
        folded = fold.__wrapped__(line)  # its cache is for values; this class has its own
        kept = [word for word in folded.split() if word not in self._stop_words]
        with self._lock:
            return tuple(self._stemmer.stemWords(kept))
