"""Tiny SigLIP checkpoints with random weights, laid out as those on the hub.

SigLIP 1 has a sentencepiece vocabulary, SigLIP 2 a Gemma tokenizer that keeps capitals.
"""

import io
import json
import string
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.types import Matrix, Pixels
from models.options import Device, Dtype, EncoderOptions
from models.registry import load_encoder
from models.siglip.encoder import SiglipEncoder

SIZE = 32  # pixels; 16 patches of 8
TOKENS = 64
DIM = 24
_SENTENCES = [
    "a woman reading a letter by a window",
    "ships in a storm off the coast at night",
    "still life with flowers, fruit and a glass",
    "portrait of an old man with a hat",
    "the bridge at sunset, watercolour on paper",
    "abstract shapes in red, blue and yellow",
] * 8


def make_siglip(folder: Path, *, seed: int = 0) -> Path:
    """Make a tiny SigLIP 1 checkpoint."""
    import sentencepiece
    from transformers import SiglipTokenizer

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_SENTENCES),
        model_writer=model,
        vocab_size=200,
        model_type="unigram",
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        pad_piece="<pad>",
        eos_piece="</s>",
        unk_piece="<unk>",
        hard_vocab_limit=False,
        required_chars=string.ascii_lowercase + string.digits,
        minloglevel=2,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spiece.model").write_bytes(model.getvalue())
    tokenizer = SiglipTokenizer(vocab_file=str(folder / "spiece.model"), model_max_length=TOKENS)
    tokenizer.save_pretrained(folder)
    _save_model(folder, tokenizer.vocab_size, pad_id=1, seed=seed)
    _save_preprocessor(folder, resample=3)
    return folder


def make_siglip2(folder: Path, *, seed: int = 1) -> Path:
    """Make a tiny SigLIP 2 checkpoint of fixed resolution."""
    from transformers import GemmaTokenizer

    letters = string.ascii_letters + string.digits + string.punctuation + "▁éü"
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    fallback = [f"<0x{byte:02X}>" for byte in range(256)]
    vocab = {token: id for id, token in enumerate([*special, *fallback, *letters, "th", "an"])}
    merges: Any = [("t", "h"), ("a", "n")]  # its own annotation is of an older form
    tokenizer = GemmaTokenizer(vocab=vocab, merges=merges, add_eos_token=True)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    _save_model(folder, len(vocab), pad_id=0, seed=seed)
    _save_preprocessor(folder, resample=2)
    return folder


@cache
def load(
    folder: Path, dtype: Dtype = Dtype.AUTO, device: Device = Device.CPU, batch: int = 0
) -> SiglipEncoder:
    """Load a checkpoint as a service does; the same one is loaded once."""
    options = EncoderOptions(threads=1, device=device, dtype=dtype, batch=batch)
    encoder = load_encoder(str(folder), options)
    assert isinstance(encoder, SiglipEncoder)
    return encoder


def reference_texts(folder: Path, texts: Sequence[str], dtype: str = "float32") -> Matrix:
    """Encode texts as transformers does it, one at a time."""
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = _reference_model(folder, dtype)
    rows = []
    for text in texts:
        tokens = tokenizer(
            [text.lower()],
            padding="max_length",
            padding_side="right",
            truncation=True,
            max_length=TOKENS,
            return_tensors="pt",
        )
        with torch.no_grad():
            rows.append(model.get_text_features(input_ids=tokens["input_ids"]).pooler_output)
    return _unit(torch.cat(rows))


def reference_pictures(folder: Path, pictures: Sequence[Pixels], dtype: str = "float32") -> Matrix:
    """Encode pictures as transformers does it, one at a time."""
    import torch

    model = _reference_model(folder, dtype)
    rows = []
    for picture in pictures:
        pixels = torch.from_numpy(reference_pixels(folder, picture)).to(model.dtype)
        with torch.no_grad():
            rows.append(model.get_image_features(pixel_values=pixels).pooler_output)
    return _unit(torch.cat(rows))


def reference_pixels(folder: Path, picture: Pixels) -> Matrix:
    """Prepare a picture by transformers' own image processor: (1, 3, height, width)."""
    from PIL import Image
    from transformers import SiglipImageProcessorPil

    processor = SiglipImageProcessorPil.from_pretrained(folder, local_files_only=True)
    values = processor(images=[Image.fromarray(picture)], return_tensors="np")["pixel_values"]
    return np.asarray(values, np.float32)


def _reference_model(folder: Path, dtype: str) -> Any:  # noqa: ANN401 - of torch
    import torch
    from transformers import SiglipModel

    model: Any = SiglipModel.from_pretrained(
        folder, dtype=getattr(torch, dtype), local_files_only=True
    )
    return model.eval()


def _unit(rows: Any) -> Matrix:  # noqa: ANN401 - of torch
    import torch

    return np.asarray(torch.nn.functional.normalize(rows.float(), dim=-1).numpy())


def _save_model(folder: Path, vocab_size: int, *, pad_id: int, seed: int) -> None:
    import torch
    from transformers import SiglipConfig, SiglipModel

    tower = {
        "hidden_size": DIM,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    text = {
        "vocab_size": vocab_size,
        "max_position_embeddings": TOKENS,
        "projection_size": DIM,
        "pad_token_id": pad_id,
        "eos_token_id": 1,
        "bos_token_id": None,
    }
    vision = {"image_size": SIZE, "patch_size": 8}
    torch.manual_seed(seed)
    model = SiglipModel(SiglipConfig(text_config=tower | text, vision_config=tower | vision))
    for parameter in model.parameters():  # else texts hardly differ, and neither do pictures
        parameter.data += 0.3 * torch.randn_like(parameter)
    model.save_pretrained(folder)


def _save_preprocessor(folder: Path, *, resample: int) -> None:
    config = {
        "image_processor_type": "SiglipImageProcessor",
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "size": {"height": SIZE, "width": SIZE},
        "resample": resample,
        "rescale_factor": 0.00392156862745098,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(config))
