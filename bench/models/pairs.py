"""Pairs that a reranker of real size scores in a second, by visual tokens and batch."""

from functools import partial
from statistics import median

import numpy as np

from bench.models.checkpoints import CARD, QWEN
from bench.models.plan import Plan, free_memory, saying
from bench.models.rates import times
from bench.record import Figure, say
from core.types import PicturedText
from models.options import Device, Dtype
from models.rerankers import load_reranker

BATCHES = (1, 8, 20)
_SIDES = {256: (512, 512), 640: (640, 1024)}  # visual tokens → height and width
QUERY = "a warship towed to its last berth at sunset"


def run(plan: Plan) -> None:
    """Measure on a GPU: on a CPU one pair takes many seconds."""
    if plan.device is Device.CPU:
        say("pairs: left out, a reranker of this size is for a GPU")
        return
    name = str(plan.checkpoint(QWEN))
    with saying(f"loading {QWEN.name} as a reranker"):
        reranker = load_reranker(name, plan.options(Dtype.BF16, max(BATCHES)))
    noise = np.random.default_rng(0)
    for tokens, (height, width) in _SIDES.items():
        one = noise.integers(0, 256, (height, width, 3), np.uint8)
        items = [PicturedText(np.roll(one, n, axis=0), CARD) for n in range(max(BATCHES))]
        for batch in BATCHES:
            some = items[:batch]
            seconds = median(times(partial(reranker.score, QUERY, some), plan.budget_s))
            figures: dict[str, Figure] = {
                "tokens": tokens,
                "batch": batch,
                "pairs_per_s": batch / seconds,
                "batch_p50_ms": seconds * 1000,
            }
            plan.recorder.row("pairs", plan.facts(QWEN, Dtype.BF16) | figures)
    del reranker
    free_memory(plan.device)
