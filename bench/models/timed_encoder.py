"""An encoder with a clock."""

from collections.abc import Sequence
from time import perf_counter

from core.ports import PreparedEncoder
from core.types import Matrix, Pixels


class TimedEncoder:
    """An encoder that counts the seconds in which it encodes."""

    def __init__(self, encoder: PreparedEncoder) -> None:
        self._encoder = encoder
        self.seconds = 0.0
        self.card = encoder.card
        self.at_once = encoder.at_once
        self.pictures = encoder.pictures
        self.encode_texts = encoder.encode_texts
        self.encode_images = encoder.encode_images
        self.memory_bytes = encoder.memory_bytes

    def encode_resized(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures that are brought to size."""
        began = perf_counter()
        encoded = self._encoder.encode_resized(images)
        self.seconds += perf_counter() - began
        return encoded
