"""Linear layers with weights laid out once as oneDNN multiplies them, for CPUs.

Left alone, torch hands fp32 products to MKL or lays the weights out anew in every call. The figures
stand in docs/models.md.
"""

from functools import cache
from typing import Any

from models.torch_runtime import import_torch


def pack_linears(
    model: Any,  # noqa: ANN401 - torch is not there in every installation
    dtype: Any,  # noqa: ANN401
) -> None:
    """Replace a model's linear layers; leaves them where this torch and CPU cannot multiply so."""
    torch = import_torch()
    if not _is_possible(dtype):
        return
    packed = _packed_linear()
    for name, layer in list(model.named_modules()):
        # Not its subclasses: the pooling head reads the weights of its own.
        if type(layer) is torch.nn.Linear:
            parent, _, attribute = name.rpartition(".")
            setattr(model.get_submodule(parent), attribute, packed(layer))


def _is_possible(dtype: Any) -> bool:  # noqa: ANN401
    """Try it on a small layer: these operators are torch's own, and not on every processor."""
    torch = import_torch()
    layer = torch.nn.Linear(32, 16, dtype=dtype)
    rows = torch.ones(4, 32, dtype=dtype)
    try:
        with torch.inference_mode():
            return bool(torch.allclose(_packed_linear()(layer)(rows), layer(rows), atol=1e-2))
    except (AttributeError, RuntimeError):
        return False


@cache
def _packed_linear() -> Any:  # noqa: ANN401
    """Define the layer once torch is there."""
    torch = import_torch()

    class PackedLinear(torch.nn.Module):  # type: ignore[misc, name-defined]  # torch is Any
        def __init__(self, layer: Any) -> None:  # noqa: ANN401
            super().__init__()
            self.weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach())
            self.bias = None if layer.bias is None else layer.bias.detach()

        def forward(self, rows: Any) -> Any:  # noqa: ANN401
            multiply = torch.ops.mkldnn._linear_pointwise
            return multiply(rows, self.weight, self.bias, "none", [], "")

    return PackedLinear
