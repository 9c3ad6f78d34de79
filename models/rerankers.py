"""Rerankers on this machine, by name, hub name or path."""

from collections.abc import Mapping

from core.errors import ConfigurationError
from core.ports import PairReranker
from models.checkpoints import Checkpoint, find_checkpoint
from models.footprint import Footprint
from models.options import DEFAULT_OPTIONS, EncoderOptions
from models.qwen.checkpoint import load_qwen_reranker, qwen_footprint
from models.torch_runtime import TorchRuntime
from models.words_reranker import load_words_reranker

# Short names of checkpoints on the hub.
RERANKERS: Mapping[str, str] = {"qwen3-vl-reranker-2b": "Qwen/Qwen3-VL-Reranker-2B"}


def load_reranker(name: str, options: EncoderOptions = DEFAULT_OPTIONS) -> PairReranker:
    """Load a reranker by its name, a checkpoint's name on the hub, or a checkpoint's folder.

    `words` only counts words, and is there to try things with.

    Raises:
        ConfigurationError: no reranker has this name, or what it needs is missing.
        DamagedError: its checkpoint cannot be read.
    """
    return load_words_reranker(name) or load_qwen_reranker(_open(name), options)


def reranker_footprint(
    name: str, options: EncoderOptions = DEFAULT_OPTIONS
) -> tuple[Footprint, TorchRuntime]:
    """Tell what a reranker would take, and where; no weights are loaded. Raises alike."""
    return qwen_footprint(_open(name), options)


def _open(name: str) -> Checkpoint:
    short, mark, choices = name.partition("?")
    if short not in RERANKERS and "/" not in short:
        raise ConfigurationError(
            f"no reranker is named {name!r}; choose {' or '.join(RERANKERS)}, or a checkpoint as "
            "owner/name or by its path"
        )
    checkpoint = find_checkpoint(RERANKERS.get(short, short) + mark + choices)
    if checkpoint.model_type != "qwen3_vl":
        raise ConfigurationError(
            f"{checkpoint.name} is a {checkpoint.model_type!r} model; only qwen3_vl can rerank"
        )
    return checkpoint
