"""A reranker without a model, to try deadlines and answers with: it counts words, no more.

It is no help to a search: BM25 has weighed these words already. It ships so that everything around
a reranker can be seen and tested without weights.
"""

import re
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import ModalityError
from core.text import words
from core.types import Modality, PicturedText, Pixels
from models.rate import Rate

WORDS = "words"
_TIMED = re.compile(r"words(?:\+(\d{1,5})ms)?")


def load_words_reranker(name: str) -> "WordsReranker | None":
    """Make the reranker that `words` or `words+20ms` names; None for any other name."""
    found = _TIMED.fullmatch(name)
    return WordsReranker(int(found[1] or 0) / 1000) if found else None


class WordsReranker:
    """Scores a card by the share of the query's words that stand on it; pictures are not seen."""

    def __init__(self, pair_s: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pair_s = pair_s  # that it waits for each pair, as if it had a model
        self._sleep = sleep
        self._rate = Rate()

    @property
    def name(self) -> str:
        """Its name, for answers and logs."""
        return f"{WORDS}+{self._pair_s * 1000:.0f}ms" if self._pair_s else WORDS

    def score(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> NDArray[np.float32]:
        """Score candidates from 0 to 1. Raises ModalityError for a picture."""
        return self.score_pairs([(query, candidate) for candidate in candidates])

    def score_pairs(
        self, pairs: Sequence[tuple[str | Pixels, PicturedText]]
    ) -> NDArray[np.float32]:
        """Score pairs, whose queries may differ. Raises ModalityError for a picture."""
        with self._rate.timing(len(pairs)):
            if self._pair_s:
                self._sleep(self._pair_s * len(pairs))
            return np.array([self._share(query, one.text) for query, one in pairs], np.float32)

    def pairs_per_second(self) -> float | None:
        """Tell how many pairs it lately scored in a second; None before the first."""
        return self._rate.per_second

    def memory_bytes(self) -> int:
        """Bytes that it takes: none worth counting."""
        return 0

    def _share(self, query: str | Pixels, text: str) -> float:
        if not isinstance(query, str):
            raise ModalityError(self.name, Modality.IMAGE)
        wanted = set(words(query))
        return len(wanted & set(words(text))) / max(len(wanted), 1)
