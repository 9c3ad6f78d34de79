"""The light reranker, over an encoder of colours small enough to trust."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.errors import ModalityError
from core.types import EncoderCard, Matrix, Modality, PicturedText, Pixels, Purpose
from models.cross_modal_reranker import CrossModalReranker

COLOURS = {"red": (1, 0, 0), "green": (0, 1, 0), "no red": (-1, 0, 0), "card": (1, 0, 0)}
BOTH = (Modality.TEXT, Modality.IMAGE)


class ColourEncoder:
    """Reads names of colours, and pictures of one colour."""

    def __init__(self, modalities: tuple[Modality, ...] = BOTH) -> None:
        self.card = EncoderCard("colours", "1", "fp32", "0" * 16, 3, modalities)

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        assert purpose is Purpose.QUERY
        return np.array([COLOURS[text] for text in texts], np.float32)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        means = np.array([image.mean(axis=(0, 1)) for image in images], np.float32)
        unit: Matrix = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit

    def memory_bytes(self) -> int:
        return 0


def plain(*colour: int) -> PicturedText:
    return PicturedText(np.full((4, 4, 3), colour, np.uint8), "card")


CANDIDATES = [plain(255, 0, 0), plain(0, 255, 0), PicturedText(None, "card"), plain(30, 40, 0)]


def test_a_score_is_the_cosine_brought_to_0_to_1() -> None:
    scores = CrossModalReranker(ColourEncoder()).score("red", CANDIDATES)

    assert scores == pytest.approx([1.0, 0.5, np.nan, 0.8], nan_ok=True)  # (1 + 0.6) / 2
    assert scores.dtype == np.float32


def test_an_opposite_scores_nothing() -> None:
    assert CrossModalReranker(ColourEncoder()).score("no red", CANDIDATES[:1]) == pytest.approx([0])


def test_a_picture_may_be_the_query() -> None:
    green = np.full((9, 2, 3), (0, 9, 0), np.uint8)

    scores = CrossModalReranker(ColourEncoder()).score(green, CANDIDATES[:2])

    assert scores == pytest.approx([0.5, 1.0])


@pytest.mark.parametrize("candidates", [[], [PicturedText(None, "card")]])
def test_without_pictures_nothing_is_judged(candidates: list[PicturedText]) -> None:
    reranker = CrossModalReranker(ColourEncoder())

    assert np.isnan(reranker.score("red", candidates)).all()
    assert reranker.pairs_per_second() is None


def test_it_tells_its_name_and_pace_and_takes_no_memory() -> None:
    reranker = CrossModalReranker(ColourEncoder())

    reranker.score("red", CANDIDATES)

    assert reranker.name == "colours@1/cosine"
    assert (reranker.pairs_per_second() or 0) > 0
    assert reranker.memory_bytes() == 0


@pytest.mark.parametrize("modality", BOTH)
def test_an_encoder_that_reads_only_one_kind_is_refused(modality: Modality) -> None:
    with pytest.raises(ModalityError):
        CrossModalReranker(ColourEncoder((modality,)))
