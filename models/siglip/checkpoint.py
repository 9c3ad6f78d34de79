"""SigLIP checkpoints: what they need, what they read, and how they are loaded."""

from collections.abc import Mapping
from typing import Any

from core.errors import DamagedError
from core.types import EncoderCard, Json, Modality
from models.checkpoints import Checkpoint
from models.fingerprint import fingerprint
from models.footprint import Footprint, Tensor, read_tensors, stored_dtype, weights_bytes
from models.images import DECODING
from models.options import Device, EncoderOptions
from models.packed_linear import pack_linears
from models.siglip.encoder import SiglipEncoder
from models.siglip.pictures import PictureInput, read_picture_input
from models.torch_loading import load_network, load_tokenizer
from models.torch_runtime import TorchRuntime, choose_runtime, set_threads

_PICTURE_POSITIONS = "vision_model.embeddings.position_embedding.weight"
_PICTURE_PATCHES = "vision_model.embeddings.patch_embedding.weight"
_PICTURE_MLP = "vision_model.encoder.layers.0.mlp.fc1.weight"
_TEXT_TOKENS = "text_model.embeddings.token_embedding.weight"
_MANY_LANGUAGES = 100_000  # tokens; the English vocabulary has 32,000, the others 250,000 and more


def load_siglip(checkpoint: Checkpoint, options: EncoderOptions) -> SiglipEncoder:
    """Load a checkpoint after looking whether it fits; the network is never asked.

    Raises:
        ConfigurationError: files, packages, the device or memory are missing; says the remedy.
        DamagedError: the checkpoint cannot be read.
    """
    tensors = read_tensors(checkpoint.weights)
    runtime = choose_runtime(options, own_dtype=stored_dtype(tensors))
    pictures = read_picture_input(checkpoint)
    runtime.check_fits(checkpoint.name, _footprint(tensors, pictures, runtime))
    set_threads(options.threads)
    model = load_network("SiglipModel", checkpoint, runtime)
    if runtime.device is Device.CPU:
        pack_linears(model, runtime.torch_dtype)
    return SiglipEncoder(
        model,
        _load_tokenizer(checkpoint),
        loaded_bytes=weights_bytes(tensors, runtime.dtype),
        card=_card(checkpoint, pictures, runtime, dim=model.config.vision_config.hidden_size),
        pictures=pictures,
        runtime=runtime,
    )


def siglip_footprint(
    checkpoint: Checkpoint, options: EncoderOptions
) -> tuple[Footprint, TorchRuntime]:
    """Tell what a checkpoint would take, and where; no weights are loaded.

    Raises:
        ConfigurationError, DamagedError: as `load_siglip` does.
    """
    tensors = read_tensors(checkpoint.weights)
    runtime = choose_runtime(options, own_dtype=stored_dtype(tensors))
    return _footprint(tensors, read_picture_input(checkpoint), runtime), runtime


def siglip_reads(checkpoint: Checkpoint) -> frozenset[str] | None:
    """Tell the languages that a checkpoint reads; None for many."""
    tokens = _shape(read_tensors(checkpoint.weights), _TEXT_TOKENS)[0]
    return None if tokens >= _MANY_LANGUAGES else frozenset({"en"})


def _card(
    checkpoint: Checkpoint, pictures: PictureInput, runtime: TorchRuntime, *, dim: int
) -> EncoderCard:
    preprocessing: Json = {
        "decoding": DECODING,
        "pictures": pictures.to_json(),
        "texts": {"case": "lower", "padding": "full", "tokenizer": checkpoint.tokenizer_hash},
    }
    return EncoderCard(
        name=checkpoint.name,
        revision=checkpoint.revision,
        dtype=runtime.dtype.value,
        preprocessing=fingerprint(preprocessing),
        dim=dim,
        modalities=(Modality.TEXT, Modality.IMAGE),
    )


def _load_tokenizer(checkpoint: Checkpoint) -> Any:  # noqa: ANN401 - of transformers
    tokenizer = load_tokenizer(checkpoint)
    tokenizer.padding_side = "right"  # Gemma's is "left", as chats want it
    return tokenizer


def _footprint(
    tensors: Mapping[str, Tensor], pictures: PictureInput, runtime: TorchRuntime
) -> Footprint:
    """Count weights, and what one layer of the picture tower holds at its widest."""
    positions, hidden = _shape(tensors, _PICTURE_POSITIONS)
    side = _shape(tensors, _PICTURE_PATCHES)[-1]
    if (pictures.height // side) * (pictures.width // side) != positions:
        raise DamagedError(
            f"the weights are made for {positions} patches of {side} pixels, and pictures are "
            f"prepared as {pictures.width} × {pictures.height}: fetch the checkpoint again"
        )
    inner = _shape(tensors, _PICTURE_MLP)[0]
    values = 3 * pictures.height * pictures.width
    # Measured: bytes of a picture as they come, places to look numbers up at, the numbers twice.
    prepared = values * (1 + 8 / 3 + 4 + 4 + runtime.dtype_bytes)
    layer = positions * (6 * hidden + 2 * inner) * runtime.dtype_bytes
    activations = int(runtime.batch * (prepared + layer))
    return Footprint(weights_bytes(tensors, runtime.dtype), activations, runtime.batch)


def _shape(tensors: Mapping[str, Tensor], name: str) -> tuple[int, ...]:
    if name not in tensors:
        raise DamagedError(f"the weights have no {name}: this is no SigLIP checkpoint")
    return tensors[name].shape
