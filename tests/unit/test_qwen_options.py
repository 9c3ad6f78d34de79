"""What is chosen of a Qwen3-VL model, behind its name."""

import pytest

from core.errors import ConfigurationError
from models.qwen.options import QwenOptions, parse_qwen_options
from models.qwen.pictures import PixelBudget


def test_nothing_chosen_gives_the_defaults() -> None:
    assert parse_qwen_options("") == QwenOptions(dim=768, budget=PixelBudget(256, 640))


def test_everything_may_be_chosen() -> None:
    text = "dim=64&visual_tokens=4-12&max_length=99&instruction=Find+ships&document_instruction=X"

    assert parse_qwen_options(text) == QwenOptions(64, PixelBudget(4, 12), 99, "Find ships", "X")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("dims=64", "no option 'dims'; known are dim, visual_tokens"),
        ("dim=", "dim='' must be a whole number"),
        ("dim=-1", "dim='-1' must be a whole number"),
        ("visual_tokens=640", "the fewest and the most, as 256-640"),
        ("visual_tokens=9-4", "the fewer first"),
    ],
)
def test_a_wrong_choice_is_refused_in_words(text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        parse_qwen_options(text)
