"""The bench of models over small checkpoints: what it makes loads, and its rows are whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.models import queries, throughput
from bench.models.checkpoints import CARD, QWEN, SIGLIP, Size
from bench.models.plan import Plan, query_texts
from bench.models.rates import picture_flops, text_flops
from bench.record import Recorder, read_rows
from core.types import PicturedText
from models.options import Device, Dtype
from models.rerankers import load_reranker
from tests.requirements import require

_TINY = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
SMALL_SIGLIP = replace(
    SIGLIP,
    name="small-siglip",
    parameters=81_458,
    text=_TINY | {"vocab_size": 500, "projection_size": 32},
    vision=_TINY | {"image_size": 32, "patch_size": 16},
)
SMALL_QWEN = replace(
    QWEN,
    name="small-qwen",
    parameters=9_268_560,
    text=QWEN.text
    | {
        "vocab_size": 8100,
        "hidden_size": 768,  # as many numbers as an embedding has unless told
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
    },
    vision=QWEN.vision
    | {
        "depth": 3,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_heads": 2,
        "out_hidden_size": 768,
        "deepstack_visual_indexes": [0, 1, 2],
    },
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A run that takes no longer than it must, and keeps its rows in `tmp_path`."""
    require("models")
    recorder = Recorder("models", tmp_path, quiet=True)
    return Plan(recorder, Device.CPU, tmp_path / "made", quick=True, budget_s=0.0, threads=1)


def rows(folder: Path, measure: str) -> list[dict[str, object]]:
    return [row for row in read_rows(folder / "models.jsonl") if row["measure"] == measure]


@pytest.mark.parametrize("size", [SMALL_SIGLIP, SMALL_QWEN], ids=lambda size: size.name)
def test_a_made_checkpoint_is_measured_through_our_own_loader(
    plan: Plan, tmp_path: Path, size: Size
) -> None:
    throughput.measure(plan, throughput.Model(size, Dtype.BF16, (1, 2)), device_tflops=1.0)

    found = rows(tmp_path, "throughput")
    kinds = [("picture", 1, 2)] if size is SMALL_SIGLIP else [("picture", 1, 2)] * 2
    assert len(found) == 2 * (len(kinds) + 1)  # and the queries
    assert {row["batch"] for row in found} == {1, 2}
    assert all(row["items_per_s"] and row["dtype"] == "bf16" for row in found)


def test_queries_are_driven_in_both_ways(plan: Plan, tmp_path: Path) -> None:
    encoder = plan.load(SMALL_SIGLIP, Dtype.FP32, 8)

    queries.measure(plan, encoder, {}, [queries.by_turns(encoder), queries.shared(encoder)])

    found = rows(tmp_path, "query")
    assert [(row["way"], row["clients"]) for row in found] == [
        (way, clients) for clients in queries.CLIENTS for way in ("by_turns", "shared")
    ]
    assert all(row["moved_millionths"] <= 1 for row in found)  # type: ignore[operator]  # rows are of JSON


def test_the_same_checkpoint_reranks(plan: Plan) -> None:
    reranker = load_reranker(str(plan.checkpoint(SMALL_QWEN)), plan.options(Dtype.BF16, 2))

    scores = reranker.score("a warship", [PicturedText(None, CARD), PicturedText(None, "a cat")])

    assert ((scores > 0) & (scores < 1)).all()


def test_a_size_of_another_number_of_parameters_is_refused(plan: Plan) -> None:
    with pytest.raises(RuntimeError, match="81458 parameters instead of 5"):
        plan.checkpoint(replace(SMALL_SIGLIP, parameters=5))


def test_the_operations_of_a_pass_are_counted_by_hand() -> None:
    # A layer of 4 tokens, 32 wide, 48 inside: 2·4·32·(4·32 + 2·48) of products, 4·4²·32 attention.
    layer = 2 * 4 * 32 * (128 + 96) + 4 * 16 * 32
    patches = 2 * 4 * (3 * 16 * 16) * 32

    assert picture_flops(SMALL_SIGLIP) == 2 * layer + patches
    assert text_flops(SMALL_SIGLIP, 4) == 2 * layer


def test_a_base_picture_takes_35_billion_operations() -> None:
    assert picture_flops(SIGLIP) / 1e9 == pytest.approx(34.9, abs=0.1)
    assert text_flops(QWEN, 1) / 1e9 == pytest.approx(2.8, abs=0.1)  # two for each of 1.41 billion


def test_no_query_is_asked_twice() -> None:
    assert len(set(query_texts(1000))) == 1000
