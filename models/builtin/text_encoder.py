"""The built-in text encoder: all-MiniLM-L6-v2 under ONNX Runtime."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.errors import ModalityError
from core.types import EncoderCard, Matrix, Modality, Pixels, Purpose
from models.builtin.runtime import open_session, run_parallel

BATCH_TOKENS = 1024  # past it a batch outgrows the cache and gets slower
ONE_BY_ONE = 1  # int8: activations are scaled by batch, and neighbours must not change a text
WINDOW = 8192  # texts sorted together; bounds the memory of their tokens
PADDING_ID = 0


class MiniLmEncoder:
    """Encodes texts of up to 256 tokens; documents and queries alike. Safe among threads."""

    def __init__(
        self,
        graph: Path,
        tokenizer: Path,
        card: EncoderCard,
        *,
        loaded_bytes: int,
        threads: int = 0,
        batch_tokens: int = BATCH_TOKENS,
    ) -> None:
        from tokenizers import Tokenizer

        self._card = card
        self._loaded_bytes = loaded_bytes
        self._batch_tokens = batch_tokens
        self._threads = threads
        self._session = open_session(graph)
        # The file sets 256 tokens and no padding; nothing is changed later, so threads may share.
        self._tokenizer = Tokenizer.from_file(str(tokenizer))

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""
        return self._card

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts in their order; identical ones are encoded once."""
        del purpose  # this model was trained without instructions
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        unique = list(places)
        encoded = np.empty((len(unique), self._card.dim), dtype=np.float32)
        for start in range(0, len(unique), WINDOW):
            window = unique[start : start + WINDOW]
            self._encode_window(window, encoded[start : start + WINDOW])
        return encoded[[places[text] for text in texts]]

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Refuse: this encoder reads no pictures."""
        del images
        raise ModalityError(self._card.name, Modality.IMAGE)

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return self._loaded_bytes

    def _encode_window(self, texts: Sequence[str], out: Matrix) -> None:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

        def encode(batch: list[int]) -> None:
            out[batch] = self._run([tokens[place] for place in batch])

        batches = batches_by_length([len(ids) for ids in tokens], self._batch_tokens)
        run_parallel(encode, batches, self._threads)

    def _run(self, batch: Sequence[Sequence[int]]) -> Matrix:
        longest = max(len(ids) for ids in batch)
        input_ids = np.full((len(batch), longest), PADDING_ID, dtype=np.int64)
        mask = np.zeros((len(batch), longest), dtype=np.int64)
        for row, ids in enumerate(batch):
            input_ids[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        feeds = {"input_ids": input_ids, "attention_mask": mask}
        vectors: Matrix = self._session.run(["embedding"], feeds)[0]
        return vectors


def batches_by_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Group places of similar length, the longest first; rows × longest stays within a budget."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
