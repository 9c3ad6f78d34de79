"""Encoders of queries that note what each pass was asked for."""

from collections.abc import Sequence

import numpy as np

from core.errors import ModelUnavailableError
from core.types import EncoderCard, Matrix, Modality, Pixels, Purpose

CARD = EncoderCard("noting", "1", "fp32", "", 2, (Modality.TEXT, Modality.IMAGE))


class NotingEncoder:
    """Encodes a text by its length, a picture by its mean; refuses "bad", and bad company."""

    def __init__(self, card: EncoderCard = CARD) -> None:
        self.card = card
        self.passes: list[list[str]] = []

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        del purpose
        return self._pass(list(texts), [len(text) for text in texts])

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        return self._pass(["picture"] * len(images), [float(image.mean()) for image in images])

    def memory_bytes(self) -> int:
        return 7

    def second(self) -> float:
        """Give the second number of each embedding of a pass, when that may end."""
        return 1.0

    def _pass(self, names: list[str], values: Sequence[float]) -> Matrix:
        self.passes.append(names)
        second = self.second()
        if "bad" in names:
            raise ModelUnavailableError(f"bad among {len(names)}")
        return np.array([[value, second] for value in values], np.float32).reshape(-1, 2)
