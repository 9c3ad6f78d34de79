"""Builds the lexical index of a snapshot with bm25s."""

from array import array
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.catalogue_text import lexical_text
from core.types import Artwork
from index.arrays import write_array, write_json
from index.lines import LineWriter
from index.postings import Postings, write_postings
from index.words import WordSplitter

K1 = 1.5  # the defaults of bm25s; nothing of ours has been measured that asks for others
B = 0.75


class LexicalBuilder:
    """Collects the words of all artworks, four bytes each, and scores them at the end."""

    def __init__(self) -> None:
        from bm25s.stopwords import STOPWORDS_EN

        self._stop_words = list(STOPWORDS_EN)
        self._splitter = WordSplitter(self._stop_words)
        self._codes: dict[str, int] = {}
        self._texts: list[array[int]] = []

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork."""
        codes = self._codes
        words = self._splitter.words(lexical_text(artwork))
        self._texts.append(array("i", (codes.setdefault(word, len(codes)) for word in words)))

    def write(self, folder: Path) -> int:
        """Score every word in every artwork, write the index, and count its words."""
        words = sorted(self._codes)
        postings, scores = self._score(words)
        lines = LineWriter(folder, "words.txt")
        for word in words:
            lines.add(word)
        lines.close()
        write_json(folder / "stop_words.json", self._stop_words)
        write_postings(folder, "words", postings)
        write_array(folder / "words.scores.npy", scores)
        return len(words)

    def _score(self, words: list[str]) -> tuple[Postings, NDArray[np.float32]]:
        """Compute BM25 as Lucene does, for the words in their order."""
        from bm25s import BM25

        size = len(self._texts)
        if not words:
            nothing = Postings(np.zeros(1, np.int64), np.zeros(0, np.int32), size)
            return nothing, np.zeros(0, np.float32)
        place = np.zeros(len(words), np.intc)
        place[[self._codes[word] for word in words]] = np.arange(len(words))
        texts = [array("i", place[np.array(text, np.intc)].tobytes()) for text in self._texts]
        bm25 = BM25(k1=K1, b=B, method="lucene", backend="numpy", csc_backend="numpy")
        vocabulary = {word: code for code, word in enumerate(words)}
        bm25.index((texts, vocabulary), create_empty_token=False, show_progress=False)
        starts, numbers = bm25.scores["indptr"], bm25.scores["indices"]
        postings = Postings(starts.astype(np.int64), numbers.astype(np.int32), size)
        return postings, bm25.scores["data"]
