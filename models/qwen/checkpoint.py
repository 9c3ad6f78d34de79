"""Qwen3-VL checkpoints of any size: what they need, and how they are loaded."""

from typing import Any

from core.errors import ConfigurationError, DamagedError
from core.types import EncoderCard, Json, Modality
from models.checkpoints import Checkpoint
from models.fingerprint import fingerprint
from models.footprint import Footprint, read_tensors, stored_dtype, weights_bytes
from models.images import DECODING
from models.options import EncoderOptions
from models.qwen.encoder import QwenEncoder
from models.qwen.inputs import QwenInputs, Side
from models.qwen.options import QwenOptions, parse_qwen_options
from models.qwen.pictures import FRAMES, MERGED, PATCH, PixelBudget, check_processor
from models.qwen.prompt import REVISION, Marker, finished
from models.qwen.reranker import QwenReranker
from models.qwen.trunk import FRAME_TOKENS, QwenTrunk
from models.torch_loading import load_network, load_tokenizer
from models.torch_runtime import TorchRuntime, choose_runtime, set_threads

LEAST_DIM = 64  # the model was trained to be cut so far


def load_qwen_encoder(checkpoint: Checkpoint, options: EncoderOptions) -> QwenEncoder:
    """Load an encoder after looking whether it fits; the network is never asked.

    Raises:
        ConfigurationError: files, packages, the device or memory are missing, or the dim is not
            one of the model's; says the remedy.
        DamagedError: the checkpoint cannot be read.
    """
    chosen = parse_qwen_options(checkpoint.choices)
    most = _sizes(checkpoint, "text_config")["hidden_size"]
    if not LEAST_DIM <= chosen.dim <= most:
        raise ConfigurationError(
            f"{checkpoint.name} makes embeddings of {LEAST_DIM} to {most} numbers, "
            f"not {chosen.dim}: write dim= behind its name"
        )
    runtime = _prepare(checkpoint, options)
    model = load_network("Qwen3VLModel", checkpoint, runtime)
    inputs = QwenInputs(_tokenizer(checkpoint), chosen.max_length, Side.RIGHT)
    trunk = _trunk(checkpoint, model, inputs, chosen, runtime=runtime)
    return QwenEncoder(trunk, _card(checkpoint, chosen, runtime), chosen)


def load_qwen_reranker(checkpoint: Checkpoint, options: EncoderOptions) -> QwenReranker:
    """Load a reranker after looking whether it fits; of its head two rows are kept.

    Raises:
        ConfigurationError: files, packages, the device or memory are missing; says the remedy.
        DamagedError: the checkpoint cannot be read.
    """
    chosen = parse_qwen_options(checkpoint.choices)
    runtime = _prepare(checkpoint, options)
    model = load_network("Qwen3VLForConditionalGeneration", checkpoint, runtime)
    tokenizer = _tokenizer(checkpoint)
    inputs = QwenInputs(tokenizer, chosen.max_length, Side.LEFT)
    return QwenReranker(
        f"{checkpoint.name}@{checkpoint.revision}",
        _trunk(checkpoint, model.model, inputs, chosen, runtime=runtime),
        yes_no=_yes_no(checkpoint, tokenizer, model),
        budget=chosen.budget,
    )


def qwen_footprint(
    checkpoint: Checkpoint, options: EncoderOptions
) -> tuple[Footprint, TorchRuntime]:
    """Tell what a checkpoint would take, and where; no weights are loaded.

    Raises:
        ConfigurationError, DamagedError: as `load_qwen_encoder` does.
    """
    budget = parse_qwen_options(checkpoint.choices).budget
    tensors = read_tensors(checkpoint.weights)
    runtime = choose_runtime(options, own_dtype=stored_dtype(tensors))
    activations = runtime.batch * _row_bytes(checkpoint, budget, runtime)
    weights = weights_bytes(tensors, runtime.dtype)
    return Footprint(weights, activations, runtime.batch), runtime


