"""Qwen3-VL-Embedding: texts, pictures and both together in one space, by torch."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.types import EncoderCard, Matrix, PicturedText, Pixels, Purpose
from models.qwen.inputs import GridOf
from models.qwen.options import QwenOptions
from models.qwen.pictures import PixelBudget, grid_of
from models.qwen.prompt import embedding_prompt
from models.qwen.trunk import QwenTrunk


class QwenEncoder:
    """Encodes by the last token of a prompt. Safe among threads, which take turns."""

    def __init__(self, trunk: QwenTrunk, card: EncoderCard, options: QwenOptions) -> None:
        self._trunk = trunk
        self._card = card
        self._budget = options.budget
        self._instructions = {
            Purpose.DOCUMENT: options.document_instruction,
            Purpose.QUERY: options.instruction,
        }

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""
        return self._card

    @property
    def at_once(self) -> int:
        """Inputs that it likes to get together."""
        return self._trunk.at_once

    @property
    def pictures(self) -> PixelBudget:
        """How pictures are prepared for `encode_resized`, in whatever process."""
        return self._budget

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts in their order; identical ones are encoded once."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        encoded = self.encode_pictured_texts(
            [PicturedText(None, t) for t in places], purpose=purpose
        )
        return encoded[[places[text] for text in texts]]

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures in their order."""
        return self.encode_pictured_texts([PicturedText(image) for image in images])

    def encode_resized(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures that `pictures.resize` has brought to size."""
        return self._encode([PicturedText(one) for one in images], Purpose.DOCUMENT, grid_of)

    def encode_pictured_texts(
        self, items: Sequence[PicturedText], *, purpose: Purpose = Purpose.DOCUMENT
    ) -> Matrix:
        """Encode each picture with its text into one embedding, the picture first."""
        return self._encode(items, purpose, lambda picture: self._budget.grid(*picture.shape[:2]))

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return self._trunk.memory_bytes()

    def _encode(self, items: Sequence[PicturedText], purpose: Purpose, grid: GridOf) -> Matrix:
        if not items:
            return np.empty((0, self._card.dim), dtype=np.float32)
        prompts = [embedding_prompt(item, self._instructions[purpose]) for item in items]
        return self._trunk.run(prompts, grid, self._head)

    def _head(self, states: Any) -> Any:  # noqa: ANN401 - of torch
        """Cut first, then bring to unit length: the other way round the cut would be shorter."""
        cut = states[:, : self._card.dim]
        return cut / cut.norm(dim=-1, keepdim=True).clamp_min(1e-12)
