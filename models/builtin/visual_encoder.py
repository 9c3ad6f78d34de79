"""The built-in picture encoder: EfficientNet-Lite0 under ONNX Runtime."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import ModalityError
from core.types import EncoderCard, Json, Matrix, Modality, Pixels, Purpose
from models.builtin.runtime import open_session, run_parallel

SIZE = 224
CROP = 224 / 256  # share of the shorter side that is seen, as in the network's own evaluation
MEAN, SCALE = 127.0, 128.0  # the Lite networks map 0..255 to -0.99..1, alike for all channels
AT_ONCE = 64  # pictures that every core finds batches among
BATCH = 2  # measured: larger ones outgrow the cache and are slower

PREPROCESSING: Json = {
    "size": SIZE,
    "crop": CROP,
    "resample": "bicubic",
    "mean": MEAN,
    "scale": SCALE,
}
"""What makes embeddings comparable, before the network."""

Input: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MiddleSquare:
    """How pictures are prepared for `encode_resized`; small, and fit to be sent to processes."""

    @property
    def most_bytes(self) -> int:
        """Bytes of a picture that `resize` gives."""
        return SIZE * SIZE * 3

    def resize(self, pixels: Pixels) -> Pixels:
        """Take the middle square of a picture, brought to the network's size."""
        from PIL import Image

        height, width = pixels.shape[:2]
        side = CROP * min(height, width)
        left, top = (width - side) / 2, (height - side) / 2
        square = Image.fromarray(pixels).resize(
            (SIZE, SIZE), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
        )
        return np.asarray(square)


class EfficientNetEncoder:
    """Encodes how pictures look, for "more like this one"; it knows no words."""

    def __init__(
        self, graph: Path, card: EncoderCard, *, loaded_bytes: int, threads: int = 0
    ) -> None:
        self._card = card
        self._loaded_bytes = loaded_bytes
        self._threads = threads
        self._session = open_session(graph)

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""
        return self._card

    @property
    def at_once(self) -> int:
        """Pictures that it likes to get together."""
        return AT_ONCE

    @property
    def pictures(self) -> MiddleSquare:
        """How pictures are prepared for `encode_resized`, in whatever process."""
        return MiddleSquare()

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Refuse: this encoder reads no texts."""
        del texts, purpose
        raise ModalityError(self._card.name, Modality.TEXT)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures in their order."""
        return self._encode(images, network_input)

    def encode_resized(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures that `pictures.resize` has brought to size."""
        return self._encode(images, numbers_of)

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return self._loaded_bytes

    def _encode(self, images: Sequence[Pixels], prepare: Callable[[Pixels], Input]) -> Matrix:
        encoded = np.empty((len(images), self._card.dim), dtype=np.float32)

        def encode(start: int) -> None:
            pixels = np.stack([prepare(image) for image in images[start : start + BATCH]])
            encoded[start : start + BATCH] = self._session.run(["embedding"], {"pixels": pixels})[0]

        run_parallel(encode, range(0, len(images), BATCH), self._threads)
        return encoded


def network_input(pixels: Pixels) -> Input:
    """Take the middle square of a picture, as (3, 224, 224) between -0.99 and 1."""
    return numbers_of(MiddleSquare().resize(pixels))


def numbers_of(square: Pixels) -> Input:
    """Scale a picture brought to size: (3, 224, 224) between -0.99 and 1."""
    scaled = (square.astype(np.float32) - MEAN) / SCALE
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))
