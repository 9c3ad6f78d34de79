"""Qwen3-VL-Reranker against the official computation, on tiny checkpoints of random weights."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigurationError, ModelUnavailableError
from core.ports import PairReranker
from core.types import PicturedText, Pixels
from models.options import Device, EncoderOptions
from models.rerankers import load_reranker, reranker_footprint
from tests.qwen_checkpoints import Official, make_qwen
from tests.requirements import require

require("models")
CLOSE = 1e-6
SMALL = "visual_tokens=4-12"


def picture(height: int, width: int) -> Pixels:
    return np.random.default_rng(height * 1000 + width).integers(
        0, 256, (height, width, 3), dtype=np.uint8
    )


CANDIDATES = (
    PicturedText(picture(64, 96), "Ships in a storm"),
    PicturedText(picture(17, 200), ""),
    PicturedText(None, "a card without a picture " * 9),
    PicturedText(picture(300, 210), "\nlong " * 30),
    PicturedText(),
    PicturedText(picture(33, 70), "yes"),
)
QUERIES = ("a storm at sea", "", picture(90, 50))


@cache
def load(folder: Path, batch: int = 4) -> PairReranker:
    options = EncoderOptions(threads=1, device=Device.CPU, batch=batch)
    return load_reranker(f"{folder}?{SMALL}", options)


def asked(query: str | Pixels) -> PicturedText:
    return PicturedText(None, query or "NULL") if isinstance(query, str) else PicturedText(query)


@pytest.mark.parametrize("query", QUERIES)
def test_scores_equal_the_official_ones(qwen: Path, query: str | Pixels) -> None:
    official = Official(qwen, least=4, most=12)
    expected = [official.score(asked(query), candidate) for candidate in CANDIDATES]

    assert load(qwen).score(query, CANDIDATES) == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize("batch", [1, 2, 6])
def test_no_pair_changes_with_what_stands_beside_it(qwen: Path, batch: int) -> None:
    alone = [float(load(qwen).score(QUERIES[0], [one])[0]) for one in CANDIDATES]

    scores = load(qwen, batch).score(QUERIES[0], CANDIDATES)

    assert scores == pytest.approx(alone, abs=CLOSE)
    assert np.ptp(scores) > 0.01
    assert scores.dtype == np.float32


def test_pairs_of_several_queries_share_a_pass(qwen: Path) -> None:
    pairs = [(query, one) for one in CANDIDATES for query in QUERIES]
    alone = [float(load(qwen).score(query, [one])[0]) for query, one in pairs]

    assert load(qwen).score_pairs(pairs) == pytest.approx(alone, abs=CLOSE)


def test_a_head_of_its_own_is_read_where_the_words_are_not_tied(tmp_path: Path) -> None:
    folder = make_qwen(tmp_path / "untied", seed=7, tied=False)
    expected = [Official(folder, least=4, most=12).score(asked("a"), c) for c in CANDIDATES[:3]]

    reranker = load(folder)

    assert reranker.score("a", CANDIDATES[:3]) == pytest.approx(expected, abs=CLOSE)


def test_nobody_to_judge_gives_no_scores(qwen: Path) -> None:
    assert load(qwen, 5).score("a", []).shape == (0,)
    assert load(qwen, 5).pairs_per_second() is None


def test_it_tells_its_name_and_how_fast_it_was(qwen: Path) -> None:
    reranker = load(qwen)

    reranker.score("a", CANDIDATES)

    assert reranker.name.startswith("tiny-qwen@")
    assert (reranker.pairs_per_second() or 0) > 0
    assert 0 < reranker.memory_bytes() <= reranker_footprint(str(qwen))[0].weights_bytes


def test_a_failing_device_makes_it_unavailable(qwen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def fail(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("no room")

    reranker = load(qwen, 7)
    monkeypatch.setattr("models.qwen.trunk.QwenTrunk._last_states", fail)

    with pytest.raises(ModelUnavailableError, match=r"ran out of memory on cpu .* batches of 7"):
        reranker.score("a", CANDIDATES)


def test_a_name_that_is_no_reranker_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="choose qwen3-vl-reranker-2b"):
        load_reranker("minilm")


def test_a_checkpoint_of_another_kind_is_refused(siglip: Path) -> None:
    with pytest.raises(ConfigurationError, match="'siglip' model; only qwen3_vl can rerank"):
        load_reranker(str(siglip))
