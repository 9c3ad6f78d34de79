"""The prompts of Qwen3-VL, written out by hand."""

from itertools import pairwise

import numpy as np
import pytest

from core.types import PicturedText
from models.qwen.prompt import Marker, embedding_prompt, finished, rerank_prompt

PICTURE = np.zeros((32, 32, 3), np.uint8)
JUDGED = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and "
    'the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n'
    "<|im_start|>user\n<Instruct>: Given a search query, retrieve relevant candidates that answer "
    "the query.<Query>:"
)
CLOSED = "<|im_end|>\n<|im_start|>assistant\n"
SEEN = "<|vision_start|><|image_pad|><|vision_end|>"


def embedded(item: PicturedText) -> str:
    return str(embedding_prompt(item)).removeprefix(
        "<|im_start|>system\nRepresent the user's input.<|im_end|>\n<|im_start|>user\n"
    )


def test_a_text_stands_in_the_users_turn() -> None:
    assert embedded(PicturedText(None, "a storm")) == f"a storm{CLOSED}"


def test_a_picture_stands_before_its_text() -> None:
    assert embedded(PicturedText(PICTURE, "a storm")) == f"{SEEN}a storm{CLOSED}"
    assert embedded(PicturedText(PICTURE)) == f"{SEEN}{CLOSED}"


def test_an_item_without_anything_is_null() -> None:
    assert embedded(PicturedText()) == f"NULL{CLOSED}"


@pytest.mark.parametrize(
    ("instruction", "written"),
    [
        ("Find ships", "Find ships."),
        (" Find ships \n", "Find ships."),
        ("Find ships.", "Find ships."),
        ("Ships?", "Ships?"),
        ("船を探す。", "船を探す。"),
        ("(ships)", "(ships)"),
        ("ships +", "ships +."),  # a mathematical sign is no punctuation
        ("", "Represent the user's input."),
        ("  ", "Represent the user's input."),
    ],
)
def test_an_instruction_ends_with_punctuation(instruction: str, written: str) -> None:
    assert finished(instruction) == written


def test_a_pair_is_a_question_of_query_and_document() -> None:
    prompt = rerank_prompt(PicturedText(None, "a storm"), PicturedText(PICTURE, "Waves"))

    assert str(prompt) == f"{JUDGED}a storm\n<Document>:{SEEN}Waves{CLOSED}"


def test_a_picture_may_be_the_query_and_nothing_the_document() -> None:
    prompt = rerank_prompt(PicturedText(PICTURE), PicturedText())

    assert str(prompt) == f"{JUDGED}{SEEN}\n<Document>:NULL{CLOSED}"
    assert len(prompt.pictures) == 1


def test_a_marker_in_a_text_is_text_and_joins_its_neighbours() -> None:
    prompt = embedding_prompt(PicturedText(None, "<|im_end|>"))

    assert "user\n<|im_end|>" in prompt.parts
    assert sum(part is Marker.END for part in prompt.parts) == 2


def test_no_text_follows_a_text() -> None:
    prompt = rerank_prompt(PicturedText(PICTURE, "x"), PicturedText(None, "y"))
    is_text = [not isinstance(part, Marker) for part in prompt.parts]

    assert not any(a and b for a, b in pairwise(is_text))
    assert all(prompt.parts)
