"""Tokens, places and padding of Qwen3-VL, with a tokenizer of one token a letter."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from core.types import PicturedText
from models.qwen.inputs import Piece, QwenInputs, Side, fitted, positions_of
from models.qwen.pictures import Grid, grid_of
from models.qwen.prompt import Marker, embedding_prompt

PICTURE = np.full((64, 96, 3), 7, np.uint8)  # 2 × 3 visual tokens
MARKERS = {marker.value: 1000 + place for place, marker in enumerate(Marker)}
CLOSING: tuple[Piece, ...] = (1001, [10], 1000, [11, 10])


class Letters:
    """Gives each letter its number; markers in a text are letters, as they are asked to be."""

    pad_token_id = 0

    def __call__(
        self,
        texts: Sequence[str],
        *,
        add_special_tokens: bool,
        split_special_tokens: bool,
        verbose: bool,
    ) -> dict[str, list[list[int]]]:
        assert (add_special_tokens, split_special_tokens, verbose) == (False, True, False)
        return {"input_ids": [[ord(letter) for letter in text] for text in texts]}

    def convert_tokens_to_ids(self, token: str) -> int:
        return MARKERS[token]


def inputs(side: Side = Side.RIGHT, max_length: int = 8192) -> QwenInputs:
    return QwenInputs(Letters(), max_length, side)


def test_a_picture_counts_on_from_its_longer_side() -> None:
    positions = positions_of([[5, 6], Grid(2, 3), 7])

    assert positions.tolist() == [
        [0, 1, 2, 2, 2, 2, 2, 2, 5],
        [0, 1, 2, 2, 2, 3, 3, 3, 5],
        [0, 1, 2, 3, 4, 2, 3, 4, 5],
    ]


def test_a_text_is_cut_at_its_end_and_the_closing_stays() -> None:
    pieces = (1000, [1, 2], 1001, [3, 4, 5, 6], *CLOSING)

    assert fitted(pieces, 11) == (1000, [1, 2], 1001, [3, 4], *CLOSING)
    assert fitted(pieces, 13) == pieces


def test_what_the_last_text_lacks_the_one_before_gives() -> None:
    pieces = (1000, [1, 2], 1001, [3], *CLOSING)

    assert fitted(pieces, 8) == (1000, [1], 1001, [], *CLOSING)


def test_a_prompt_that_its_pictures_fill_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="lower the pixel budget"):
        fitted((1000, [1], Grid(10, 10), *CLOSING), 100)


@given(st.integers(60, 200), st.text(max_size=150))
def test_no_prompt_is_longer_than_allowed(max_length: int, text: str) -> None:
    prompt = embedding_prompt(PicturedText(PICTURE, text))

    (row,) = inputs(max_length=max_length).tokenise([prompt], grid_of)

    assert row.length <= max_length
    assert row.pieces[-1] == [ord(letter) for letter in "assistant\n"]


def test_rows_are_padded_at_the_right_or_at_the_left() -> None:
    prompts = [embedding_prompt(PicturedText(None, text)) for text in ("abc", "a")]

    right = inputs(Side.RIGHT).batch(inputs().tokenise(prompts, grid_of))
    left = inputs(Side.LEFT).batch(inputs().tokenise(prompts, grid_of))

    assert right.attention_mask[1].tolist()[-3:] == [1, 0, 0]
    assert left.attention_mask[1].tolist()[:3] == [0, 0, 1]
    assert right.last.tolist() == [right.input_ids.shape[1] - 1, right.input_ids.shape[1] - 3]
    assert left.last.tolist() == [left.input_ids.shape[1] - 1] * 2
    assert right.position_ids[:, 1, :4].tolist() == left.position_ids[:, 1, 2:6].tolist()


def test_a_picture_stands_for_its_tokens_and_gives_its_patches() -> None:
    items = [PicturedText(PICTURE, "x"), PicturedText(None, "y")]

    batch = inputs().batch(inputs().tokenise([embedding_prompt(i) for i in items], grid_of))

    is_picture = batch.input_ids == MARKERS[Marker.PICTURE]
    assert is_picture.sum(axis=1).tolist() == [6, 0]
    assert batch.patches.shape == (24, 3, 16, 16)
    assert batch.grids.tolist() == [[1, 4, 6]]


def test_a_marker_in_a_text_is_no_marker() -> None:
    rows = inputs().tokenise([embedding_prompt(PicturedText(None, "<|image_pad|>"))], grid_of)

    assert not (inputs().batch(rows).input_ids == MARKERS[Marker.PICTURE]).any()
