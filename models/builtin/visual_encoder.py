"""The built-in picture encoder: EfficientNet-Lite0 under ONNX Runtime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModalityError
from core.types import EncoderCard, Json, Matrix, Modality, Pixels, Purpose
from models.builtin.runtime import open_session, run_parallel

SIZE = 224
CROP = 224 / 256  # share of the shorter side that is seen, as in the network's own evaluation
MEAN, SCALE = 127.0, 128.0  # the Lite networks map 0..255 to -0.99..1, alike for all channels
BATCH = 2  # measured: larger ones outgrow the cache and are slower

PREPROCESSING: Json = {
    "size": SIZE,
    "crop": CROP,
    "resample": "bicubic",
    "mean": MEAN,
    "scale": SCALE,
}
"""What makes embeddings comparable, before the network."""


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

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Refuse: this encoder reads no texts."""
        del texts, purpose
        raise ModalityError(self._card.name, Modality.TEXT)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures in their order."""
        encoded = np.empty((len(images), self._card.dim), dtype=np.float32)

        def encode(start: int) -> None:
            pixels = np.stack([network_input(image) for image in images[start : start + BATCH]])
            encoded[start : start + BATCH] = self._session.run(["embedding"], {"pixels": pixels})[0]

        run_parallel(encode, range(0, len(images), BATCH), self._threads)
        return encoded

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return self._loaded_bytes


def network_input(pixels: Pixels) -> NDArray[np.float32]:
    """Take the middle square of a picture, as (3, 224, 224) between -0.99 and 1."""
    from PIL import Image

    height, width = pixels.shape[:2]
    side = CROP * min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    square = Image.fromarray(pixels).resize(
        (SIZE, SIZE), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    scaled = (np.asarray(square, dtype=np.float32) - MEAN) / SCALE
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))
