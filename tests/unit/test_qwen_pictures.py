"""Visual tokens of Qwen3-VL, worked by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from models.checkpoints import Checkpoint
from models.qwen.pictures import Grid, PixelBudget, check_processor, numbers_of, patches

BUDGET = PixelBudget()
SIDES = st.integers(1, 20_000)


@pytest.mark.parametrize(
    ("height", "width", "grid"),
    [
        (512, 512, (16, 16)),  # 256 tokens: as it is
        (640, 1024, (20, 32)),  # 640: as it is
        (527, 513, (16, 16)),  # to the nearest 32
        (1024, 1024, (25, 25)),  # sqrt(640) is 25.3
        (2000, 500, (50, 12)),  # 62 × 16 tokens are too many
        (224, 224, (16, 16)),  # small ones grow
        (1, 1, (16, 16)),
        (100, 20_000, (1, 357)),  # as long as the official code takes them: 200 to 1
        (1, 20_000, (1, 357)),  # longer ones are squeezed to that
    ],
)
def test_a_picture_gets_256_to_640_tokens(height: int, width: int, grid: tuple[int, int]) -> None:
    assert BUDGET.grid(height, width) == grid


@given(SIDES, SIDES)
def test_any_picture_fits_the_budget(height: int, width: int) -> None:
    assert 200 <= BUDGET.grid(height, width).tokens <= 640  # shrinking rounds down


@given(SIDES, SIDES)
def test_turning_a_picture_turns_its_grid(height: int, width: int) -> None:
    turned = BUDGET.grid(width, height)

    assert BUDGET.grid(height, width) == (turned.columns, turned.rows)


def test_a_resized_picture_has_whole_tokens_and_stays_as_it_is() -> None:
    resized = PixelBudget(4, 12).resize(np.zeros((100, 300, 3), np.uint8))

    assert resized.shape == (64, 192, 3)  # 3 × 9 tokens are too many: both sides by 1.5625
    assert PixelBudget(4, 12).resize(resized) is resized


def test_the_four_patches_of_a_token_come_together() -> None:
    picture = np.zeros((32, 64, 3), np.uint8)
    picture[:16, 16:32] = 1  # the second patch of the first token
    picture[16:, :16] = 2  # the third
    picture[:16, 32:48, 1] = 4  # the first of the second token, in green

    cut = patches(picture)

    assert cut.shape == (8, 3, 16, 16)
    assert cut[:, 0, 0, 0].tolist() == [0, 1, 2, 0, 0, 0, 0, 0]
    assert cut[4, :, 5, 5].tolist() == [0, 4, 0]


def test_values_become_numbers_from_minus_one_to_one() -> None:
    values = numbers_of(np.array([0, 51, 255], np.uint8))

    assert values == pytest.approx([-1, -0.6, 1])
    assert values.dtype == np.float32


@pytest.mark.parametrize(("least", "most"), [(0, 4), (5, 4)])
def test_a_budget_that_is_none_is_refused(least: int, most: int) -> None:
    with pytest.raises(ConfigurationError, match="visual tokens"):
        PixelBudget(least, most)


def test_a_grid_counts_its_tokens() -> None:
    assert Grid(3, 4).tokens == 12


def test_a_checkpoint_that_prepares_pictures_otherwise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"patch_size": 14}))

    with pytest.raises(ConfigurationError, match="patch_size is 14 instead of 16"):
        check_processor(Checkpoint("other", tmp_path))


@given(SIDES, SIDES, st.integers(1, 700), st.integers(0, 700))
def test_no_picture_is_larger_than_was_said(height: int, width: int, least: int, more: int) -> None:
    budget = PixelBudget(least, least + more)

    assert budget.grid(height, width).tokens * 32 * 32 * 3 <= budget.most_bytes
