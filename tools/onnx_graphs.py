"""The built-in encoders as ONNX graphs, written node by node from their weights.

Written rather than traced: the operators are the fused ones that ONNX Runtime runs fastest, and no
training flag, mask helper or exporter stands between the weights and the file.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]
Weights = Mapping[str, NDArray[np.float32]]

MICROSOFT = "com.microsoft"  # fused operators of ONNX Runtime: Attention, BiasGelu, …
OPSET = 17
IR_VERSION = 8  # of the year of opset 17; newer files are refused by older runtimes
HALF_FROM = 4096  # smaller tensors stay fp32: halving them saves nothing
MINILM_LAYERS = 6
MINILM_HEADS = 12
MINILM_DIM = 384
MINILM_TOKENS = 256
EFFICIENTNET_DIM = 1280


class Graph:
    """A graph under construction: every value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Array] = {}

    def constant(self, name: str, value: Array) -> str:
        """Keep a constant."""
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def node(self, op: str, out: str, *inputs: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401 - ONNX attributes are of many types
        """Add an operator; its name is that of its output."""
        made = helper.make_node(op, list(inputs), [out], name=out, domain=domain, **attributes)
        self.nodes.append(made)
        return out

    def model(self, inputs: Mapping[str, tuple[int, list[Any]]], dim: int) -> onnx.ModelProto:
        """Close the graph; its output is `embedding`, in full precision."""
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [helper.make_tensor_value_info(n, kind, shape) for n, (kind, shape) in inputs.items()],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", dim])],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def minilm_graph(weights: Weights, *, small_words: bool = False) -> onnx.ModelProto:
    """Write all-MiniLM-L6-v2 with mean pooling over the attention mask and unit length.

    `small_words` stores each word's vector as int8 with a scale of its own.
    """
    graph = Graph()
    graph.node("Cast", "mask", "attention_mask", to=TensorProto.INT32)
    hidden = _embed_tokens(graph, weights, small_words)
    for layer in range(MINILM_LAYERS):
        hidden = _attend(graph, weights, layer, hidden)
        hidden = _feed_forward(graph, weights, layer, hidden)
    axis = graph.constant("axis", np.array([1]))
    graph.node("Cast", "mask_weights", "attention_mask", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", "mask_row", "mask_weights", axis)
    graph.node("MatMul", "token_sum", "mask_row", hidden)
    # The sum has the direction of the mean, and only the direction survives the next step.
    graph.node("Squeeze", "pooled", "token_sum", axis)
    graph.node("LpNormalization", "embedding", "pooled", axis=1, p=2)
    tokens = (TensorProto.INT64, ["batch", "length"])
    return graph.model({"input_ids": tokens, "attention_mask": tokens}, MINILM_DIM)


def _embed_tokens(graph: Graph, weights: Weights, small_words: bool) -> str:
    # A single text has one segment, so its type embedding is a constant of every token.
    words = weights["embeddings.word_embeddings.weight"]
    words = words + weights["embeddings.token_type_embeddings.weight"][0]
    positions = weights["embeddings.position_embeddings.weight"][:MINILM_TOKENS]
    if small_words:
        scales = np.abs(words).max(axis=1, keepdims=True) / 127
        codes = graph.constant("words.codes", np.rint(words / scales).astype(np.int8))
        graph.node("Gather", "words.small", codes, "input_ids")
        graph.node("Cast", "words.wide", "words.small", to=TensorProto.FLOAT)
        graph.node("Gather", "words.scale", graph.constant("words.scales", scales), "input_ids")
        graph.node("Mul", "words", "words.wide", "words.scale")
    else:
        graph.node("Gather", "words", graph.constant("words.weight", words), "input_ids")
    graph.node("Shape", "length", "input_ids", start=1, end=2)
    zero = graph.constant("zero", np.array([0]))
    table = graph.constant("positions.weight", positions)
    graph.node("Slice", "positions", table, zero, "length", zero)
    graph.node("Add", "placed", "words", "positions")
    gain = graph.constant("norm.gain", weights["embeddings.LayerNorm.weight"])
    bias = graph.constant("norm.bias", weights["embeddings.LayerNorm.bias"])
    return graph.node("LayerNormalization", "hidden", "placed", gain, bias, axis=-1, epsilon=1e-12)


def _attend(graph: Graph, weights: Weights, layer: int, hidden: str) -> str:
    source, at = f"encoder.layer.{layer}.attention", f"layer{layer}.attention"
    names = [f"{source}.self.{part}" for part in ("query", "key", "value")]
    joined = np.concatenate([weights[f"{name}.weight"].T for name in names], axis=1)
    weight = graph.constant(f"{at}.weight", joined)
    bias = graph.constant(f"{at}.bias", np.concatenate([weights[f"{name}.bias"] for name in names]))
    out = graph.node(
        "Attention", at, hidden, weight, bias, "mask", domain=MICROSOFT, num_heads=MINILM_HEADS
    )
    return _project(graph, weights, f"{source}.output", out, hidden)


def _feed_forward(graph: Graph, weights: Weights, layer: int, hidden: str) -> str:
    source, at = f"encoder.layer.{layer}", f"layer{layer}.wide"
    weight = graph.constant(f"{at}.weight", weights[f"{source}.intermediate.dense.weight"].T)
    bias = graph.constant(f"{at}.bias", weights[f"{source}.intermediate.dense.bias"])
    graph.node("MatMul", at, hidden, weight)
    wide = graph.node("BiasGelu", f"{at}.gelu", at, bias, domain=MICROSOFT)
    return _project(graph, weights, f"{source}.output", wide, hidden)


def _project(graph: Graph, weights: Weights, source: str, value: str, residual: str) -> str:
    at = f"{value}.out"
    weight = graph.constant(f"{at}.weight", weights[f"{source}.dense.weight"].T)
    bias = graph.constant(f"{at}.bias", weights[f"{source}.dense.bias"])
    gain = graph.constant(f"{at}.gain", weights[f"{source}.LayerNorm.weight"])
    shift = graph.constant(f"{at}.shift", weights[f"{source}.LayerNorm.bias"])
    graph.node("MatMul", at, value, weight)
    inputs = (at, residual, gain, shift, bias)
    op = "SkipLayerNormalization"
    return graph.node(op, f"{at}.norm", *inputs, domain=MICROSOFT, epsilon=1e-12)


def efficientnet_graph(network: Any, size: int) -> onnx.ModelProto:  # noqa: ANN401 - a torch module without types
    """Write EfficientNet-Lite0 up to its pooled features, of unit length.

    `network` is in evaluation mode; each batch normalisation is folded into its convolution.
    """
    graph = Graph()
    out = _convolve(graph, "stem", "pixels", network._conv_stem, network._bn0)
    for number, block in enumerate(network._blocks):
        entry, at = out, f"block{number}"
        if block._block_args.expand_ratio != 1:
            out = _convolve(graph, f"{at}.expand", out, block._expand_conv, block._bn0)
        out = _convolve(graph, f"{at}.depthwise", out, block._depthwise_conv, block._bn1)
        project = (block._project_conv, block._bn2)
        out = _convolve(graph, f"{at}.project", out, *project, active=False)
        args = block._block_args
        if block.id_skip and args.stride == 1 and args.input_filters == args.output_filters:
            out = graph.node("Add", f"{at}.sum", out, entry)
    out = _convolve(graph, "head", out, network._conv_head, network._bn1)
    graph.node("GlobalAveragePool", "pooled", out)
    graph.node("Flatten", "features", "pooled", axis=1)
    graph.node("LpNormalization", "embedding", "features", axis=1, p=2)
    return graph.model({"pixels": (TensorProto.FLOAT, ["batch", 3, size, size])}, EFFICIENTNET_DIM)


def _convolve(
    graph: Graph,
    name: str,
    value: str,
    layer: Any,  # noqa: ANN401 - a torch module without types
    norm: Any,  # noqa: ANN401 - likewise
    *,
    active: bool = True,
) -> str:
    factor = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach().numpy()
    kernel = layer.weight.detach().numpy() * factor[:, None, None, None]
    shift = norm.bias.detach().numpy() - norm.running_mean.numpy() * factor
    # Padding as in TensorFlow's SAME: one more on the right and at the bottom where it is odd.
    left, right, top, bottom = getattr(layer.static_padding, "padding", (0, 0, 0, 0))
    weight = graph.constant(f"{name}.weight", kernel)
    bias = graph.constant(f"{name}.bias", shift)
    out = graph.node(
        "Conv", name, value, weight, bias,
        group=layer.groups, strides=list(layer.stride), pads=[top, left, bottom, right],
    )  # fmt: skip
    if not active:
        return out
    low = graph.constant("low", np.zeros((), np.float32))
    high = graph.constant("high", np.full((), 6, np.float32))
    return graph.node("Clip", f"{name}.relu6", out, low, high)


def store_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large weights as fp16 with a cast to fp32, which ONNX Runtime folds at load."""
    halved = onnx.ModelProto()
    halved.CopyFrom(model)
    kept, casts = [], []
    for tensor in halved.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < HALF_FROM:
            kept.append(tensor)
            continue
        half = f"{tensor.name}.half"
        kept.append(numpy_helper.from_array(value.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *halved.graph.node]
    del halved.graph.initializer[:], halved.graph.node[:]
    halved.graph.initializer.extend(kept)
    halved.graph.node.extend(nodes)
    return halved


def quantise(model: onnx.ModelProto) -> onnx.ModelProto:
    """Turn the matrix products of an encoder into int8 ones.

    Seven bits of the eight are used, for processors without VNNI add two products in 16 bits and
    would clip the sum; so processors agree. Each output channel has a scale of its own.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        quantize_dynamic(
            model,
            path,
            op_types_to_quantize=["MatMul", "Attention"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=["token_sum"],  # no weights in it
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        return onnx.load(path)
