"""What a forward pass must compute, and what a device can."""

import time
from collections.abc import Callable

from bench.models.checkpoints import Size
from models.options import Device
from models.torch_runtime import TorchRuntime, import_torch

_SIDE = {Device.CPU: 2048, Device.CUDA: 8192}  # of the matrices whose product tells the rate


def picture_flops(size: Size, visual_tokens: int = 0) -> float:
    """Count the operations on one picture; a multiplication with its addition is two.

    Linear layers, attention and patches count; norms, activations and pooling do not.
    """
    vision = size.vision
    if not size.is_qwen:
        tokens, patch = (vision["image_size"] // vision["patch_size"]) ** 2, vision["patch_size"]
        numbers, layers = 3 * patch**2, vision["num_hidden_layers"]
    else:
        tokens, layers, numbers = 4 * visual_tokens, vision["depth"], 2 * 3 * 16**2
    width, inner = vision["hidden_size"], vision["intermediate_size"]
    total = 2.0 * tokens * numbers * width + layers * _layer(tokens, width, inner, 4 * width, 2)
    if not size.is_qwen:
        return float(total)
    mergers = 1 + len(vision["deepstack_visual_indexes"])
    merged = 4 * width
    merging = 2.0 * visual_tokens * merged * (merged + vision["out_hidden_size"])
    return float(total + mergers * merging)


def text_flops(size: Size, tokens: int) -> float:
    """Count the operations on one prompt of so many tokens, visual ones among them."""
    text = size.text
    width, inner, layers = (
        text[name] for name in ("hidden_size", "intermediate_size", "num_hidden_layers")
    )
    if not size.is_qwen:
        return float(layers * _layer(tokens, width, inner, 4 * width, 2))
    heads = (2 * text["num_attention_heads"] + 2 * text["num_key_value_heads"]) * text["head_dim"]
    return float(layers * _layer(tokens, width, inner, heads, 3))


def _layer(tokens: int, width: int, inner: int, heads: int, gates: int) -> float:
    """Count those of one layer: projections, a feed-forward part, and attention in full."""
    return 2.0 * tokens * width * (heads + gates * inner) + 4.0 * tokens**2 * width


def matmul_tflops(runtime: TorchRuntime, *, quick: bool) -> float:
    """Measure the product of two large square matrices, in 10^12 operations a second."""
    torch, side = import_torch(), _SIDE[runtime.device] // (2 if quick else 1)
    shape, dtype = (side, side), runtime.torch_dtype
    left = torch.randn(shape, device=runtime.device, dtype=dtype)
    right = torch.randn(shape, device=runtime.device, dtype=dtype)

    def multiply() -> None:
        for _ in range(4):
            torch.matmul(left, right)
        if runtime.device is Device.CUDA:
            torch.cuda.synchronize()

    seconds = min(times(multiply, 1.0))
    return float(4 * 2 * side**3 / seconds / 1e12)


def times(run: Callable[[], object], budget_s: float, *, least: int = 3) -> list[float]:
    """Run something once to warm up, then again and again; the seconds of each."""
    run()
    begin, seconds = time.perf_counter(), list[float]()
    while len(seconds) < least or time.perf_counter() - begin < budget_s:
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return seconds
