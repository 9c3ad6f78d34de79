"""Builds the lexical index of a snapshot: BM25F, one score for each word in each artwork.

BM25F (Zaragoza et al., TREC 2004) adds up how often a word stands in each field, times the weight
of the field, before the count saturates: the same as BM25 over a text that repeats its fields.
"""

from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.catalogue_text import LexicalField, lexical_fields
from core.types import Artwork
from index.columns.postings import Postings, write_postings
from index.files.arrays import write_array, write_json
from index.files.lines import LineWriter
from index.lexical.words import SPLITTING, STOP_WORDS, WordSplitter


@dataclass(frozen=True, slots=True)
class Bm25f:
    """What the score of a word in an artwork depends on."""

    k1: float
    b: float
    weights: dict[LexicalField, float]  # 1 where not named


# A subject says what a work shows, a title often. The part `choices` of `vasari bench quality`
# holds these against one field with k1 1.5 and b 0.75, and against other weights.
DEFAULT = Bm25f(k1=1.5, b=0.4, weights={LexicalField.TITLE: 2.0, LexicalField.SUBJECTS: 6.0})


class LexicalBuilder:
    """Collects the words of all artworks, eight bytes each, and scores them at the end."""

    def __init__(self, parameters: Bm25f = DEFAULT) -> None:
        self._parameters = parameters
        self._splitter = WordSplitter(STOP_WORDS)
        self._codes: dict[str, int] = {}
        self._words = array("i")  # the different ones of each artwork, one artwork after the other
        self._counts = array("f")  # how often each stands in its artwork, weighted
        self._ends = array("q")  # where each artwork's words end

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork."""
        counts: dict[int, float] = {}
        for field, text in lexical_fields(artwork):
            weight = self._parameters.weights.get(field, 1.0)
            for word in self._splitter.words(text, of_document=True):
                code = self._codes.setdefault(word, len(self._codes))
                counts[code] = counts.get(code, 0.0) + weight
        self._words.extend(counts)
        self._counts.extend(counts.values())
        self._ends.append(len(self._words))

    def write(self, folder: Path) -> int:
        """Score every word in every artwork, write the index, and count its words."""
        words = sorted(self._codes)
        lines = LineWriter(folder, "words.txt")
        for word in words:
            lines.add(word)
        lines.close()
        postings, scores = self._score(words)
        write_json(folder / "stop_words.json", STOP_WORDS)
        write_json(folder / SPLITTING, {"runs": "bigrams"})
        write_postings(folder, "words", postings)
        write_array(folder / "words.scores.npy", scores)
        return len(words)

    def _score(self, words: list[str]) -> tuple[Postings, NDArray[np.float32]]:
        """Score the words in their order, with the inverse document frequency of Lucene."""
        size = len(self._ends)
        if not words:
            nothing = Postings(np.zeros(1, np.int64), np.zeros(0, np.int32), size)
            return nothing, np.zeros(0, np.float32)
        place = np.zeros(len(words), np.intp)
        place[[self._codes[word] for word in words]] = np.arange(len(words))
        of_words = place[np.frombuffer(self._words, np.intc)]
        counts = np.frombuffer(self._counts, np.float32)
        per_artwork = np.diff(np.concatenate(([0], np.frombuffer(self._ends, np.int64))))
        numbers = np.repeat(np.arange(size, dtype=np.int32), per_artwork)
        lengths = np.bincount(numbers, weights=counts, minlength=size).astype(np.float64)
        order = np.argsort(of_words, kind="stable")
        found = np.bincount(of_words, minlength=len(words))
        starts = np.concatenate(([0], np.cumsum(found)))
        postings = Postings(starts.astype(np.int64), numbers[order], size)
        rarity = np.repeat(np.log1p((size - found + 0.5) / (found + 0.5)), found)
        scores = rarity * self._saturated(counts[order], lengths[numbers[order]], lengths.mean())
        return postings, scores.astype(np.float32)

    def _saturated(
        self, counts: NDArray[np.float32], lengths: NDArray[np.float64], mean: float
    ) -> NDArray[np.float64]:
        k1, b = self._parameters.k1, self._parameters.b
        return counts / (counts + k1 * (1 - b + b * lengths / mean))
