"""Qwen3-VL-Reranker: whether a picture with its card answers a query, as a share of "yes"."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import PicturedText, Pixels
from models.qwen.pictures import PixelBudget
from models.qwen.prompt import rerank_prompt
from models.qwen.trunk import QwenTrunk
from models.rate import Rate


class QwenReranker:
    """Scores pairs by the network's last state and one vector. Safe among threads."""

    def __init__(self, name: str, trunk: QwenTrunk, *, yes_no: Any, budget: PixelBudget) -> None:  # noqa: ANN401 - of torch
        self._name = name
        self._trunk = trunk
        self._yes_no = yes_no  # what the head has for "yes" less what it has for "no"
        self._budget = budget
        self._rate = Rate()

    @property
    def name(self) -> str:
        """Its name and revision, for answers and logs."""
        return self._name

    def score(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> NDArray[np.float32]:
        """Score candidates from 0 to 1, each as if it were alone.

        Raises:
            ModelUnavailableError: the device has run out of memory, or fails.
        """
        return self.score_pairs([(query, candidate) for candidate in candidates])

    def score_pairs(
        self, pairs: Sequence[tuple[str | Pixels, PicturedText]]
    ) -> NDArray[np.float32]:
        """Score pairs, whose queries may differ, in one pass. Raises as `score` does."""
        if not pairs:
            return np.empty(0, dtype=np.float32)
        prompts = [rerank_prompt(_asked(query), candidate) for query, candidate in pairs]
        with self._rate.timing(len(pairs)):
            return self._trunk.run(
                prompts, lambda picture: self._budget.grid(*picture.shape[:2]), self._head
            )

    def pairs_per_second(self) -> float | None:
        """Tell how many pairs it lately scored in a second; None before the first."""
        return self._rate.per_second

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return self._trunk.memory_bytes()

    def _head(self, states: Any) -> Any:  # noqa: ANN401 - of torch
        # In fp32, other than in the official code: bf16 has 128 scores between a half and one.
        return (states @ self._yes_no).sigmoid()


def _asked(query: str | Pixels) -> PicturedText:
    return PicturedText(None, query) if isinstance(query, str) else PicturedText(query)
