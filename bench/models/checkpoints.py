"""Checkpoints of real size with random weights, made offline: a pass costs as much with any.

Sizes of the towers are those of the checkpoints on the hub; the number of parameters is checked.
Vocabularies have their size too, but a tokenizer of few words: it was trained on the texts that are
measured, and cuts them into about as many tokens as the real ones do.
"""

import json
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.types import Json
from models.qwen.prompt import DOCUMENT_INSTRUCTION, JUDGE, QUERY_INSTRUCTION, RERANK_INSTRUCTION
from models.torch_runtime import import_torch, import_transformers
from search.off_topic import load_off_topic

_SPREAD = 0.02  # standard deviation of the weights, as the configurations say

CARD = (
    "Title: The Fighting Temeraire. Artist: Joseph Mallord William Turner, British, 1775 to 1851. "
    "Date: 1839. Medium: oil paint on canvas. Subjects: ship, tug boat, river, sunset, smoke, "
    "reflection, sky, moon. A warship of ninety-eight guns is towed up the river by a steam tug to "
    "be broken up, while the sun sets behind them over the water."
)
"""What a reranker reads of an artwork beside its picture."""


@dataclass(frozen=True, slots=True)
class Size:
    """The sizes of one checkpoint on the hub."""

    name: str
    kind: str  # `model_type` of its configuration
    parameters: int
    text: Json
    vision: Json

    @property
    def is_qwen(self) -> bool:
        """Whether its pictures have as many tokens as their size asks for, and it reads prompts."""
        return self.kind == "qwen3_vl"


_SO400M = {
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "num_hidden_layers": 27,
    "num_attention_heads": 16,
}
_BASE = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
}
_QWEN_TEXT = {
    "vocab_size": 151_936,
    "hidden_size": 2048,
    "intermediate_size": 6144,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "tie_word_embeddings": True,
    "rope_parameters": {
        "rope_type": "default",
        "rope_theta": 5e6,
        "mrope_section": [24, 20, 20],
        "mrope_interleaved": True,
    },
}
_QWEN_VISION = {
    "depth": 24,
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_heads": 16,
    "out_hidden_size": 2048,
    "deepstack_visual_indexes": [5, 11, 17],
    "num_position_embeddings": 2304,
}


def _siglip(name: str, parameters: int, tower: Json, *, vocab: int, image: int, patch: int) -> Size:
    text = tower | {"vocab_size": vocab, "projection_size": tower["hidden_size"]}
    return Size(
        name, "siglip", parameters, text, tower | {"image_size": image, "patch_size": patch}
    )


SIGLIP = _siglip("siglip-base-patch16-224", 203_155_970, _BASE, vocab=32_000, image=224, patch=16)
SIGLIP2 = _siglip(
    "siglip2-base-patch16-224", 375_187_970, _BASE, vocab=256_000, image=224, patch=16
)
SO400M = _siglip(
    "siglip-so400m-patch14-384", 877_960_498, _SO400M, vocab=32_000, image=384, patch=14
)
QWEN = Size("qwen3-vl-2b", "qwen3_vl", 2_127_532_032, _QWEN_TEXT, _QWEN_VISION)


def make_checkpoint(size: Size, folder: Path, device: str) -> Path:
    """Make a checkpoint in bf16, whose weights a device draws; returns its folder."""
    made = folder / size.name
    made.mkdir(parents=True, exist_ok=True)
    config, kind, processor = _PARTS[size.kind](size, made)
    network = _on_paper(kind, config)
    count = sum(parameter.numel() for parameter in network.parameters())
    if count != size.parameters:
        raise RuntimeError(f"{size.name} has {count} parameters instead of {size.parameters}")
    config.save_pretrained(made)
    (made / "preprocessor_config.json").write_text(json.dumps(processor))
    _write_weights(network, made, device)
    return made


def _on_paper(kind: str, config: Any) -> Any:  # noqa: ANN401 - of transformers
    """Build a network that knows the shapes of its weights, and has none."""
    with import_torch().device("meta"):
        return getattr(import_transformers(), kind)(config)


def _write_weights(network: Any, folder: Path, device: str) -> None:  # noqa: ANN401 - of torch
    from safetensors.torch import save_file

    torch = import_torch()
    torch.manual_seed(0)
    is_tied = getattr(network.config, "tie_word_embeddings", False)
    weights = {}
    for name, shape in ((name, one.shape) for name, one in network.state_dict().items()):
        if is_tied and name == "lm_head.weight":
            continue
        if "norm" in name and name.endswith("weight"):
            drawn = torch.ones(shape, dtype=torch.bfloat16)
        else:
            drawn = torch.randn(shape, dtype=torch.bfloat16, device=device).mul_(_SPREAD).cpu()
        weights[name] = drawn
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _make_siglip(size: Size, folder: Path) -> tuple[Any, str, Json]:
    """Give a configuration and what prepares pictures; every text has 64 tokens, whatever it is."""
    from transformers import GemmaTokenizer, SiglipConfig

    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    fallback = [f"<0x{byte:02X}>" for byte in range(256)]
    letters = string.ascii_letters + string.digits + string.punctuation + "▁"
    vocab = {token: id for id, token in enumerate([*special, *fallback, *letters])}
    merges: Any = []
    GemmaTokenizer(vocab=vocab, merges=merges, add_eos_token=True).save_pretrained(folder)
    ends = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": None}
    config = SiglipConfig(text_config=size.text | ends, vision_config=size.vision)
    side = size.vision["image_size"]
    return config, "SiglipModel", _SIGLIP_PICTURES | {"size": {"height": side, "width": side}}


def _make_qwen(size: Size, folder: Path) -> tuple[Any, str, Json]:
    from transformers import Qwen3VLConfig

    ids = _save_qwen_tokenizer(folder)
    config = Qwen3VLConfig(
        text_config=size.text,
        vision_config=size.vision,
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
        tie_word_embeddings=True,
    )
    return config, "Qwen3VLForConditionalGeneration", _QWEN_PICTURES


def _save_qwen_tokenizer(folder: Path) -> dict[str, int]:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import Qwen2Tokenizer

    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=8000, initial_alphabet=letters, show_progress=False)
    trained.train_from_iterator(_read_texts() * 2, trainer)
    model = json.loads(trained.to_str())["model"]
    merges: Any = [tuple(pair) for pair in model["merges"]]
    tokenizer = Qwen2Tokenizer(vocab=model["vocab"], merges=merges)
    tokenizer.add_special_tokens({"extra_special_tokens": list(_MARKERS)})
    tokenizer.save_pretrained(folder)
    ids: dict[str, int] = tokenizer.get_vocab()
    return ids


def _read_texts() -> list[str]:
    prompts = (JUDGE, QUERY_INSTRUCTION, DOCUMENT_INSTRUCTION, RERANK_INSTRUCTION)
    roles = "system user assistant yes no <Instruct>: <Query>: <Document>:"
    return [*load_off_topic(), CARD, *prompts, roles]


_PARTS: Mapping[str, Callable[[Size, Path], tuple[Any, str, Json]]] = {
    "siglip": _make_siglip,
    "qwen3_vl": _make_qwen,
}
_MARKERS = (
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
_SIGLIP_PICTURES: Json = {
    "image_processor_type": "SiglipImageProcessor",
    "resample": 3,
    "rescale_factor": 1 / 255,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
_QWEN_PICTURES: Json = {
    "image_processor_type": "Qwen2VLImageProcessorFast",
    "patch_size": 16,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "size": {"shortest_edge": 65536, "longest_edge": 16777216},
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
