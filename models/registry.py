"""Encoders by name, hub name or path, and the check that shipped weights are what was shipped."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from core.errors import ConfigurationError, DamagedError
from core.ports import Encoder
from core.types import EncoderCard, Json, Modality
from models.builtin import visual_encoder
from models.builtin.text_encoder import BATCH_TOKENS, ONE_BY_ONE, MiniLmEncoder
from models.builtin.visual_encoder import EfficientNetEncoder
from models.checkpoints import Checkpoint, find_checkpoint
from models.fingerprint import fingerprint
from models.footprint import Footprint
from models.images import DECODING
from models.options import DEFAULT_OPTIONS, EncoderOptions
from models.qwen.checkpoint import load_qwen_encoder, qwen_footprint, qwen_reads
from models.siglip.checkpoint import load_siglip, siglip_footprint, siglip_reads
from models.torch_runtime import TorchRuntime

WEIGHTS = Path(__file__).parent / "weights"
MINILM_TOKENIZER = "minilm-l6-v2.tokenizer.json"


@dataclass(frozen=True, slots=True)
class CheckpointKind:
    """What is known of the checkpoints of one `model_type`."""

    load: Callable[[Checkpoint, EncoderOptions], Encoder]
    footprint: Callable[[Checkpoint, EncoderOptions], tuple[Footprint, TorchRuntime]]
    reads: Callable[[Checkpoint], frozenset[str] | None]
    has_choices: bool = False  # whether options may follow its name behind a question mark


# `model_type` of a checkpoint's config.json → how it is handled.
CHECKPOINT_KINDS: Mapping[str, CheckpointKind] = {
    "siglip": CheckpointKind(load_siglip, siglip_footprint, siglip_reads),
    "qwen3_vl": CheckpointKind(load_qwen_encoder, qwen_footprint, qwen_reads, has_choices=True),
}

# Short names of checkpoints on the hub.
CHECKPOINTS: Mapping[str, str] = {
    "siglip": "google/siglip-base-patch16-224",
    "siglip2": "google/siglip2-base-patch16-224",
    "qwen3-vl-embedding-2b": "Qwen/Qwen3-VL-Embedding-2B",
}


def load_encoder(name: str, options: EncoderOptions = DEFAULT_OPTIONS) -> Encoder:
    """Load an encoder by its name, a checkpoint's name on the hub, or a checkpoint's folder.

    Raises:
        ConfigurationError: no encoder has this name, or what it needs is missing; says the remedy.
        DamagedError: its weights are missing or not what was shipped.
    """
    if name in ENCODERS:
        return ENCODERS[name](options.threads)
    checkpoint, kind = open_checkpoint(name)
    return kind.load(checkpoint, options)


def is_checkpoint(name: str) -> bool:
    """Tell whether an encoder is a checkpoint, not one that ships with Vasari."""
    return name.partition("?")[0] in CHECKPOINTS or ("/" in name and "://" not in name)


def open_checkpoint(name: str) -> tuple[Checkpoint, CheckpointKind]:
    """Find a checkpoint on this machine, and how its kind is handled. Raises ConfigurationError."""
    if not is_checkpoint(name):
        raise ConfigurationError(
            f"no encoder is named {name!r}; choose {' or '.join((*ENCODERS, *CHECKPOINTS))}, "
            "or a checkpoint as owner/name or by its path"
        )
    short, mark, choices = name.partition("?")
    checkpoint = find_checkpoint(CHECKPOINTS.get(short, short) + mark + choices)
    kind = CHECKPOINT_KINDS.get(checkpoint.model_type)
    if kind is None:
        known = " or ".join(CHECKPOINT_KINDS)
        raise ConfigurationError(
            f"{checkpoint.name} is a {checkpoint.model_type!r} model; only {known} can be loaded"
        )
    if checkpoint.choices and not kind.has_choices:
        raise ConfigurationError(f"{checkpoint.name} takes no options behind a question mark")
    return checkpoint, kind


def encoder_reads(name: str) -> frozenset[str] | None:
    """Tell the languages that an encoder reads, by ISO 639-1; None for many, or where not known."""
    if not is_checkpoint(name):
        return READS.get(name)
    try:
        checkpoint, kind = open_checkpoint(name)
        return kind.reads(checkpoint)
    except (ConfigurationError, DamagedError):
        return None  # it will be said when it is loaded


def verify_weights() -> list[str]:
    """Compare the SHA-256 of every shipped file; name every fault."""
    return [fault for file in shipped_files() if (fault := _hash_fault(file))]


@cache
def shipped_files() -> dict[str, Json]:
    """What WEIGHTS.json says of each file."""
    files: dict[str, Json] = json.loads((WEIGHTS / "WEIGHTS.json").read_text())["files"]
    return files


def _load_minilm(threads: int, *, name: str, file: str, batch_tokens: int) -> Encoder:
    graph, tokenizer = _checked(file), _checked(MINILM_TOKENIZER)
    facts = shipped_files()[graph.name]
    card = EncoderCard(
        name=name,
        revision=facts["sha256"][:12],
        dtype=facts["dtype"],
        preprocessing=fingerprint({"tokenizer": shipped_files()[tokenizer.name]["sha256"]}),
        dim=facts["dim"],
        modalities=(Modality.TEXT,),
    )
    return MiniLmEncoder(
        graph,
        tokenizer,
        card,
        loaded_bytes=facts["loaded_bytes"],
        threads=threads,
        batch_tokens=batch_tokens,
    )


def _load_efficientnet(threads: int) -> Encoder:
    graph = _checked("efficientnet-lite0.onnx")
    facts = shipped_files()[graph.name]
    card = EncoderCard(
        name="efficientnet-lite0",
        revision=facts["sha256"][:12],
        dtype=facts["dtype"],
        preprocessing=fingerprint({"decoding": DECODING, **visual_encoder.PREPROCESSING}),
        dim=facts["dim"],
        modalities=(Modality.IMAGE,),
    )
    return EfficientNetEncoder(graph, card, loaded_bytes=facts["loaded_bytes"], threads=threads)


ENCODERS: dict[str, Callable[[int], Encoder]] = {
    "minilm": partial(
        _load_minilm, name="minilm", file="minilm-l6-v2.onnx", batch_tokens=BATCH_TOKENS
    ),
    "minilm-int8": partial(
        _load_minilm, name="minilm-int8", file="minilm-l6-v2.int8.onnx", batch_tokens=ONE_BY_ONE
    ),
    "efficientnet-lite0": _load_efficientnet,
}


# Not on the card: what an encoder reads says nothing about which embeddings may be compared.
READS: dict[str, frozenset[str]] = {
    "minilm": frozenset({"en"}),
    "minilm-int8": frozenset({"en"}),
}
"""ISO 639-1 codes of the languages that an encoder of ours reads."""


def _checked(file: str) -> Path:
    """Find a file of weights; its size tells a partial download or a pointer file at no cost."""
    path = WEIGHTS / file
    expected = shipped_files()[file]["size_bytes"]
    actual = path.stat().st_size if path.exists() else 0
    if actual != expected:
        raise DamagedError(f"{path} has {actual} bytes instead of {expected}: fetch it again")
    return path


def _hash_fault(file: str) -> str | None:
    path = WEIGHTS / file
    if not path.exists():
        return f"{file} is missing"
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    return None if actual == shipped_files()[file]["sha256"] else f"{file} has been changed"
