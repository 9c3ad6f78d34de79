"""Texts as BM25 sees them: folded, stemmed words without the commonest ones.

Chinese and Japanese put no spaces between words. Of a run of their characters each two neighbours
are a word, as in Lucene's `CJKBigramFilter`; a document has each character besides, for a query of
one alone.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import Lock

from core.text import fold

STEMMER = "english"
# Those of Lucene: so common that they tell nothing, and few enough that no title is lost.
STOP_WORDS = (
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with",
)  # fmt: skip
# Han and its extensions, hiragana, katakana; folding has made the half-width ones whole.
_SPACELESS = re.compile(
    r"([\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U000323af]+)"
)
SPLITTING = "splitting.json"  # file that says how runs were split; without it they were not
_LONGEST_CACHED = 200  # characters: titles, names and terms repeat, descriptions do not


class WordSplitter:
    """Splits texts into words; safe to use from many threads."""

    def __init__(
        self, stop_words: Sequence[str], stemmer: str = STEMMER, *, splits_runs: bool = True
    ) -> None:
        """Split as an index was built: those of before took a run of characters for one word."""
        from Stemmer import Stemmer

        self._stop_words = frozenset(stop_words)
        self._splits_runs = splits_runs
        self._stemmer = Stemmer(stemmer)
        self._lock = Lock()  # a Stemmer object is not made for several threads
        self._cached_line = lru_cache(maxsize=65536)(self._line_words)

    def words(self, text: str, *, of_document: bool = False) -> Iterator[str]:
        """Split a query, or a document, which has more words of what is written without spaces."""
        for line in text.split("\n"):
            is_short = len(line) <= _LONGEST_CACHED
            yield from (self._cached_line if is_short else self._line_words)(line, of_document)

    def _line_words(self, line: str, of_document: bool) -> tuple[str, ...]:
        folded = fold.__wrapped__(line)  # its cache is for values; this class has its own
        kept = [word for word in folded.split() if word not in self._stop_words]
        if self._splits_runs and not folded.isascii():
            kept = [part for word in kept for part in _parts(word, of_document=of_document)]
        with self._lock:
            return tuple(self._stemmer.stemWords(kept))


def _parts(word: str, *, of_document: bool) -> Iterator[str]:
    """Split what is written without spaces."""
    for place, part in enumerate(_SPACELESS.split(word)):
        if place % 2 == 0 or len(part) == 1:
            yield from filter(None, (part,))
            continue
        yield from map("".join, pairwise(part))
        if of_document:
            yield from part
