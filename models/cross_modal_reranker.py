"""A light reranker: how near a query is to a candidate's picture, by a cross-modal encoder."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import ModalityError
from core.ports import Encoder
from core.types import Matrix, Modality, PicturedText, Pixels, Purpose
from models.rate import Rate


class CrossModalReranker:
    """Judges candidates by their pictures alone; one without a picture it cannot judge."""

    def __init__(self, encoder: Encoder) -> None:
        """Take an encoder of texts and pictures. Raises ModalityError for any other."""
        for modality in (Modality.TEXT, Modality.IMAGE):
            if modality not in encoder.card.modalities:
                raise ModalityError(encoder.card.name, modality)
        self._encoder = encoder
        self._rate = Rate()

    @property
    def name(self) -> str:
        """Its name and revision, for answers and logs."""
        return f"{self._encoder.card.name}@{self._encoder.card.revision}/cosine"

    def score(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> NDArray[np.float32]:
        """Score candidates from 0 (opposite) over 0.5 to 1 (alike); NaN for one without a picture.

        Its card is left out: texts are nearer to texts than to pictures, whatever they say.
        """
        scores = np.full(len(candidates), np.nan, dtype=np.float32)
        pictures = {n: c.picture for n, c in enumerate(candidates) if c.picture is not None}
        if not pictures:
            return scores
        with self._rate.timing(len(pictures)):
            cosines = self._encoder.encode_images(list(pictures.values())) @ self._asked(query)[0]
        scores[list(pictures)] = np.clip((1 + cosines) / 2, 0, 1)
        return scores

    def pairs_per_second(self) -> float | None:
        """Tell how many pictures it lately scored in a second; None before the first."""
        return self._rate.per_second

    def memory_bytes(self) -> int:
        """Bytes that it takes beside its encoder: none."""
        return 0

    def _asked(self, query: str | Pixels) -> Matrix:
        if isinstance(query, str):
            return self._encoder.encode_texts([query], purpose=Purpose.QUERY)
        return self._encoder.encode_images([query])
