"""SigLIP and SigLIP 2 of fixed resolution: texts and pictures in one space, by torch."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.types import EncoderCard, Matrix, Pixels, Purpose
from models.siglip.pictures import PictureInput
from models.torch_runtime import Forward, TorchRuntime, TorchWorker, import_torch, pooled


class SiglipEncoder:
    """Encodes texts and pictures into one space. Safe among threads, which take turns."""

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - torch is not there in every installation
        tokenizer: Any,  # noqa: ANN401
        *,
        loaded_bytes: int,
        card: EncoderCard,
        pictures: PictureInput,
        runtime: TorchRuntime,
    ) -> None:
        self._torch = import_torch()
        self._model = model
        self._tokenizer = tokenizer
        self._card = card
        self._loaded_bytes = loaded_bytes
        self._pictures = pictures
        self._runtime = runtime
        self._worker = TorchWorker(card.name, runtime)
        self._table = self._torch.from_numpy(pictures.table()).to(runtime.device)
        self._tokens = model.config.text_config.max_position_embeddings

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""
        return self._card

    @property
    def at_once(self) -> int:
        """Inputs that it likes to get together."""
        return self._runtime.at_once

    @property
    def pictures(self) -> PictureInput:
        """How pictures are prepared for `encode_resized`, in whatever process."""
        return self._pictures

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts of up to 64 tokens in their order; identical ones are encoded once."""
        del purpose  # these models were trained without instructions
        # SigLIP 2 was trained on small letters, and its tokenizer does not make them.
        small = [text.lower() for text in texts]
        places = {text: place for place, text in enumerate(dict.fromkeys(small))}
        encoded = self._in_batches(list(places), self._text_pass)
        return encoded[[places[text] for text in small]]

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures in their order."""
        return self._in_batches(
            images, lambda batch: self._picture_pass([self._pictures.resize(one) for one in batch])
        )

    def encode_resized(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures that `pictures.resize` has brought to size."""
        return self._in_batches(images, self._picture_pass)

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return self._loaded_bytes

    def _in_batches(
        self, items: Sequence[Any], forward_of: Callable[[Sequence[Any]], Forward]
    ) -> Matrix:
        encoded = np.empty((len(items), self._card.dim), dtype=np.float32)
        size = self._runtime.batch
        starts = range(0, len(items), size)
        forwards = (forward_of(items[start : start + size]) for start in starts)
        for start, rows in zip(starts, self._worker.run_all(forwards), strict=True):
            encoded[start : start + size] = rows
        return encoded

    def _text_pass(self, texts: Sequence[str]) -> Forward:
        def forward() -> Any:  # noqa: ANN401
            # Trained padded to the full length and without a mask: the last position is pooled.
            tokens = self._tokenizer(
                list(texts),
                padding="max_length",
                truncation=True,
                max_length=self._tokens,
                return_tensors="np",
            )["input_ids"]
            return pooled(self._model.get_text_features(self._runtime.to_device(tokens)))

        return forward

    def _picture_pass(self, resized: Sequence[Pixels]) -> Forward:
        stacked = np.stack(resized)

        def forward() -> Any:  # noqa: ANN401
            # Bytes go to the device, and become numbers there: a quarter of the way's width.
            values = self._runtime.to_device(stacked).movedim(3, 1)
            channels = [
                self._torch.take(numbers, values[:, channel].long())
                for channel, numbers in enumerate(self._table)
            ]
            pixels = self._torch.stack(channels, dim=1).to(self._runtime.torch_dtype)
            return pooled(self._model.get_image_features(pixels))

        return forward
