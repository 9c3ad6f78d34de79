"""A tiny Qwen3-VL checkpoint with random weights, laid out as those on the hub, and the reference.

The reference does what the official code does (QwenLM/Qwen3-VL-Embedding, src/models/), one item
at a time, by transformers alone; it shares no line with the implementation.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.types import Matrix, PicturedText, Pixels

DIM = 128
TOKEN = 32  # pixels
MARKERS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
_SENTENCES = [
    "yes",
    "no",
    "Judge whether the Document meets the requirements based on the Query",
    "Represent the user's input. Retrieve images or text relevant to the user's query.",
    "system user assistant NULL ships in a storm off the coast at night",
    "portrait of an old man with a hat, watercolour on paper",
] * 8


def make_qwen(folder: Path, *, seed: int = 0, tied: bool = True) -> Path:
    """Make a tiny checkpoint, which serves as encoder and as reranker."""
    import torch
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

    folder.mkdir(parents=True, exist_ok=True)
    ids = _save_tokenizer(folder)
    config = Qwen3VLConfig(
        text_config=_TEXT | {"vocab_size": len(ids), "tie_word_embeddings": tied},
        vision_config=_VISION,
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
        tie_word_embeddings=tied,
    )
    torch.manual_seed(seed)
    model = Qwen3VLForConditionalGeneration(config)
    for parameter in model.parameters():  # else all prompts look alike
        parameter.data += 0.05 * torch.randn_like(parameter)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(_PROCESSOR))
    return folder


class Official:
    """What the official code computes, with the same pixel budget."""

    def __init__(self, folder: Path, *, least: int, most: int) -> None:
        from transformers import AutoTokenizer, Qwen2VLImageProcessorPil
        from transformers import Qwen3VLForConditionalGeneration as Network

        model: Any = Network.from_pretrained(folder, dtype="float32")
        self.model = model.eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.processor = Qwen2VLImageProcessorPil.from_pretrained(folder)
        self.size = {"shortest_edge": least * TOKEN**2, "longest_edge": most * TOKEN**2}

    def embedding(self, item: PicturedText, instruction: str, dim: int = DIM) -> Matrix:
        """Embed one item: the last state of its prompt, cut, then of unit length."""
        shown = "" if item.picture is None else PICTURE
        said = item.text if item.text or item.picture is not None else "NULL"
        state = self._state(EMBED.format(instruction, shown + said), _pictures(item))[:dim]
        return np.asarray(state / np.linalg.norm(state), np.float32)

    def score(self, query: PicturedText, document: PicturedText) -> float:
        """Score one pair by the logits of the whole head."""
        asked = PICTURE if query.picture is not None else query.text
        shown = "" if document.picture is None else PICTURE
        said = document.text if document.text or shown else "NULL"
        state = self._state(RERANK.format(asked, shown + said), _pictures(query, document))
        head = self.model.lm_head.weight.detach().numpy()
        words = self.tokenizer.get_vocab()
        logit = state @ head[words["yes"]] - state @ head[words["no"]]
        return float(1 / (1 + np.exp(-logit)))

    def seen(self, picture: Pixels) -> tuple[Matrix, list[int]]:
        """Prepare a picture by transformers' own image processor: its patches and their grid."""
        from PIL import Image

        seen = self.processor(
            images=[Image.fromarray(picture)], size=self.size, return_tensors="np"
        )
        return np.asarray(seen["pixel_values"]), seen["image_grid_thw"][0].tolist()

    def _state(self, prompt: str, pictures: Sequence[Pixels]) -> Matrix:
        import torch

        inputs: dict[str, Any] = {}
        for picture in pictures:
            values, grid = self.seen(picture)
            for name, new in (("pixel_values", values), ("image_grid_thw", np.array([grid]))):
                known = [inputs[name]] if name in inputs else []
                inputs[name] = torch.cat([*known, torch.from_numpy(new)])
            copies = "<|PAD|>" * (grid[1] * grid[2] // 4)
            prompt = prompt.replace("<|image_pad|>", copies, 1)
        prompt = prompt.replace("<|PAD|>", "<|image_pad|>")
        tokens = self.tokenizer(prompt, return_tensors="pt")
        is_picture = tokens["input_ids"] == self.model.config.image_token_id
        with torch.no_grad():
            output = self.model.model(
                input_ids=tokens["input_ids"],
                attention_mask=tokens["attention_mask"],
                mm_token_type_ids=is_picture.int() if pictures else None,
                **inputs,
            )
        return np.asarray(output.last_hidden_state[0, -1].numpy())


PICTURE = "<|vision_start|><|image_pad|><|vision_end|>"
EMBED = "<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
RERANK = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and "
    'the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n'
    "<|im_start|>user\n<Instruct>: Given a search query, retrieve relevant candidates that answer "
    "the query.<Query>:{}\n<Document>:{}<|im_end|>\n<|im_start|>assistant\n"
)

_TEXT = {
    "hidden_size": DIM,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "rope_parameters": {
        "rope_type": "default",
        "rope_theta": 5e6,
        "mrope_section": [4, 2, 2],
        "mrope_interleaved": True,
    },
}
_VISION = {
    "depth": 3,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_heads": 2,
    "out_hidden_size": DIM,
    "deepstack_visual_indexes": [0, 1, 2],
    "num_position_embeddings": 576,
}
_PROCESSOR = {
    "image_processor_type": "Qwen2VLImageProcessorFast",
    "patch_size": 16,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "size": {"shortest_edge": 65536, "longest_edge": 16777216},
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


def _pictures(*items: PicturedText) -> list[Pixels]:
    return [item.picture for item in items if item.picture is not None]


def _save_tokenizer(folder: Path) -> dict[str, int]:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import Qwen2Tokenizer

    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, initial_alphabet=letters, show_progress=False)
    trained.train_from_iterator(_SENTENCES, trainer)
    model = json.loads(trained.to_str())["model"]
    merges: Any = [tuple(pair) for pair in model["merges"]]
    tokenizer = Qwen2Tokenizer(vocab=model["vocab"], merges=merges)
    tokenizer.add_special_tokens({"extra_special_tokens": list(MARKERS[1:])})
    tokenizer.save_pretrained(folder)
    ids: dict[str, int] = tokenizer.get_vocab()
    assert {"yes", "no", *MARKERS} <= set(ids)
    return ids
