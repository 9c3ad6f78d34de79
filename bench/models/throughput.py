"""Pictures and texts a second by batch and precision, against what the device can; memory of a GPU.

Pictures are brought to size before: the model is measured, not the decoding. The device's rate is
the product of two large matrices in the same precision, measured in the same run. A text of a
SigLIP model is 64 tokens whatever it says; of a Qwen model it has the tokens of its prompt, and
what is padded to the longest of a batch counts as time, not as work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import mean, median
from typing import Any

import numpy as np

from bench.models.checkpoints import QWEN, SIGLIP, SIGLIP2, SO400M, Size
from bench.models.plan import Plan, check_whole, free_memory, going_on, query_texts
from bench.models.rates import matmul_tflops, picture_flops, text_flops, times
from bench.record import Figure
from core.types import PicturedText, Pixels, Purpose
from models.footprint import Footprint
from models.options import Device, Dtype
from models.qwen.prompt import QUERY_INSTRUCTION, embedding_prompt
from models.registry import open_checkpoint
from models.torch_loading import load_tokenizer
from models.torch_runtime import choose_runtime, import_torch, set_threads

_SIGLIP_TOKENS = 64  # of a text
_QWEN_SIDES = {640: (640, 1024), 256: (512, 512)}  # visual tokens → height and width
_QWEN_BESIDE = 28  # tokens of a document's prompt beside its picture


@dataclass(frozen=True, slots=True)
class Model:
    """One checkpoint in one precision, and the batches that it is measured with."""

    size: Size
    dtype: Dtype
    batches: Sequence[int]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of input: what one costs, and how so many are encoded."""

    kind: str
    tokens: int  # of one, visual or not
    flops: float
    encode: Callable[[int], object]


def models(device: Device, *, quick: bool) -> list[Model]:
    """Choose what a device is measured with."""
    if device is Device.CPU:
        dtypes = (Dtype.BF16,) if quick else (Dtype.FP32, Dtype.BF16)
        return [Model(SIGLIP, dtype, (1, 8)) for dtype in dtypes]
    narrow, wide = ((1, 64), (1, 8)) if quick else ((1, 8, 64, 256), (1, 8, 32, 64))
    return [
        *(Model(SIGLIP, dtype, narrow) for dtype in (Dtype.FP32, Dtype.BF16, Dtype.FP16)),
        Model(SIGLIP2, Dtype.BF16, narrow),
        Model(SO400M, Dtype.BF16, wide),
        Model(QWEN, Dtype.BF16, wide),
    ]


def run(plan: Plan) -> None:
    """Measure every model; one that fails loses no other's rows."""
    set_threads(plan.threads)
    rates: dict[Dtype, float] = {}
    failed = list[str]()
    for model in models(plan.device, quick=plan.quick):
        with going_on(failed, f"throughput of {model.size.name} in {model.dtype}"):
            if model.dtype not in rates:
                runtime = choose_runtime(plan.options(model.dtype, 1), own_dtype=model.dtype)
                rates[model.dtype] = matmul_tflops(runtime, quick=plan.quick)
            measure(plan, model, rates[model.dtype])
        free_memory(plan.device)
    check_whole(failed)


def measure(plan: Plan, model: Model, device_tflops: float) -> None:
    """Measure one model against the rate of its device."""
    most = max(model.batches)
    plan.checkpoint(model.size)
    before = _allocated(plan)
    encoder: Any = plan.load(model.size, model.dtype, most)
    held_bytes = _allocated(plan) - before
    works = [*_pictures(model.size, encoder, most), _texts(plan, model.size, encoder, most)]
    if plan.device is Device.CUDA:  # in a process, what was freed before is used again, uncounted
        _record_memory(plan, model, works[0], held_bytes)
    for work in works:
        for batch in model.batches:
            seconds = median(times(partial(work.encode, batch), plan.budget_s))
            reached = work.flops * batch / seconds / 1e12
            figures: dict[str, Figure] = {
                "batch": batch,
                "input": work.kind,
                "tokens": work.tokens,
                "items_per_s": batch / seconds,
                "batch_p50_ms": seconds * 1000,
                "gflop_per_item": work.flops / 1e9,
                "tflops": reached,
                "matmul_tflops": device_tflops,
                "share_of_matmul": reached / device_tflops,
            }
            plan.recorder.row("throughput", plan.facts(model.size, model.dtype) | figures)


def _pictures(size: Size, encoder: Any, most: int) -> list[Work]:  # noqa: ANN401 - of two classes
    """Prepare pictures of noise, the largest first."""
    noise = np.random.default_rng(0)
    works = []
    for tokens, (height, width) in _sides(size).items():
        one = noise.integers(0, 256, (height, width, 3), np.uint8)
        # Shifted, so that no two are equal.
        pictures = [np.roll(one, place, axis=0) for place in range(most)]
        flops = picture_flops(size, tokens)
        if size.is_qwen:
            flops += text_flops(size, tokens + _QWEN_BESIDE)
        encode = partial(_encode_some, encoder, pictures)
        works.append(Work("picture", tokens, flops, encode))
    return works


def _encode_some(encoder: Any, pictures: Sequence[Pixels], count: int) -> object:  # noqa: ANN401 - of two classes
    return encoder.encode_resized(pictures[:count])


def _sides(size: Size) -> dict[int, tuple[int, int]]:
    if size.is_qwen:
        return _QWEN_SIDES
    side: int = size.vision["image_size"]
    return {(side // size.vision["patch_size"]) ** 2: (side, side)}


def _texts(plan: Plan, size: Size, encoder: Any, most: int) -> Work:  # noqa: ANN401 - of two classes
    texts = query_texts(most)
    tokens = _SIGLIP_TOKENS
    if size.is_qwen:
        tokenizer = load_tokenizer(open_checkpoint(str(plan.checkpoint(size)))[0])
        prompts = [str(embedding_prompt(PicturedText(None, t), QUERY_INSTRUCTION)) for t in texts]
        tokens = round(mean(len(ids) for ids in tokenizer(prompts)["input_ids"]))

    def encode(count: int) -> object:
        return encoder.encode_texts(texts[:count], purpose=Purpose.QUERY)

    return Work("query", tokens, text_flops(size, tokens), encode)


def _allocated(plan: Plan) -> int:
    return int(import_torch().cuda.memory_allocated()) if plan.device is Device.CUDA else 0


def _record_memory(plan: Plan, model: Model, work: Work, held_bytes: int) -> None:
    """Compare what the largest batch of the largest pictures takes with what is predicted."""
    cuda, predicted = import_torch().cuda, _predicted(plan, model)
    work.encode(1)  # what the libraries keep from their first pass on is no part of it
    before = _allocated(plan)
    cuda.reset_peak_memory_stats()
    work.encode(predicted.batch)
    figures: dict[str, Figure] = {
        "batch": predicted.batch,
        "tokens": work.tokens,
        "loaded_mb": held_bytes / 1e6,
        "loaded_predicted_mb": predicted.weights_bytes / 1e6,
        "activations_mb": (cuda.max_memory_allocated() - before) / 1e6,
        "activations_predicted_mb": predicted.activations_bytes / 1e6,
    }
    plan.recorder.row("memory", plan.facts(model.size, model.dtype) | figures)


def _predicted(plan: Plan, model: Model) -> Footprint:
    checkpoint, kind = open_checkpoint(str(plan.checkpoint(model.size)))
    footprint, _ = kind.footprint(checkpoint, plan.options(model.dtype, max(model.batches)))
    return footprint