def qwen_reads(checkpoint: Checkpoint) -> frozenset[str] | None:
    """Tell that any of these models reads many languages."""
    del checkpoint
    return None


def _prepare(checkpoint: Checkpoint, options: EncoderOptions) -> TorchRuntime:
    check_processor(checkpoint)
    needed, runtime = qwen_footprint(checkpoint, options)
    runtime.check_fits(checkpoint.name, needed)
    set_threads(options.threads)
    return runtime


def _trunk(
    checkpoint: Checkpoint,
    model: Any,  # noqa: ANN401 - of torch
    inputs: QwenInputs,
    options: QwenOptions,
    *,
    runtime: TorchRuntime,
) -> QwenTrunk:
    row_tokens = options.budget.most_tokens + FRAME_TOKENS
    return QwenTrunk(checkpoint.name, model, inputs=inputs, runtime=runtime, row_tokens=row_tokens)


def _tokenizer(checkpoint: Checkpoint) -> Any:  # noqa: ANN401 - of transformers
    """Load the tokenizer, and see that it writes pictures as the network reads them."""
    tokenizer = load_tokenizer(checkpoint)
    picture = tokenizer.convert_tokens_to_ids(Marker.PICTURE.value)
    if picture != checkpoint.config.get("image_token_id"):
        raise DamagedError(f"the tokenizer of {checkpoint.name} is not that of its weights")
    return tokenizer


def _card(checkpoint: Checkpoint, options: QwenOptions, runtime: TorchRuntime) -> EncoderCard:
    preprocessing: Json = {
        "decoding": DECODING,
        "pictures": options.budget.to_json(),
        "prompt": REVISION,
        "max_length": options.max_length,
        "tokenizer": checkpoint.tokenizer_hash,
    }
    return EncoderCard(
        name=checkpoint.name,
        revision=checkpoint.revision,
        dtype=runtime.dtype.value,
        preprocessing=fingerprint(preprocessing),
        dim=options.dim,
        modalities=(Modality.TEXT, Modality.IMAGE),
        instruction=(
            f"query: {finished(options.instruction)} "
            f"document: {finished(options.document_instruction)}"
        ),
    )


def _yes_no(checkpoint: Checkpoint, tokenizer: Any, model: Any) -> Any:  # noqa: ANN401 - of torch
    """Take what the head has for "yes" less what it has for "no"."""
    words = tokenizer.get_vocab()
    if not {"yes", "no"} <= set(words):
        raise DamagedError(f"{checkpoint.name} has no words for yes and no: it is no reranker")
    rows = model.lm_head.weight.detach()
    return (rows[words["yes"]].float() - rows[words["no"]].float()).clone()


def _row_bytes(checkpoint: Checkpoint, budget: PixelBudget, runtime: TorchRuntime) -> int:
    """Count what one layer of each tower holds at its widest for the largest picture."""
    text, vision = _sizes(checkpoint, "text_config"), _sizes(checkpoint, "vision_config")
    patches = budget.most_tokens * MERGED**2
    values = patches * 3 * PATCH**2
    # Bytes as they come, places to look numbers up at, numbers, and those of both frames.
    prepared = values * (1 + 4 + 4 + (1 + FRAMES) * runtime.dtype_bytes)
    seen = patches * (8 * vision["hidden_size"] + 2 * vision["intermediate_size"])
    read = (budget.most_tokens + FRAME_TOKENS) * (
        8 * text["hidden_size"] + 3 * text["intermediate_size"]
    )
    return prepared + (seen + read) * runtime.dtype_bytes


def _sizes(checkpoint: Checkpoint, part: str) -> dict[str, int]:
    """Read the sizes of one of a model's two towers."""
    sizes = checkpoint.config.get(part) or {}
    if not all(isinstance(sizes.get(n), int) for n in ("hidden_size", "intermediate_size")):
        raise DamagedError(
            f"{checkpoint.name} does not say how wide it is: no {part} in its config"
        )
    return dict(sizes)
